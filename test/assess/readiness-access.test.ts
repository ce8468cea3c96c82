import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CheckStatus } from '../../src/assess/check.ts';
import { checkZoneAccess, type Trustees, zoneTrustees } from '../../src/assess/readiness-access.ts';
import { SCHEMA_GUIDS } from '../../src/formats/guid.ts';
import type { Sid } from '../../src/formats/sid.ts';
import { domainSid, INHERITED, nodeDescriptor } from '../support/corp.ts';

const ADMINS: ReadonlySet<Sid> = new Set([
  ...[domainSid(512), domainSid(519), domainSid(1101)],
  'S-1-5-32-544' as Sid,
]);
const TRUSTEES: Trustees = { isAdmin: (sid) => ADMINS.has(sid), nameOf: (sid) => sid };
const HELPDESK = domainSid(1130);
/** As a new zone has it: authenticated users create, administrators do everything. */
const USUAL = `O:SYG:SYD:AI(A;;FULL;;;DA)(A;;CC;;;AU)(A;;RPLCLORC;;;WD)(A;;FULL;;;ED)(A;;FULL;;;SY)(A;CIIO;FULL;;;CO)${INHERITED}`;
const { dNSProperty, dnsNode } = SCHEMA_GUIDS;

type Statuses = readonly [create: CheckStatus, properties: CheckStatus, control: CheckStatus];

const TABLE: readonly (readonly [what: string, sddl: string, statuses: Statuses])[] = [
  ['as a new zone has it', USUAL, ['pass', 'pass', 'pass']],
  ['nobody may create', USUAL.replace('(A;;CC;;;AU)', ''), ['warn', 'pass', 'pass']],
  ['everyone may create', USUAL.replace(';;;AU)', ';;;WD)'), ['warn', 'pass', 'pass']],
  ['anonymous may create', `${USUAL}(A;;CC;;;AN)`, ['warn', 'pass', 'pass']],
  [
    'create of names only',
    USUAL.replace('(A;;CC;;;AU)', `(OA;;CC;${dnsNode};;AU)`),
    ['pass', 'pass', 'pass'],
  ],
  ['write of dNSProperty delegated', `${USUAL}(OA;;WP;${dNSProperty};;DOM-1130)`, ['pass', 'warn', 'pass']],
  ['write of everything delegated', `${USUAL}(A;;WP;;;DOM-1130)`, ['pass', 'warn', 'pass']],
  ['write of names only', `${USUAL}(OA;CIIO;WP;;${dnsNode};DOM-1130)`, ['pass', 'pass', 'pass']],
  [
    'denied before it is allowed',
    `O:SYG:SYD:(D;;WP;;;DOM-1130)(A;;WP;;;DOM-1130)(A;;CC;;;AU)`,
    ['pass', 'pass', 'pass'],
  ],
  ['WRITE_DAC', `${USUAL}(A;;WD;;;DOM-1130)`, ['pass', 'pass', 'warn']],
  ['WRITE_OWNER', `${USUAL}(A;;WO;;;DOM-1130)`, ['pass', 'pass', 'warn']],
  ['full control', `${USUAL}(A;;FULL;;;DOM-1130)`, ['pass', 'warn', 'warn']],
  ['an owner who is no administrator', USUAL.replace('O:SY', 'O:DOM-1130'), ['pass', 'pass', 'warn']],
  ['a NULL DACL', 'O:SYG:SYD:NO_ACCESS_CONTROL', ['warn', 'warn', 'warn']],
];

for (const [what, sddl, statuses] of TABLE) {
  test(`checkZoneAccess(): ${what}`, () => {
    const checks = checkZoneAccess(nodeDescriptor(sddl), TRUSTEES);
    assert.deepEqual(
      checks.map(({ id }) => id),
      ['zone-create', 'zone-properties', 'zone-control'],
    );
    assert.deepEqual(
      checks.map(({ status }) => status),
      statuses,
    );
    for (const { status, cure } of checks) assert.equal(cure === null, status === 'pass');
  });
}

test('checkZoneAccess() names who can, and says nothing of administrators and the system', () => {
  const checks = checkZoneAccess(nodeDescriptor(`${USUAL}(A;;FULL;;;DOM-1130)`), TRUSTEES);
  assert.deepEqual(
    checks.map(({ message }) => message),
    [
      `names can be created by S-1-5-11, ${HELPDESK}; secure-only does not change that`,
      `besides administrators ${HELPDESK} can write dNSProperty of the zone and take the switch back`,
      `besides administrators ${HELPDESK} can change the access list or the owner of the zone`,
    ],
  );
});

test('checkZoneAccess() does not judge what it cannot read', () => {
  assert.ok(
    checkZoneAccess(null, TRUSTEES).every(({ status, cure }) => status === 'unknown' && cure !== null),
  );
});

test('zoneTrustees() leaves out placeholders and what only counts for children', () => {
  const sids = zoneTrustees(
    nodeDescriptor('O:DOM-1130G:SYD:(A;;CC;;;AU)(A;;FULL;;;CO)(A;CIIO;FULL;;;DOM-1155)'),
  );
  assert.deepEqual([...sids].sort(), [HELPDESK, 'S-1-5-11'].sort());
});
