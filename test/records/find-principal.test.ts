import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UsageError } from '../../src/errors.ts';
import { findPrincipal } from '../../src/records/find-principal.ts';
import { PrincipalBook } from '../../src/records/principal-book.ts';
import { accountEntry, CHILD_DOMAIN, domainSid, INFO } from '../support/corp.ts';
import { MemorySource } from '../support/memory-source.ts';

const source = new MemorySource({
  accounts: [
    accountEntry({ rid: 1109, sam: 'PC1$', host: 'pc1.corp.example.com' }),
    accountEntry({ rid: 1110, sam: 'PC1$', deleted: true }),
    accountEntry({ rid: 1120, sam: 'twin', kind: 'user' }),
    accountEntry({ rid: 1121, sam: 'twin$' }),
    accountEntry({ rid: 1155, sam: 'dhcp_update', kind: 'user' }),
  ],
});

const find = (reference: string) =>
  findPrincipal(source, INFO, new PrincipalBook(source, INFO), reference, '--dhcp-account');

const refuses = async (reference: string, message: RegExp) =>
  assert.rejects(
    find(reference),
    (error) => error instanceof UsageError && error.flag === '--dhcp-account' && message.test(error.message),
  );

test('findPrincipal() finds the same account by every form of its name', async () => {
  for (const reference of [
    domainSid(1109),
    'PC1$',
    'pc1',
    'CORP\\pc1$',
    'corp.example.com\\PC1',
    'PC1.corp.example.com',
    'CN=PC1,CN=Users,DC=corp,DC=example,DC=com',
  ]) {
    assert.deepEqual(
      await find(reference),
      { sid: domainSid(1109), name: 'CORP\\PC1$', kind: 'computer' },
      reference,
    );
  }
});

test('findPrincipal() takes a SID that nobody has', async () => {
  assert.deepEqual(await find('s-1-5-21-1-2-3-1000'), {
    sid: 'S-1-5-21-1-2-3-1000',
    name: null,
    kind: 'unknown',
  });
});

test('findPrincipal() says what was searched when there is no such account', async () => {
  await refuses('nobody', /^Cannot find "nobody" in corp\.example\.com: searched by sAMAccountName .* DN$/);
});

test('findPrincipal() names all that a reference could mean', async () => {
  await refuses('twin', /CORP\\twin \(S-[\d-]+-1120\), CORP\\twin\$ \(S-[\d-]+-1121\); give the SID$/);
});

test('findPrincipal() refuses a domain that it does not know and lists those it does', async () => {
  await refuses(
    'OTHER\\pc1',
    /^Cannot find OTHER\\pc1: OTHER is not a known domain \(known: CORP, corp\.example\.com, CHILD, child\.corp\.example\.com\)$/,
  );
});

test('findPrincipal() never takes an account of the domain at hand for one of another domain', async () => {
  await refuses('CHILD\\pc1', /^Cannot find "CHILD\\\\pc1"/);
  await refuses('child.corp.example.com\\dhcp_update', /^Cannot find/);
});

test('findPrincipal() tells accounts of two domains apart by the domain that was given', async () => {
  const both = new MemorySource({
    accounts: [
      accountEntry({ rid: 1155, sam: 'dhcp_update', kind: 'user' }),
      accountEntry({ rid: 1156, sam: 'dhcp_update', kind: 'user', domain: CHILD_DOMAIN }),
    ],
  });
  const findOf = (reference: string) =>
    findPrincipal(both, INFO, new PrincipalBook(both, INFO), reference, '--dhcp-account');
  assert.equal((await findOf('CORP\\dhcp_update')).sid, domainSid(1155));
  assert.equal((await findOf('child\\dhcp_update')).sid, domainSid(1156));
  await assert.rejects(findOf('dhcp_update'), UsageError);
});
