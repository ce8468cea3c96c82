import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeSid, parseSid, type Sid } from '../../src/formats/sid.ts';
import type { Account } from '../../src/records/account.ts';
import { GroupBook } from '../../src/records/group-book.ts';
import type { RawEntry } from '../../src/records/source.ts';
import { type AccountSpec, accountEntry, accountOf, domainSid, entryOf } from '../support/corp.ts';
import { MemorySource } from '../support/memory-source.ts';

const PC1: AccountSpec = { rid: 1109, sam: 'PC1$', primaryGroup: 515 };
const GROUP = domainSid(1200);
const PRE_WINDOWS_2000 = parseSid('S-1-5-32-554');
const USERS = parseSid('S-1-5-32-545');
const DISTRIBUTION = '2';

/** A group of the domain, or a builtin one by its whole SID. */
function group(sid: Sid, more: Readonly<Record<string, string>> = {}): RawEntry {
  return entryOf(`CN=${sid},CN=Users,DC=corp,DC=example,DC=com`, {
    objectClass: ['top', 'group'],
    objectSid: encodeSid(sid),
    sAMAccountName: sid,
    ...more,
  });
}

function foreign(sid: string): RawEntry {
  return entryOf(`CN=${sid},CN=ForeignSecurityPrincipals,DC=corp,DC=example,DC=com`, {
    objectClass: ['top', 'foreignSecurityPrincipal'],
    objectSid: encodeSid(parseSid(sid)),
  });
}

/** Is `account` in `sid`, when the group has these members? */
async function isIn(
  account: Account,
  sid: Sid,
  members: readonly RawEntry[],
  more: Readonly<Record<string, string>> = {},
): Promise<boolean> {
  const source = new MemorySource({ accounts: [group(sid, more), ...members], members: { [sid]: members } });
  const book = new GroupBook(source);
  await book.load([sid]);
  return book.isMember(account, sid);
}

test('load() asks for all new groups at once, and for none a second time', async () => {
  const [other, gone] = [domainSid(1201), domainSid(1202)];
  const source = new MemorySource({ accounts: [group(GROUP), group(other)] });
  const book = new GroupBook(source);
  await book.load([GROUP, other, gone, GROUP]);
  await book.load([other, gone]);
  assert.deepEqual(source.asked, [`bySid ${GROUP} ${other} ${gone}`, 'membersOf 1', 'membersOf 1']);
  assert.equal(book.size, 2);
});

test('load() never asks for SIDs that cannot be groups with members', async () => {
  const source = new MemorySource({});
  await new GroupBook(source).load(['S-1-5-11', 'S-1-1-0', 'S-1-5-18', 'S-1-5-9'].map(parseSid));
  assert.deepEqual(source.asked, []);
});

test('load() reads the members of security groups that are there, not of accounts or deleted groups', async () => {
  const members = { [GROUP]: [accountEntry(PC1)] };
  for (const [why, entry] of [
    ['an account', accountEntry({ rid: 1200, sam: GROUP, kind: 'user' })],
    ['deleted', group(GROUP, { isDeleted: 'TRUE' })],
    ['a distribution group', group(GROUP, { groupType: DISTRIBUTION })],
  ] as const) {
    const book = new GroupBook(new MemorySource({ accounts: [entry], members }));
    await book.load([GROUP]);
    assert.equal(book.size, 0, why);
    assert.equal(book.isMember(accountOf(PC1), GROUP), false, why);
  }
});

test('isMember() finds who is listed, and nobody else', async () => {
  assert.equal(await isIn(accountOf(PC1), GROUP, [accountEntry(PC1)]), true);
  assert.equal(await isIn(accountOf({ rid: 1110, sam: 'PC2$' }), GROUP, [accountEntry(PC1)]), false);
});

test('isMember() counts the primary group, which lists nobody', async () => {
  const book = new GroupBook(new MemorySource({}));
  assert.equal(book.isMember(accountOf(PC1), domainSid(515)), true);
  assert.equal(book.isMember(accountOf(PC1), domainSid(516)), false);
});

test('isMember() counts a group that holds the primary group of the account', async () => {
  const computers = group(domainSid(515));
  assert.equal(await isIn(accountOf(PC1), GROUP, [computers]), true);
  assert.equal(await isIn(accountOf({ ...PC1, primaryGroup: 516 }), GROUP, [computers]), false);
});

test('isMember() counts the SIDs that the account had before it was moved', async () => {
  const before = parseSid('S-1-5-21-1-2-3-1000');
  assert.equal(await isIn(accountOf({ ...PC1, sidHistory: [before] }), GROUP, [foreign(before)]), true);
  assert.equal(await isIn(accountOf(PC1), GROUP, [foreign(before)]), false);
});

for (const sid of ['S-1-5-11', 'S-1-1-0', 'S-1-5-2', 'S-1-5-15']) {
  test(`isMember() finds everybody who signs in in a builtin group that lists ${sid}`, async () => {
    assert.equal(await isIn(accountOf(PC1), PRE_WINDOWS_2000, [foreign(sid)]), true);
  });
}

test('isMember() finds nobody in a builtin group that lists the anonymous logon or INTERACTIVE only', async () => {
  assert.equal(await isIn(accountOf(PC1), PRE_WINDOWS_2000, [foreign('S-1-5-7')]), false);
  assert.equal(await isIn(accountOf(PC1), PRE_WINDOWS_2000, [foreign('S-1-5-4')]), false);
});

test('isMember() does not count Authenticated Users in a group of the domain: no ticket carries that', async () => {
  for (const groupType of ['-2147483646', '-2147483644']) {
    assert.equal(await isIn(accountOf(PC1), GROUP, [foreign('S-1-5-11')], { groupType }), false);
  }
});

test('isMember() does not count Authenticated Users in a builtin group by way of a group of the domain', async () => {
  const source = new MemorySource({
    accounts: [group(PRE_WINDOWS_2000), group(GROUP)],
    members: { [PRE_WINDOWS_2000]: [group(GROUP)], [GROUP]: [foreign('S-1-5-11'), accountEntry(PC1)] },
  });
  const book = new GroupBook(source);
  await book.load([PRE_WINDOWS_2000]);
  assert.equal(book.isMember(accountOf(PC1), PRE_WINDOWS_2000), true);
  assert.equal(book.isMember(accountOf({ rid: 1110, sam: 'PC2$' }), PRE_WINDOWS_2000), false);
});

test('isMember() takes Users to hold everybody, unless its members were read and say otherwise', async () => {
  assert.equal(new GroupBook(new MemorySource({})).isMember(accountOf(PC1), USERS), true);
  assert.equal(await isIn(accountOf(PC1), USERS, [foreign('S-1-5-11')]), true);
  assert.equal(await isIn(accountOf(PC1), USERS, []), false);
});
