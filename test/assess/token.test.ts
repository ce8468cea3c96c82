import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Token } from '../../src/assess/access-check.ts';
import { tokenOf, tokenOfSid } from '../../src/assess/token.ts';
import { parseSid, type Sid } from '../../src/formats/sid.ts';
import type { Memberships } from '../../src/records/group-book.ts';
import { accountOf, domainSid } from '../support/corp.ts';

/** Everyone, Authenticated Users, Network, This Organization, asserted identity. */
const EVERY_LOGON = ['S-1-1-0', 'S-1-5-11', 'S-1-5-2', 'S-1-5-15', 'S-1-18-1'].map(parseSid);
/** Interactive, Anonymous, SYSTEM, OWNER RIGHTS, CREATOR OWNER, PRINCIPAL_SELF, Administrators. */
const NEVER = ['S-1-5-4', 'S-1-5-7', 'S-1-5-18', 'S-1-3-4', 'S-1-3-0', 'S-1-5-10', 'S-1-5-32-544'].map(
  parseSid,
);
const USERS = parseSid('S-1-5-32-545');
const ENTERPRISE_DOMAIN_CONTROLLERS = parseSid('S-1-5-9');

const NO_GROUPS: Memberships = { isMember: () => false };

function assertHolds(token: Token, sids: readonly Sid[]): void {
  for (const sid of [...sids, ...EVERY_LOGON]) assert.ok(token.sids.has(sid), `lacks ${sid}`);
  for (const sid of NEVER) assert.ok(!token.sids.has(sid), `holds ${sid}`);
}

test('tokenOfSid() holds the SID and what every logon carries, Users as a domain has it by default', () => {
  const token = tokenOfSid(domainSid(1155));
  assertHolds(token, [domainSid(1155), USERS]);
  assert.ok(!token.sids.has(domainSid(513)));
});

test('tokenOf() holds the account, and the groups that it is found in', () => {
  const host = accountOf({ rid: 1109, sam: 'HOST$', uac: 0x1000 });
  const groups: Memberships = { isMember: (account, sid) => account === host && sid === domainSid(1300) };
  const token = tokenOf(host, groups);
  assertHolds(token, [domainSid(1109), domainSid(1300)]);
  assert.ok(!token.sids.has(domainSid(1301)));
  assert.ok(!token.sids.has(USERS), 'Users is a group like others: somebody may have emptied it');
});

test('tokenOf() holds the SIDs that the account had before it was moved', () => {
  const before = parseSid('S-1-5-21-1-2-3-1000');
  assertHolds(tokenOf(accountOf({ rid: 1109, sam: 'HOST$', sidHistory: [before] }), NO_GROUPS), [before]);
});

test('tokenOf() makes a domain controller one of the ENTERPRISE DOMAIN CONTROLLERS', () => {
  const dc = accountOf({ rid: 1000, sam: 'DC1$', uac: 0x82000, primaryGroup: 516 });
  assertHolds(tokenOf(dc, NO_GROUPS), [domainSid(1000), ENTERPRISE_DOMAIN_CONTROLLERS]);
});

test('tokenOf() leaves ENTERPRISE DOMAIN CONTROLLERS out for a read-only one, by its flag or by its group', () => {
  for (const rodc of [
    accountOf({ rid: 1001, sam: 'RODC1$', uac: 0x5001000, primaryGroup: 521 }),
    accountOf({ rid: 1001, sam: 'RODC1$', uac: 0x5001000 }),
    accountOf({ rid: 1001, sam: 'RODC1$', primaryGroup: 521 }),
  ]) {
    assert.ok(!tokenOf(rodc, NO_GROUPS).sids.has(ENTERPRISE_DOMAIN_CONTROLLERS));
  }
});

test('tokenOf() gives ENTERPRISE DOMAIN CONTROLLERS to nobody else, a user with a DC flag included', () => {
  for (const account of [
    accountOf({ rid: 1109, sam: 'HOST$', uac: 0x1000, primaryGroup: 515 }),
    accountOf({ rid: 1155, sam: 'u', kind: 'user', uac: 0x2000 }),
  ]) {
    assert.ok(!tokenOf(account, NO_GROUPS).sids.has(ENTERPRISE_DOMAIN_CONTROLLERS));
  }
});
