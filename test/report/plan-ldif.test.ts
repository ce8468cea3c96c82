import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readLdif } from '../../src/formats/ldif.ts';
import { createLineSplitter, utf8Chunks } from '../../src/formats/ldif-lines.ts';
import { renderPlanLdif } from '../../src/report/plan-ldif.ts';
import { samplePlan } from '../support/show-model.ts';

const plan = samplePlan();
const text = [...renderPlanLdif(plan)].join('');

async function* chunks(): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

/** The unfolded lines of each record, comments left out. */
async function recordsOf(): Promise<readonly (readonly string[])[]> {
  const splitter = createLineSplitter();
  const records: string[][] = [[]];
  for await (const chunk of utf8Chunks(chunks())) {
    for (const { text: line } of splitter.split(chunk)) {
      if (line === '') records.push([]);
      else if (!line.startsWith('#')) records.at(-1)?.push(line);
    }
  }
  return records.filter((lines) => lines.length > 0);
}

test('renderPlanLdif() writes one record per change, with the control, in the order of RFC 2849', async () => {
  const records = await recordsOf();
  assert.equal(records.length, plan.changes.length);
  records.forEach((lines, index) => {
    const { dn, after } = plan.changes[index] as (typeof plan.changes)[number];
    const [dnLine, ...rest] = lines;
    const spelled = dnLine?.startsWith('dn:: ')
      ? Buffer.from(dnLine.slice(5), 'base64').toString()
      : dnLine?.slice(4);
    assert.equal(spelled, dn);
    assert.deepEqual(rest, [
      'control: 1.2.840.113556.1.4.801 true:: MAMCAQQ=',
      'changetype: modify',
      'replace: nTSecurityDescriptor',
      `nTSecurityDescriptor:: ${after.base64}`,
      '-',
    ]);
  });
});

test('renderPlanLdif() writes what no reader of entries mistakes for entries', async () => {
  const kinds = new Map<string, number>();
  for await (const { kind } of readLdif(chunks())) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  assert.equal(kinds.get('record'), undefined);
  assert.equal(kinds.get('problem'), plan.changes.length);
});

test('renderPlanLdif() lets no name end its comment', () => {
  for (const line of text.split('\n')) assert.doesNotMatch(line, /[\p{Cc}\p{Cf}]/u);
});
