import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AskedRight, explainAccess, unreadableAccess } from '../../src/assess/explain-access.ts';
import { tokenOfSid } from '../../src/assess/token.ts';
import { SCHEMA_GUIDS } from '../../src/formats/guid.ts';
import { formatAce } from '../../src/formats/sddl.ts';
import { DOMAIN_SID, domainSid, nodeDescriptor, SDDL } from '../support/corp.ts';

const ME = domainSid(1109);
const RECORD = `(OA;;WP;${SCHEMA_GUIDS.dnsRecord};;DOM-1109)`;
const TOMBSTONE = `(OA;;WP;${SCHEMA_GUIDS.dNSTombstoned};;DOM-1109)`;
const CONDITIONAL = '(XA;;WP;;;DOM-1109;#61727478)';

/** Effect, trustee and role of each ACE that speaks. */
function rolesOf(sddl: string, right: AskedRight = 'update', account = ME): readonly string[] {
  const { aces } = explainAccess(nodeDescriptor(sddl), tokenOfSid(account), right);
  return aces.map(({ ace, effect, role }) => {
    const trustee = formatAce(ace, SDDL).split(/[;)]/)[5]?.replace(DOMAIN_SID, 'DOM');
    return `${effect} ${trustee}: ${role}`;
  });
}

const SCENES: readonly (readonly [scene: string, aces: string, roles: readonly string[]])[] = [
  [
    'an entry for somebody else does not count, the one that grants decides',
    '(A;;WP;;;DOM-1110)(A;;FULL;;;DOM-1109)',
    ['allow DOM-1110: names somebody else', 'allow DOM-1109: decides'],
  ],
  [
    'what stands after the decision is not reached',
    '(D;;WP;;;AU)(A;;WP;;;DOM-1109)(A;;WP;;;DOM-1110)',
    ['deny AU: decides', 'allow DOM-1109: not reached', 'allow DOM-1110: names somebody else'],
  ],
  ['nobody grants it', '(A;;WP;;;DOM-1110)', ['allow DOM-1110: names somebody else']],
  ['one attribute of the two is not enough', RECORD, ['allow DOM-1109: not enough']],
  ['the other one alone neither', TOMBSTONE, ['allow DOM-1109: not enough']],
  [
    'both attributes, each by its own entry',
    RECORD + TOMBSTONE,
    ['allow DOM-1109: decides', 'allow DOM-1109: agrees'],
  ],
  [
    'a deny for one attribute decides against an allow for both',
    `(OD;;WP;${SCHEMA_GUIDS.dNSTombstoned};;DOM-1109)(A;;WP;;;DOM-1109)`,
    ['deny DOM-1109: decides', 'allow DOM-1109: not enough'],
  ],
  ['a condition cannot be judged', CONDITIONAL, ['allow DOM-1109: cannot be judged']],
  [
    'a condition that does not matter, because the same is granted without one',
    `${CONDITIONAL}(A;;WP;;;DOM-1109)`,
    ['allow DOM-1109: cannot be judged', 'allow DOM-1109: decides'],
  ],
  ['entries about other rights are not told', '(A;;RP;;;DOM-1109)(A;;RC;;;AU)(A;CIIO;WP;;;DOM-1109)', []],
];

for (const [scene, aces, roles] of SCENES) {
  test(`explainAccess() tells each entry that speaks: ${scene}`, () => {
    assert.deepEqual(rolesOf(`O:SYG:SYD:${aces}`), roles);
  });
}

test('explainAccess() counts an entry for OWNER RIGHTS as one for the owner', () => {
  const sddl = 'O:DOM-1109G:SYD:(A;;WP;;;DOM-1109)(A;;WP;;;OW)';
  assert.deepEqual(rolesOf(sddl), ['allow DOM-1109: decides', 'allow OW: not reached']);
  assert.deepEqual(rolesOf(sddl, 'update', domainSid(1110)), [
    'allow DOM-1109: names somebody else',
    'allow OW: names somebody else',
  ]);
});

test('explainAccess() tells of the right to create names for a zone, not of the right to update', () => {
  const zone = `O:SYG:SYD:(A;;CC;;;AU)(A;;WP;;;DOM-1109)(OA;;CC;${SCHEMA_GUIDS.dnsNode};;DOM-1109)`;
  const { right, decision } = explainAccess(nodeDescriptor(zone), tokenOfSid(ME), 'create');
  assert.deepEqual([right, decision.access], ['create', 'yes']);
  assert.deepEqual(rolesOf(zone, 'create'), ['allow AU: decides', 'allow DOM-1109: not reached']);
});

test('unreadableAccess() answers nobody can say, with the reason', () => {
  const { right, decision, aces } = unreadableAccess('create', 'no READ_CONTROL');
  assert.deepEqual([right, decision.access, decision.decidedBy], ['create', 'unknown', null]);
  assert.equal(decision.reason, 'no READ_CONTROL');
  assert.deepEqual(aces, []);
});
