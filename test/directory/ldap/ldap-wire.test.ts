import assert from 'node:assert/strict';
import test from 'node:test';
import {
  copyMessages,
  createFramer,
  openMessage,
  readSearchDone,
  type SearchDone,
} from '../../../src/directory/ldap/ldap-wire.ts';
import { FormatError } from '../../../src/errors.ts';
import { hexOf, seededRandom } from '../../formats/codec-vectors.ts';
import {
  element,
  integer,
  message,
  octets,
  pagedControl,
  result,
  searchDone,
  searchEntry,
  searchReference,
  sequence,
} from '../../support/ber.ts';
import { countRefused } from '../../support/damage.ts';

const DN = 'DC=pc1,DC=corp.example.com,CN=MicrosoftDNS,DC=DomainDnsZones,DC=corp,DC=example,DC=com';
/** What a domain controller sends for one page: two entries, a referral and the end with a cookie. */
const PAGE = [
  searchEntry(7, DN, [
    ['dnsRecord', [Buffer.from('04000100', 'hex'), Buffer.from([])]],
    ['nTSecurityDescriptor', [Buffer.alloc(1324, 0xa5)]],
  ]),
  searchEntry(7, 'DC=@,DC=zone', [['dc', ['@']]]),
  searchReference(7, 'ldap://DomainDnsZones.corp.example.com/DC=corp'),
  searchDone(7, { cookie: Buffer.from('c00c1e', 'hex') }),
];

function frame(chunks: Iterable<Uint8Array>): string[] {
  const messages: string[] = [];
  const push = createFramer((bytes, start, end) => messages.push(hexOf(bytes.subarray(start, end))));
  for (const chunk of chunks) push(Buffer.from(chunk));
  return messages;
}

function* cut(bytes: Buffer, nextSize: () => number): Generator<Buffer> {
  for (let at = 0; at < bytes.length; ) {
    const end = at + nextSize();
    yield bytes.subarray(at, end);
    at = end;
  }
}

function doneOf(bytes: Buffer): SearchDone {
  return readSearchDone(openMessage(bytes).cursor);
}

test('createFramer() finds the same messages however the stream is cut', () => {
  const stream = Buffer.concat(PAGE);
  const expected = PAGE.map(hexOf);
  assert.deepEqual(frame([stream]), expected);
  assert.deepEqual(frame(cut(stream, () => 1)), expected);
  for (let at = 0; at <= stream.length; at += 1) {
    assert.deepEqual(frame([stream.subarray(0, at), stream.subarray(at)]), expected, `cut at ${at}`);
  }
  const random = seededRandom(4511);
  for (let round = 0; round < 200; round += 1) {
    assert.deepEqual(frame(cut(stream, () => random(400))), expected, `round ${round}`);
  }
});

test('copyMessages() hands out messages that later chunks do not change', () => {
  const held: Buffer[] = [];
  const push = createFramer(copyMessages((message) => held.push(message)));
  const receiver = Buffer.alloc(100);
  for (const chunk of cut(Buffer.concat([...PAGE, ...PAGE]), () => 100)) {
    chunk.copy(receiver);
    push(receiver.subarray(0, chunk.length));
    receiver.fill(0);
  }
  assert.deepEqual(held.map(hexOf), [...PAGE, ...PAGE].map(hexOf));
});

test('createFramer() keeps a message back until its last byte is there', () => {
  for (const whole of PAGE) {
    assert.deepEqual(frame([whole.subarray(0, -1)]), []);
    assert.deepEqual(frame(cut(whole.subarray(0, -1), () => 1)), []);
  }
});

test('createFramer() reads every form of length that RFC 4511 allows', () => {
  for (const lengthBytes of [1, 2, 3, 4]) {
    const content = Buffer.concat([integer(1), element(0x65, result({}))]);
    const bytes = element(0x30, content, lengthBytes);
    assert.deepEqual(frame(cut(bytes, () => 1)), [hexOf(bytes)]);
    assert.equal(doneOf(bytes).resultCode, 0);
  }
  for (const size of [0, 127, 128, 255, 256, 65_535, 65_536, 16_777_216]) {
    const bytes = searchEntry(1, 'DC=a', [['x', [Buffer.alloc(size, 7)]]]);
    assert.equal(frame([bytes.subarray(0, 9), bytes.subarray(9)]).length, 1);
  }
});

const NOT_LDAP: readonly (readonly [name: string, bytes: Buffer])[] = [
  ['an HTTP answer', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')],
  ['a TLS alert', Buffer.from('15030300020228', 'hex')],
  ['a TLS ServerHello', Buffer.from('160303007a02000076', 'hex')],
  ['an SSH greeting', Buffer.from('SSH-2.0-OpenSSH_9.2\r\n')],
  ['the indefinite length', Buffer.from('3080020101', 'hex')],
  ['a length of five bytes', Buffer.from('30850000000001', 'hex')],
  ['a length of 126 bytes', Buffer.from('30fe', 'hex')],
  ['more than any server sends', Buffer.from('3084ffffffff', 'hex')],
];

for (const [name, bytes] of NOT_LDAP) {
  test(`createFramer() refuses ${name}`, () => {
    const refused = (error: unknown): boolean =>
      error instanceof FormatError && /^Cannot read the answer: /.test(error.message);
    assert.throws(() => frame([bytes]), refused);
    assert.throws(() => frame(cut(bytes, () => 1)), refused);
    assert.throws(() => frame([Buffer.concat([PAGE[3] as Buffer, bytes])]), refused);
  });
}

test('readSearchDone() reads result, words and cookie', () => {
  const none = Buffer.alloc(0);
  assert.deepEqual(doneOf(searchDone(1)), { resultCode: 0, message: '', cookie: none });
  assert.deepEqual(doneOf(searchDone(1, { cookie: none })), { resultCode: 0, message: '', cookie: none });
  const cookie = Buffer.from('00ff', 'hex');
  assert.deepEqual(doneOf(searchDone(1, { cookie })), { resultCode: 0, message: '', cookie });
  assert.deepEqual(doneOf(searchDone(1, { resultCode: 51, message: 'busy\0' })), {
    resultCode: 51,
    message: 'busy\0',
    cookie: none,
  });
  assert.equal(doneOf(searchDone(1, { resultCode: 4096 })).resultCode, 4096);
});

test('readSearchDone() gives a cookie that outlives the receive buffer', () => {
  const bytes = searchDone(1, { cookie: Buffer.from('next') });
  const { cookie } = doneOf(bytes);
  bytes.fill(0);
  assert.equal(cookie.toString(), 'next');
});

test('readSearchDone() steps over a referral and over controls it does not know', () => {
  const referral = element(0xa3, octets('ldap://other.example.com/DC=other'));
  const operation = element(0x65, Buffer.concat([result({ resultCode: 10 }), referral]));
  const other = sequence(octets('1.2.840.113556.1.4.474'), octets(sequence(integer(0, 0x0a))));
  const critical = sequence(octets('1.2.3'), element(0x01, Buffer.from([0xff])), octets('x'));
  const bare = sequence(octets('1.2.840.113556.1.4.1339'));
  const controls = element(0xa0, Buffer.concat([other, critical, bare, pagedControl(Buffer.from('next'))]));
  const done = doneOf(message(1, operation, controls));
  assert.equal(done.resultCode, 10);
  assert.equal(done.cookie.toString(), 'next');
  assert.equal(doneOf(message(1, operation, element(0xa0, other))).cookie.length, 0);
});

test('readSearchDone() reads a paging control with its criticality', () => {
  const value = octets(sequence(integer(12), octets('c')));
  const control = sequence(octets('1.2.840.113556.1.4.319'), element(0x01, Buffer.from([0])), value);
  assert.equal(doneOf(message(1, element(0x65, result({})), element(0xa0, control))).cookie.toString(), 'c');
});

test('every cut-off end of a search gives a FormatError', () => {
  const bytes = PAGE[3] as Buffer;
  for (let length = 0; length < bytes.length; length += 1) {
    assert.throws(() => doneOf(bytes.subarray(0, length)), FormatError, `cut to ${length}`);
  }
});

test('a damaged end of a search gives a FormatError or a value', () => {
  assert.ok(countRefused(PAGE[3] as Buffer, doneOf) > 1000);
});
