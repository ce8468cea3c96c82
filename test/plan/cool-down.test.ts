import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findRecentSwitch } from '../../src/plan/cool-down.ts';
import type { Zone } from '../../src/records/zone.ts';
import { zoneOf } from '../support/corp.ts';

const NOW = new Date('2026-11-20T21:00:00Z');
const SUBJECT = zoneOf('corp.example.com');

function daysAgo(days: number): Date {
  return new Date(NOW.getTime() - days * 86_400_000);
}

/** Another zone, switched so many days ago. */
function switched(days: number, more: Partial<Zone> = {}): Zone {
  const written = { version: 3, originatingTime: daysAgo(days) };
  return {
    ...zoneOf('other.example.com'),
    dynamicUpdate: 'secure-only',
    propertiesWritten: written,
    ...more,
  };
}

function find(zones: readonly Zone[], days = 7): Date | null {
  return findRecentSwitch([SUBJECT, ...zones], SUBJECT.dn, days, NOW)?.at ?? null;
}

test('a zone that was switched within the time is found, the latest of several', () => {
  const late = switched(2, { dn: zoneOf('late.example.com').dn });
  assert.deepEqual(find([switched(6.9), late]), daysAgo(2));
  assert.deepEqual(findRecentSwitch([switched(5)], SUBJECT.dn, 7, NOW)?.until, daysAgo(-2));
});

test('the time is over after so many days, and 0 asks for none', () => {
  assert.equal(find([switched(7)]), null);
  assert.equal(find([switched(0)], 0), null);
  assert.deepEqual(find([switched(20)], 30), daysAgo(20));
});

const HARMLESS: readonly (readonly [why: string, zone: Zone])[] = [
  ['it is the zone itself', switched(1, { dn: SUBJECT.dn })],
  ['it is not secure', switched(1, { dynamicUpdate: 'nonsecure-and-secure' })],
  ['no server loads it', switched(1, { label: 'conflict' })],
  ['it was made so', switched(1, { propertiesWritten: { version: 1, originatingTime: daysAgo(1) } })],
  ['it has no metadata', switched(1, { propertiesWritten: null })],
  ['its metadata holds no time', switched(1, { propertiesWritten: { version: 2, originatingTime: null } })],
];

for (const [why, zone] of HARMLESS) {
  test(`a zone does not count when ${why}`, () => assert.equal(find([zone]), null));
}
