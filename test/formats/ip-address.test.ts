import assert from 'node:assert/strict';
import test from 'node:test';
import { FormatError } from '../../src/errors.ts';
import { formatIpv4, formatIpv6, parseIpv4, parseIpv6 } from '../../src/formats/ip-address.ts';
import { bytesOf, hexOf } from './codec-vectors.ts';

/** RFC 5952 4: bytes, their one spelling, and other spellings of the same. */
const IPV6: readonly (readonly [string, string, readonly string[]])[] = [
  ['00000000000000000000000000000000', '::', ['0:0:0:0:0:0:0:0', '0::0']],
  ['00000000000000000000000000000001', '::1', ['0:0:0:0:0:0:0:1', '::0001', '::0.0.0.1']],
  ['20010db8000000000000000000000001', '2001:db8::1', ['2001:0DB8::1', '2001:db8:0:0:0:0:0:1']],
  ['20010db8000000010001000100010001', '2001:db8:0:1:1:1:1:1', ['2001:db8::1:1:1:1:1']],
  ['20010000000000010000000000000001', '2001:0:0:1::1', []],
  ['20010db8000000000001000000000001', '2001:db8::1:0:0:1', ['2001:db8:0:0:1::1']],
  ['20010db8000000000000000000000000', '2001:db8::', []],
  ['00000000000000000000ffff0a000005', '::ffff:10.0.0.5', ['::ffff:a00:5']],
];

const BAD_IPV6 = [
  '',
  ':',
  ':::',
  '1',
  '1::2::3',
  '1:2:3:4:5:6:7',
  '1:2:3:4:5:6:7:8:9',
  '::12345',
  '::g',
].concat(['1:2:3:4:5:6:7::8', '::1.2.3.256', '1.2.3.4::', 'fe80::1%eth0']);

test('formatIpv6() and parseIpv6() follow RFC 5952', () => {
  for (const [hex, text, others] of IPV6) {
    assert.equal(formatIpv6(bytesOf(hex)), text);
    for (const spelling of [text, ...others]) assert.equal(hexOf(parseIpv6(spelling)), hex, spelling);
  }
});

test('parseIpv6() refuses what is no address', () => {
  for (const text of BAD_IPV6) assert.throws(() => parseIpv6(text), FormatError, text);
});

test('formatIpv4() and parseIpv4() are inverse', () => {
  for (const text of ['0.0.0.0', '10.0.0.5', '255.255.255.255'])
    assert.equal(formatIpv4(parseIpv4(text)), text);
});

test('parseIpv4() refuses what is no address', () => {
  for (const text of ['', '1.2.3', '1.2.3.4.5', '256.1.1.1', '01.2.3.4', '1.2.3.a', '1.2.3.4 ', '1..2.3']) {
    assert.throws(() => parseIpv4(text), FormatError, text);
  }
});
