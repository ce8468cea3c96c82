import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dateToFiletime } from '../../src/formats/filetime.ts';
import type { Sid } from '../../src/formats/sid.ts';
import { checkDhcpAccount } from '../../src/records/account-health.ts';
import { type AccountSpec, accountOf, domainSid, entryOf, type Value } from '../support/corp.ts';

const NOW = new Date('2026-11-20T21:00:00Z');
const SPEC: AccountSpec = { rid: 1155, sam: 'dhcp_update', kind: 'user', uac: 0x200 };
const NEVER = '9223372036854775807';
const ALL_HOURS = new Uint8Array(21).fill(0xff);
const NOBODY: ReadonlySet<Sid> = new Set();

function faults(
  spec: Partial<AccountSpec>,
  attributes: Readonly<Record<string, Value>> = {},
  proxies: ReadonlySet<Sid> = NOBODY,
): readonly string[] {
  const account = accountOf({ ...SPEC, ...spec });
  const found = checkDhcpAccount(account, entryOf(account.dn, attributes), proxies, NOW);
  for (const { severity, code, where } of found) {
    assert.deepEqual([severity, code, where], ['warning', 'dhcp-account-health', account.name]);
  }
  return found.map(({ message }) => message);
}

const filetime = (iso: string) => String(dateToFiletime(new Date(iso)));

test('checkDhcpAccount() has nothing to say about a sound account, nor about what it could not read', () => {
  assert.deepEqual(faults({}), []);
  for (const accountExpires of ['0', NEVER, 'not a number', '-1']) {
    assert.deepEqual(faults({}, { accountExpires }), [], accountExpires);
  }
  assert.deepEqual(
    faults({}, { 'msDS-User-Account-Control-Computed': '0', logonHours: ALL_HOURS, userWorkstations: '' }),
    [],
  );
});

const FAULTS: readonly (readonly [
  what: string,
  spec: Partial<AccountSpec>,
  attributes: Readonly<Record<string, Value>>,
  message: RegExp,
])[] = [
  ['disabled', { uac: 0x202 }, {}, /^it is disabled: DHCP servers cannot sign in/],
  ['locked', {}, { 'msDS-User-Account-Control-Computed': '16' }, /^it is locked out: /],
  [
    'password expired',
    {},
    { 'msDS-User-Account-Control-Computed': '8388608' },
    /^its password has expired: /,
  ],
  ['expired', {}, { accountExpires: filetime('2026-11-01T00:00:00Z') }, /^it expired on 2026-11-01: /],
  [
    'expires at this moment',
    {},
    { accountExpires: filetime(NOW.toISOString()) },
    /^it expired on 2026-11-20/,
  ],
  ['will expire', {}, { accountExpires: filetime('2027-01-31T00:00:00Z') }, /^it expires on 2027-01-31; /],
  ['smart card', { uac: 0x40200 }, {}, /smart card/],
  ['a computer', { kind: 'computer', sam: 'DHCP1$', uac: 0x1000 }, {}, /^it is a computer account; /],
  ['a gMSA', { kind: 'gmsa', sam: 'dhcp$', uac: 0x1000 }, {}, /^it is a managed service account/],
  ['a group', { kind: 'group' }, {}, /^it is a group; /],
  ['some machines only', {}, { userWorkstations: 'DHCP1,DHCP2' }, /userWorkstations/],
  ['some hours only', {}, { logonHours: new Uint8Array(21).fill(0xff, 0, 20) }, /logonHours/],
];

for (const [what, spec, attributes, message] of FAULTS) {
  test(`checkDhcpAccount() warns of one fault: ${what}`, () => {
    const found = faults(spec, attributes);
    assert.equal(found.length, 1, found.join('\n'));
    assert.match(found[0] ?? '', message);
  });
}

test('checkDhcpAccount() warns of a member of DnsUpdateProxy, and not of the account that is none', () => {
  assert.match(faults({}, {}, new Set([domainSid(1155)]))[0] ?? '', /member of DnsUpdateProxy.*take it out/);
  assert.deepEqual(faults({}, {}, new Set([domainSid(1156)])), []);
});

test('checkDhcpAccount() tells every fault', () => {
  const attributes = { 'msDS-User-Account-Control-Computed': String(0x10 | 0x800000) };
  assert.equal(faults({ uac: 0x202 }, attributes, new Set([domainSid(1155)])).length, 4);
});
