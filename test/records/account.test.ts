import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Problem } from '../../src/errors.ts';
import { encodeSid, parseSid } from '../../src/formats/sid.ts';
import {
  ACCOUNT_ATTRIBUTES,
  decodeAccount,
  isDisabled,
  isDomainController,
  isReadOnlyDomainController,
  principalOf,
  principalOfSid,
  readAccount,
} from '../../src/records/account.ts';
import type { RawEntry } from '../../src/records/source.ts';
import { type AccountSpec, accountEntry, accountOf, domainSid, entryOf, INFO } from '../support/corp.ts';

test('decodeAccount() reads everything the program asks an account for', () => {
  const spec: AccountSpec = {
    rid: 1109,
    sam: 'PC1$',
    uac: 0x1002,
    primaryGroup: 515,
    host: 'pc1.corp.example.com',
    spns: ['HOST/PC1', 'HOST/pc1.corp.example.com'],
    additional: ['alias.example.net'],
    sidHistory: [parseSid('S-1-5-21-1-2-3-1000')],
  };
  const { dn, ...account } = accountOf(spec);
  assert.equal(dn, 'CN=PC1,CN=Users,DC=corp,DC=example,DC=com');
  assert.deepEqual(account, {
    sid: domainSid(1109),
    name: 'CORP\\PC1$',
    kind: 'computer',
    samAccountName: 'PC1$',
    userAccountControl: 0x1002,
    primaryGroupId: 515,
    primaryGroup: domainSid(515),
    dnsHostName: 'pc1.corp.example.com',
    serviceNames: { hosts: ['pc1.corp.example.com'], cluster: null },
    additionalDnsHostNames: ['alias.example.net'],
    sidHistory: ['S-1-5-21-1-2-3-1000'],
    groupType: null,
    deleted: false,
  });
});

test('decodeAccount() reads no attribute that a source is not told to ask for', () => {
  const asked = new Set(ACCOUNT_ATTRIBUTES.map((name) => name.toLowerCase()));
  const read = new Set<string>();
  const { dn, attributes } = accountEntry({ rid: 1, sam: 'PC1$' });
  const spy = new Map(attributes);
  spy.get = (name) => {
    read.add(name);
    return attributes.get(name);
  };
  decodeAccount({ dn, attributes: spy } satisfies RawEntry, INFO);
  assert.deepEqual([...read].sort(), [...asked].sort());
});

test('decodeAccount() falls back to Domain Computers or Domain Users, and to no group outside a domain', () => {
  const groupOf = (spec: Partial<AccountSpec>) => accountOf({ rid: 1155, sam: 'x', ...spec }).primaryGroup;
  assert.equal(groupOf({ primaryGroup: 516 }), domainSid(516));
  assert.equal(groupOf({ kind: 'computer' }), domainSid(515));
  assert.equal(groupOf({ kind: 'user' }), domainSid(513));
  const builtin = entryOf('CN=x', { objectSid: encodeSid(parseSid('S-1-5-32-544')), sAMAccountName: 'x' });
  assert.equal(decodeAccount(builtin, INFO)?.primaryGroup, null);
});

test('decodeAccount() tells the kinds apart: a gMSA is also a computer and a user', () => {
  const kindOf = (kind: NonNullable<AccountSpec['kind']>) => accountOf({ rid: 1, sam: 'x', kind }).kind;
  assert.deepEqual((['computer', 'user', 'group', 'gmsa'] as const).map(kindOf), [
    'computer',
    'user',
    'group',
    'gmsa',
  ]);
  const sid = encodeSid(domainSid(1));
  assert.equal(
    decodeAccount(entryOf('CN=x', { objectSid: sid, sAMAccountName: 'x' }), INFO)?.kind,
    'unknown',
  );
});

test('decodeAccount() qualifies a name by the domain of its SID, as far as that is known', () => {
  const nameOf = (sid: string, sam: string) => {
    const entry = entryOf('CN=x', { objectSid: encodeSid(parseSid(sid)), sAMAccountName: sam });
    return decodeAccount(entry, INFO)?.name;
  };
  assert.equal(nameOf('S-1-5-21-1-2-3-1000', 'pc9$'), 'pc9$');
  assert.equal(nameOf('S-1-5-32-544', 'Administratoren'), 'BUILTIN\\Administrators');
  assert.equal(nameOf('S-1-5-32-9999', 'New Group'), 'BUILTIN\\New Group');
});

test('decodeAccount() gives null for what has no SID or no account name', () => {
  const sid = encodeSid(parseSid('S-1-5-11'));
  assert.equal(
    decodeAccount(entryOf('CN=S-1-5-11,CN=ForeignSecurityPrincipals', { objectSid: sid }), INFO),
    null,
  );
  assert.equal(decodeAccount(entryOf('CN=contact', { sAMAccountName: 'x' }), INFO), null);
});

test('readAccount() makes a problem of a corrupt SID', () => {
  const problems: Problem[] = [];
  const bad = entryOf('CN=bad', { objectSid: new Uint8Array([1, 5, 0]), sAMAccountName: 'bad' });
  assert.equal(readAccount(bad, INFO, problems), null);
  assert.equal(readAccount(accountEntry({ rid: 2, sam: 'good' }), INFO, problems)?.samAccountName, 'good');
  assert.deepEqual(
    problems.map((problem) => [problem.code, problem.where]),
    [['bad-account', 'CN=bad']],
  );
});

test('isDomainController() goes by flag or primary group, and takes computers only', () => {
  const is = (spec: Partial<AccountSpec>) => isDomainController(accountOf({ rid: 1, sam: 'X$', ...spec }));
  assert.ok(is({ uac: 0x82000 }));
  assert.ok(is({ primaryGroup: 516 }));
  assert.ok(is({ uac: 0x5001000 }));
  assert.ok(is({ primaryGroup: 521 }));
  assert.ok(!is({ uac: 0x1000, primaryGroup: 515 }));
  assert.ok(!is({ uac: 0x2000, kind: 'user' }));
});

test('isReadOnlyDomainController() and isDisabled() go by their flags', () => {
  assert.ok(!isReadOnlyDomainController(accountOf({ rid: 1, sam: 'X$', uac: 0x82000, primaryGroup: 516 })));
  assert.ok(isReadOnlyDomainController(accountOf({ rid: 1, sam: 'X$', uac: 0x5001000 })));
  assert.ok(isDisabled(accountOf({ rid: 1, sam: 'X$', uac: 0x1002 })));
  assert.ok(!isDisabled(accountOf({ rid: 1, sam: 'X$', uac: 0x1000 })));
});

test('principalOf() and principalOfSid() give the short form', () => {
  assert.deepEqual(principalOf(accountOf({ rid: 1, sam: 'g', kind: 'group' })), {
    sid: domainSid(1),
    name: 'CORP\\g',
    kind: 'group',
  });
  assert.deepEqual(principalOfSid(parseSid('S-1-5-18')), {
    sid: 'S-1-5-18',
    name: 'NT AUTHORITY\\SYSTEM',
    kind: 'wellknown',
  });
  assert.deepEqual(principalOfSid(domainSid(1)), { sid: domainSid(1), name: null, kind: 'unknown' });
});
