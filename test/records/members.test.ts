import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSecurityGroup, readMembers } from '../../src/records/members.ts';
import type { RawEntry } from '../../src/records/source.ts';
import { accountEntry, domainSid, entryOf } from '../support/corp.ts';
import { MemorySource } from '../support/memory-source.ts';

/** groupType of a global, a domain-local, a universal and a builtin security group, and of a distribution group. */
const SECURITY_TYPES = ['-2147483646', '-2147483644', '-2147483640', '-2147483643'];
const DISTRIBUTION = '2';

const user = (rid: number) => accountEntry({ rid, sam: `user${rid}`, kind: 'user' });

function group(rid: number, groupType?: string): RawEntry {
  const { dn, attributes } = accountEntry({ rid, sam: `group${rid}`, kind: 'group' });
  const type = groupType === undefined ? [] : [...entryOf(dn, { groupType }).attributes];
  return { dn, attributes: new Map([...attributes, ...type]) };
}

/** The members of group 1200, with the requests that this took. */
async function membersOf1200(members: Readonly<Record<string, readonly RawEntry[]>>) {
  const groups = [group(1200), ...Object.values(members).flat()];
  const source = new MemorySource({ accounts: groups, members });
  const { all, direct } = await readMembers(source, [group(1200).dn]);
  return { all: [...all].sort(), direct: [...direct].sort(), asked: source.asked };
}

test('readMembers() takes accounts, groups and foreign principals, nested ones too', async () => {
  const foreign = entryOf('CN=S-1-5-11,CN=ForeignSecurityPrincipals,DC=corp,DC=example,DC=com', {
    objectClass: ['top', 'foreignSecurityPrincipal'],
    objectSid: Uint8Array.of(1, 1, 0, 0, 0, 0, 0, 5, 11, 0, 0, 0),
  });
  const { all, direct } = await membersOf1200({
    group1200: [user(1300), group(1201)],
    group1201: [user(1301), foreign],
  });
  assert.deepEqual(all, ['S-1-5-11', domainSid(1201), domainSid(1300), domainSid(1301)]);
  assert.deepEqual(direct, [domainSid(1201), domainSid(1300)]);
});

test('readMembers() asks once for each level, however wide it is', async () => {
  const { all, asked } = await membersOf1200({
    group1200: [group(1201), group(1202)],
    group1201: [group(1203), user(1300)],
    group1202: [user(1301)],
    group1203: [user(1302)],
  });
  assert.deepEqual(asked, ['membersOf 1', 'membersOf 2', 'membersOf 1']);
  assert.equal(all.length, 6);
});

test('readMembers() asks about 50 groups at a time', async () => {
  const wide = Array.from({ length: 120 }, (_, at) => group(1400 + at));
  const { asked } = await membersOf1200({ group1200: wide });
  assert.deepEqual(asked, ['membersOf 1', 'membersOf 50', 'membersOf 50', 'membersOf 20']);
});

test('readMembers() comes to an end in a circle, and asks about no group twice', async () => {
  const { all, direct, asked } = await membersOf1200({
    group1200: [group(1201)],
    group1201: [group(1202), group(1200)],
    group1202: [group(1201), user(1300)],
  });
  assert.deepEqual(asked, ['membersOf 1', 'membersOf 1', 'membersOf 1']);
  assert.deepEqual(all, [1200, 1201, 1202, 1300].map(domainSid));
  assert.deepEqual(direct, [domainSid(1201)]);
});

test('readMembers() counts neither a distribution group nor who is in it', async () => {
  const { all, asked } = await membersOf1200({
    group1200: [group(1201, DISTRIBUTION), group(1202, SECURITY_TYPES[0])],
    group1201: [user(1300)],
    group1202: [user(1301)],
  });
  assert.deepEqual(all, [domainSid(1202), domainSid(1301)]);
  assert.deepEqual(asked, ['membersOf 1', 'membersOf 1']);
});

test('readMembers() leaves out what has no SID, such as a contact', async () => {
  const contact = entryOf('CN=contact,DC=corp,DC=example,DC=com', { objectClass: ['top', 'contact'] });
  assert.deepEqual((await membersOf1200({ group1200: [contact] })).all, []);
});

test('isSecurityGroup() goes by the bit of groupType, and takes a group without a type for one', () => {
  for (const type of SECURITY_TYPES) assert.equal(isSecurityGroup(group(1200, type)), true, type);
  for (const type of ['2', '4', '8']) assert.equal(isSecurityGroup(group(1200, type)), false, type);
  assert.equal(isSecurityGroup(group(1200)), true);
});
