import assert from 'node:assert/strict';
import test from 'node:test';
import {
  createFramer,
  openMessage,
  readSearchDone,
  readSearchEntry,
  type SearchDone,
} from '../../src/directory/ldap-wire.ts';
import { FormatError } from '../../src/errors.ts';
import type { RawEntry } from '../../src/records/source.ts';
import { hexOf, seededRandom } from '../formats/codec-vectors.ts';
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
} from '../support/ber.ts';

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
  const push = createFramer((bytes) => messages.push(hexOf(bytes)));
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

function entryOf(bytes: Buffer): RawEntry {
  return readSearchEntry(openMessage(bytes).cursor);
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

test('createFramer() hands out messages that later chunks do not change', () => {
  const held: Buffer[] = [];
  const push = createFramer((bytes) => held.push(bytes));
  for (const chunk of cut(Buffer.concat([...PAGE, ...PAGE]), () => 100)) push(Buffer.from(chunk));
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
    assert.equal(entryOf(bytes).attributes.get('x')?.[0]?.length, size);
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

test('readSearchEntry() reads names in lower case and values as they are', () => {
  const { dn, attributes } = entryOf(PAGE[0] as Buffer);
  assert.equal(dn, DN);
  assert.deepEqual([...attributes.keys()], ['dnsrecord', 'ntsecuritydescriptor']);
  assert.deepEqual(attributes.get('dnsrecord')?.map(hexOf), ['04000100', '']);
  assert.equal(hexOf(attributes.get('ntsecuritydescriptor')?.[0] ?? Buffer.alloc(0)), 'a5'.repeat(1324));
});

test('readSearchEntry() reads an entry without attributes and an attribute without values', () => {
  assert.deepEqual(entryOf(searchEntry(1, '')), { dn: '', attributes: new Map() });
  assert.deepEqual(entryOf(searchEntry(1, 'DC=ü', [['dnsRecord', []]])), {
    dn: 'DC=ü',
    attributes: new Map([['dnsrecord', []]]),
  });
});

test('readSearchEntry() refuses what is not built like an entry', () => {
  const broken = [
    searchDone(1),
    message(1, element(0x64, octets('DC=a'))),
    message(1, element(0x64, Buffer.concat([octets('DC=a'), sequence(octets('no list'))]))),
    message(
      1,
      element(
        0x64,
        Buffer.concat([octets('DC=a'), sequence(sequence(octets('x'), element(0x31, integer(1))))]),
      ),
    ),
    message(
      1,
      element(
        0x64,
        Buffer.concat([
          octets('DC=a'),
          sequence(sequence(octets('x'), element(0x31, octets('1')), octets('more'))),
        ]),
      ),
    ),
  ];
  for (const bytes of broken) assert.throws(() => entryOf(bytes), FormatError, hexOf(bytes));
});

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

test('every cut-off message gives a FormatError', () => {
  const read = [entryOf, entryOf, null, doneOf];
  for (const [index, bytes] of PAGE.entries()) {
    const decode = read[index] ?? openMessage;
    if (read[index] === null) continue;
    for (let length = 0; length < bytes.length; length += 1) {
      assert.throws(() => decode(bytes.subarray(0, length)), FormatError, `${index} cut to ${length}`);
    }
  }
});

test('damaged messages give a FormatError or a value', () => {
  const random = seededRandom(2251);
  let refused = 0;
  for (let round = 0; round < 20_000; round += 1) {
    const index = random(2) === 0 ? 0 : 3;
    const bytes = Buffer.from(PAGE[index] as Buffer);
    // The front holds the structure; the descriptor behind it is taken as it comes.
    for (let flips = 0; flips < 3; flips += 1) bytes[random(Math.min(bytes.length, 160))] = random(256);
    try {
      if (index === 0) entryOf(bytes);
      else doneOf(bytes);
    } catch (error) {
      assert.ok(error instanceof FormatError, String(error));
      refused += 1;
    }
  }
  assert.ok(refused > 1000, `${refused} refused`);
});
