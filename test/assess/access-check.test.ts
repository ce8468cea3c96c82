/** One row per rule of the access check, in SDDL: `DOM` the domain's SID, `$dnsRecord` and the like schema GUIDs. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { type AccessRequest, checkAccess, type Token } from '../../src/assess/access-check.ts';
import { ACCESS_RIGHTS, type AccessRight } from '../../src/formats/access-mask.ts';
import { SCHEMA_GUIDS } from '../../src/formats/guid.ts';
import { formatAce } from '../../src/formats/sddl.ts';
import { parseSid } from '../../src/formats/sid.ts';
import { domainSid, fullSddl, nodeDescriptor, RIDS, SDDL } from '../support/corp.ts';

interface Rule {
  readonly name: string;
  readonly source: string;
  readonly sddl: string;
  readonly token: readonly string[];
  readonly ask: { readonly rights: string; readonly leaf: keyof typeof SCHEMA_GUIDS | null };
  readonly access: string;
  readonly decidedBy: string | null;
}

const rules: readonly Rule[] = JSON.parse(
  readFileSync(new URL('../vectors/access-check/rules.json', import.meta.url), 'utf8'),
);

for (const rule of rules) {
  test(`checkAccess(): ${rule.name}`, () => {
    const decision = checkAccess(nodeDescriptor(expand(rule.sddl)), tokenOf(rule.token), requestOf(rule.ask));
    const decidedBy = decision.decidedBy === null ? null : formatAce(decision.decidedBy, SDDL);
    assert.deepEqual(
      { access: decision.access, decidedBy },
      { access: rule.access, decidedBy: rule.decidedBy === null ? null : fullSddl(expand(rule.decidedBy)) },
    );
    assert.notEqual(decision.reason, '');
  });
}

test('checkAccess() gives as decidedBy the very ACE of the descriptor', () => {
  const descriptor = nodeDescriptor('O:SYG:SYD:(A;;RP;;;WD)(A;;WP;;;DOM-1109)');
  const decision = checkAccess(descriptor, HOST, WRITE_RECORDS);
  assert.equal(decision.decidedBy, descriptor.explicit[1]);
});

test('checkAccess() lists in stored order what each ACE that spoke did, and nothing behind the decision', () => {
  const sddl =
    'O:SYG:SYD:AI(A;;RP;;;WD)(XD;;WP;;;WD;#61727478)(D;;WP;;;DOM-1110)(A;;WP;;;DOM-1109)(D;ID;WP;;;WD)';
  const { steps } = checkAccess(nodeDescriptor(sddl), HOST, WRITE_RECORDS);
  assert.deepEqual(
    steps.map((step) => `${step.effect} ${formatAce(step.ace, SDDL)}`),
    ['cannot be judged (XD;;WP;;;WD;#61727478)', `grants (A;;WP;;;${domainSid(RIDS.host)})`],
  );
});

test('checkAccess() says in its reason which of the lists that are not there it met', () => {
  const reasonOf = (sddl: string) => checkAccess(nodeDescriptor(sddl), HOST, WRITE_RECORDS).reason;
  assert.match(reasonOf('O:SYG:SY'), /absent/);
  assert.match(reasonOf('O:SYG:SYD:NO_ACCESS_CONTROL'), /NULL/);
  assert.match(reasonOf('O:SYG:SYD:'), /empty/);
  assert.doesNotMatch(reasonOf('O:SYG:SYD:(A;;RP;;;WD)'), /empty/);
});

const HOST: Token = { sids: new Set([domainSid(RIDS.host), parseSid('S-1-1-0')]) };
const WRITE_RECORDS = requestOf({ rights: 'WP', leaf: 'dnsRecord' });

function expand(text: string): string {
  return text.replace(/\$(\w+)/g, (_, name: keyof typeof SCHEMA_GUIDS) => SCHEMA_GUIDS[name]);
}

function tokenOf(sids: readonly string[]): Token {
  return { sids: new Set(sids.map((sid) => parseSid(fullSddl(sid)))) };
}

function requestOf(ask: Rule['ask']): AccessRequest {
  const letters = ask.rights.match(/../g) ?? [];
  const rights = letters.reduce((mask, right) => mask | ACCESS_RIGHTS[right as AccessRight], 0) >>> 0;
  const leafGuid = ask.leaf === null ? null : SCHEMA_GUIDS[ask.leaf];
  return { rights, classGuid: SCHEMA_GUIDS.dnsNode, leafGuid };
}
