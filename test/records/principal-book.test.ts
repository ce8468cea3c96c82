import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSid } from '../../src/formats/sid.ts';
import { PrincipalBook } from '../../src/records/principal-book.ts';
import { accountEntry, DOMAIN, domainSid, entryOf, INFO } from '../support/corp.ts';
import { MemorySource } from '../support/memory-source.ts';

const HOST = accountEntry({ rid: 1109, sam: 'PC1$' });
const GONE = accountEntry({ rid: 1132, sam: 'GONE$', deleted: true });
const SYSTEM = parseSid('S-1-5-18');

test('resolve() asks for all new SIDs at once, and for none a second time', async () => {
  const source = new MemorySource({ accounts: [HOST] });
  const book = new PrincipalBook(source, INFO);
  await book.resolve([domainSid(1109), domainSid(1187), domainSid(1109), SYSTEM]);
  await book.resolve([domainSid(1187), domainSid(1109)]);
  await book.resolve([SYSTEM]);
  assert.deepEqual(source.asked, [`bySid ${domainSid(1109)} ${domainSid(1187)}`]);
});

test('learn() takes in what was read for another purpose', async () => {
  const source = new MemorySource({});
  const book = new PrincipalBook(source, INFO);
  book.learn([HOST]);
  await book.resolve([domainSid(1109)]);
  assert.deepEqual(source.asked, []);
  assert.equal(book.account(domainSid(1109))?.samAccountName, 'PC1$');
  assert.deepEqual(book.principal(domainSid(1109)), {
    sid: domainSid(1109),
    name: 'CORP\\PC1$',
    kind: 'computer',
  });
});

test('state() calls an orphan only what its own domain does not have', async () => {
  const book = new PrincipalBook(new MemorySource({ accounts: [HOST, GONE] }), INFO);
  const foreign = parseSid('S-1-5-21-1-2-3-1000');
  await book.resolve([domainSid(1109), domainSid(1132), domainSid(1187), foreign]);
  assert.equal(book.state(domainSid(1109)), 'account');
  assert.equal(book.state(domainSid(1132)), 'orphan');
  assert.equal(book.state(domainSid(1187)), 'orphan');
  assert.equal(book.state(foreign), 'unresolved');
  assert.equal(book.state(SYSTEM), 'wellknown');
});

test('state() calls nothing an orphan that nobody asked about', () => {
  assert.equal(new PrincipalBook(new MemorySource({}), INFO).state(domainSid(1187)), 'unresolved');
});

test('state() calls nothing an orphan while the domain was not searched as a whole', async () => {
  const info = { ...INFO, domains: [{ ...DOMAIN, answered: false }] };
  const book = new PrincipalBook(new MemorySource({ info }), info);
  await book.resolve([domainSid(1187)]);
  assert.equal(book.state(domainSid(1187)), 'unresolved');
});

test('a deleted account keeps its name', async () => {
  const book = new PrincipalBook(new MemorySource({ accounts: [GONE] }), INFO);
  await book.resolve([domainSid(1132)]);
  assert.equal(book.principal(domainSid(1132)).name, 'CORP\\GONE$');
});

test('principal() of a SID that nothing is known of has no name', () => {
  const book = new PrincipalBook(new MemorySource({}), INFO);
  assert.deepEqual(book.principal(domainSid(1187)), { sid: domainSid(1187), name: null, kind: 'unknown' });
  assert.equal(book.account(domainSid(1187)), null);
});

test('problems keeps what could not be read', () => {
  const book = new PrincipalBook(new MemorySource({}), INFO);
  book.learn([entryOf('CN=bad', { objectSid: new Uint8Array(3), sAMAccountName: 'bad' })]);
  assert.deepEqual(
    book.problems.map((problem) => problem.where),
    ['CN=bad'],
  );
});
