import assert from 'node:assert/strict';
import test from 'node:test';
import { FormatError } from '../../src/errors.ts';
import {
  dateToFiletime,
  dateToHours,
  filetimeToDate,
  formatGeneralizedTime,
  hoursToDate,
  parseGeneralizedTime,
  secondsSince1601ToDate,
} from '../../src/formats/filetime.ts';

const TEN = new Date('2024-03-15T10:00:00Z');

test('filetimeToDate() and dateToFiletime() agree on the tombstone of the specification', () => {
  assert.deepEqual(filetimeToDate(0x01da_76bf_8ac7_5000n), TEN);
  assert.equal(dateToFiletime(TEN), 0x01da_76bf_8ac7_5000n);
  assert.equal(dateToFiletime(new Date('1601-01-01T00:00:00.001Z')), 10_000n);
});

test('filetimeToDate() knows none and never', () => {
  assert.equal(filetimeToDate(0n), null);
  assert.equal(filetimeToDate(0x7fff_ffff_ffff_ffffn), null);
  assert.equal(filetimeToDate(0xffff_ffff_ffff_ffffn), null);
  assert.equal(filetimeToDate(0x7fff_ffff_ffff_fffen)?.getUTCFullYear(), 30_828);
});

test('hoursToDate() and dateToHours() count whole hours', () => {
  assert.deepEqual(hoursToDate(0x0038_9b12), TEN);
  assert.equal(dateToHours(TEN), 0x0038_9b12);
  assert.equal(dateToHours(new Date('2023-06-10T10:56:00Z')), 0x0038_80ea);
  assert.equal(hoursToDate(0), null);
  assert.equal(hoursToDate(0xffff_ffff), null);
});

test('secondsSince1601ToDate() reads the seconds of the specification', () => {
  assert.deepEqual(secondsSince1601ToDate(13_354_970_400n), TEN);
  assert.equal(secondsSince1601ToDate(0n), null);
  assert.equal(secondsSince1601ToDate(0xffff_ffff_ffff_ffffn), null);
});

test('dateToFiletime() and dateToHours() refuse dates that the count cannot hold', () => {
  for (const date of [new Date(Number.NaN), new Date('1600-12-31T23:59:59Z')]) {
    assert.throws(() => dateToFiletime(date), RangeError);
    assert.throws(() => dateToHours(date), RangeError);
  }
});

const TIMES: readonly (readonly [string, string])[] = [
  ['20261120210000.0Z', '2026-11-20T21:00:00.000Z'],
  ['20261120210000Z', '2026-11-20T21:00:00.000Z'],
  ['202611202100Z', '2026-11-20T21:00:00.000Z'],
  ['2026112021Z', '2026-11-20T21:00:00.000Z'],
  ['20261120210000.25Z', '2026-11-20T21:00:00.250Z'],
  ['202611202100.5Z', '2026-11-20T21:00:30.000Z'],
  ['2026112021,5Z', '2026-11-20T21:30:00.000Z'],
  ['20261120210000+0130', '2026-11-20T19:30:00.000Z'],
  ['20261120210000-05', '2026-11-21T02:00:00.000Z'],
  ['16010101000000.0Z', '1601-01-01T00:00:00.000Z'],
  ['20240229000000.0Z', '2024-02-29T00:00:00.000Z'],
];

test('parseGeneralizedTime() reads the forms of RFC 4517', () => {
  for (const [text, iso] of TIMES) assert.equal(parseGeneralizedTime(text).toISOString(), iso, text);
});

test('parseGeneralizedTime() refuses what is no moment', () => {
  const texts = ['', '20261120', '20261120210000', '20261120210000.Z', '20261320210000.0Z'].concat([
    '20260230210000.0Z',
    '20261120240000.0Z',
    '20261120216000.0Z',
    '20261120210000.0Z ',
    '2026-11-20T21:00:00Z',
  ]);
  for (const text of texts) assert.throws(() => parseGeneralizedTime(text), FormatError, text);
});

test('formatGeneralizedTime() writes what a domain controller writes', () => {
  assert.equal(formatGeneralizedTime(new Date('2026-11-20T21:00:00.750Z')), '20261120210000.0Z');
  assert.throws(() => formatGeneralizedTime(new Date(Number.NaN)), RangeError);
  assert.throws(() => formatGeneralizedTime(new Date(Date.UTC(10_000, 0))), RangeError);
});
