/** What doctor says in every form, of one place in which much is missing. */

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { diagnose } from '../../src/assess/doctor.ts';
import { childDn } from '../../src/formats/dn.ts';
import { ZONE_CHECK_COLUMNS } from '../../src/report/check-rows.ts';
import { renderCsv } from '../../src/report/csv.ts';
import {
  checkValue,
  diagnosisValue,
  renderDiagnosis,
  renderDiagnosisMarkdown,
} from '../../src/report/doctor-rows.ts';
import { jsonDocument, ndjsonLine } from '../../src/report/json.ts';
import { PARTITION } from '../support/corp.ts';
import { doctorFacts, LIVE, rights, sampled, zoneFacts } from '../support/doctor-model.ts';

const HOSTILE = "it's $(a)\u001b[31m.example.com";

const diagnosis = diagnose(
  doctorFacts({
    live: { ...LIVE, server: { ...LIVE.server, clockAheadMs: 400_000 } },
    dhcpAccounts: [],
    proxyMembers: null,
    zonesSeen: 30,
    zones: [
      zoneFacts(),
      zoneFacts({
        zone: '0.10.in-addr.arpa',
        dn: childDn('DC', '0.10.in-addr.arpa', PARTITION.container),
        descriptorRead: false,
        unreadable: 2,
        rights: rights(0),
        sample: [sampled('pc1', 0), sampled('pc2', 4, { ownerClass: 'self' })],
      }),
      zoneFacts({
        zone: HOSTILE,
        dn: childDn('DC', HOSTILE, PARTITION.container),
        objectGuid: null,
        hosts: [],
        complete: false,
        sample: [sampled('=cmd', 0, { inherits: false })],
        rights: rights(0),
      }),
    ],
  }),
);

const FORMS: Readonly<Record<string, () => string>> = {
  txt: () => renderDiagnosis(diagnosis, { color: false }),
  md: () => renderDiagnosisMarkdown(diagnosis),
  // The repository keeps line ends as LF.
  csv: () => renderCsv(ZONE_CHECK_COLUMNS, diagnosis.checks).replaceAll('\r\n', '\n'),
  json: () =>
    jsonDocument(
      {
        command: 'doctor',
        generatedAt: new Date('2026-11-20T21:00:00Z'),
        server: 'dc1.corp.example.com',
        zones: [],
        problems: [],
      },
      diagnosisValue(diagnosis),
    ),
  ndjson: () => diagnosis.checks.map((check) => ndjsonLine(checkValue(check))).join(''),
};

for (const [form, render] of Object.entries(FORMS)) {
  test(`doctor as ${form}`, (t: TestContext) => {
    const path = fileURLToPath(new URL(`../golden/doctor.${form}`, import.meta.url));
    t.assert.fileSnapshot(render(), path, { serializers: [String] });
  });
}

test('a hostile zone name ends neither a line nor a quote', () => {
  const text = renderDiagnosis(diagnosis, { color: false });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: this is what must not be there
  assert.doesNotMatch(text, /\u001b/);
  const lines = text.split('\n').filter((line) => /^ {4}(?:samba-tool|dsacls) /.test(line));
  assert.equal(lines.length, 8);
  for (const line of lines) assert.doesNotMatch(line.replace(/'[^']*'|"[^"]*"/g, ''), /[$()'"]/, line);
});
