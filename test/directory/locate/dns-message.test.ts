import assert from 'node:assert/strict';
import test from 'node:test';
import { decodeAnswer, encodeQuestion } from '../../../src/directory/locate/dns-message.ts';
import { FormatError } from '../../../src/errors.ts';
import { assertSurvivesDamage, bytesOf, hexOf } from '../../formats/codec-vectors.ts';

/** Samba 4.17.12 to a question for _ldap._tcp.dc._msdcs.corp.example.com; the target of the SRV record is compressed. */
const SAMBA =
  '123485000001000100010000055f6c646170045f746370026463065f6d7364637304636f7270076578616d706c6503636f6d0000210001' +
  'c00c0021000100000384000c00000064018503646331c021c01a0006000100000e100023c0490a686f73746d6173746572c021' +
  '0000000100000384000002580001518000000e10';
/** As a Windows server answers: the target in full, its addresses in the additional section. Hand made. */
const WITH_ADDRESSES =
  '000785800001000100000002' + // ID, flags, counts
  '045f7372760161000021' + // _srv.a SRV
  '0001' +
  'c00c0021000100000258000d' + // its record
  '00050064018503446331016100' +
  'c02a000100010000025800040a000001' + // A of Dc1.a
  'c02a001c00010000025800102001' +
  '0db8000000000000000000000001';

test('a question is encoded as RFC 1035 has it', () => {
  assert.equal(
    hexOf(encodeQuestion(0x1234, '_ldap._tcp.a', 'SRV')),
    '123401000001000000000000055f6c646170045f74637001610000210001',
  );
});

test('an SRV record with a compressed target is read', () => {
  assert.deepEqual(decodeAnswer(bytesOf(SAMBA)), {
    id: 0x1234,
    truncated: false,
    rcode: 0,
    srv: [{ priority: 0, weight: 100, target: 'dc1.corp.example.com' }],
    addresses: new Map(),
  });
});

test('addresses that come along are read, by normalized name', () => {
  const { srv, addresses } = decodeAnswer(bytesOf(WITH_ADDRESSES));
  assert.deepEqual(srv, [{ priority: 5, weight: 100, target: 'Dc1.a' }]);
  assert.deepEqual(addresses, new Map([['dc1.a', ['10.0.0.1', '2001:db8::1']]]));
});

test('of a truncated answer only the head counts', () => {
  const truncated = decodeAnswer(bytesOf(`12348700${SAMBA.slice(8, 60)}`));
  assert.deepEqual([truncated.truncated, truncated.srv], [true, []]);
});

test('the reason of a failure is told', () => {
  assert.equal(decodeAnswer(bytesOf('000785830000000000000000')).rcode, 3);
});

test('a question is no answer', () => {
  assert.throws(() => decodeAnswer(encodeQuestion(1, 'a', 'A')), FormatError);
});

test('decodeAnswer() meets damaged bytes with a FormatError or an answer', () => {
  assertSurvivesDamage(decodeAnswer, SAMBA);
  assertSurvivesDamage(decodeAnswer, WITH_ADDRESSES);
});
