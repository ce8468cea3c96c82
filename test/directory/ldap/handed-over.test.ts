import assert from 'node:assert/strict';
import test from 'node:test';
import { HandedOver } from '../../../src/directory/ldap/handed-over.ts';
import type { Dn } from '../../../src/formats/dn.ts';

const BASE = 'DC=zone,CN=MicrosoftDNS';

function handedOver(...dns: readonly string[]): HandedOver {
  const made = new HandedOver(BASE);
  for (const dn of dns) made.add(dn as Dn);
  return made;
}

test('has() knows an entry only when the search was begun again after it', () => {
  const entries = handedOver(`DC=a,${BASE}`);
  assert.equal(entries.has(`DC=a,${BASE}` as Dn), false);
  entries.beginAgain();
  entries.add(`DC=b,${BASE}` as Dn);
  assert.equal(entries.has(`DC=a,${BASE}` as Dn), true);
  assert.equal(entries.has(`DC=b,${BASE}` as Dn), false);
  entries.beginAgain();
  assert.equal(entries.has(`DC=b,${BASE}` as Dn), true);
  assert.equal(entries.count, 2);
});

test('has() tells apart what only looks alike', () => {
  const entries = handedOver(`DC=a,${BASE}`, 'DC=elsewhere', `DC=ä\u{1f600},${BASE}`, BASE);
  entries.beginAgain();
  for (const dn of [`DC=a,${BASE}`, 'DC=elsewhere', `DC=ä\u{1f600},${BASE}`, BASE])
    assert.equal(entries.has(dn as Dn), true, dn);
  for (const dn of [`DC=A,${BASE}`, 'DC=a', `DC=elsewhere,${BASE}`, `DC=ä\u{1f600}`])
    assert.equal(entries.has(dn as Dn), false, dn);
});

test('every entry is known, however many there are and however long they are', () => {
  const dns = Array.from({ length: 20_000 }, (_, index) => `DC=${'x'.repeat(index % 63)}${index},${BASE}`);
  dns.push(`DC=${'\u{1f600}'.repeat(100_000)},${BASE}`, `DC=last,${BASE}`);
  const entries = handedOver(...dns);
  entries.beginAgain();
  assert.equal(entries.count, dns.length);
  assert.deepEqual(
    dns.filter((dn) => !entries.has(dn as Dn)),
    [],
  );
  assert.equal(entries.has(`DC=x${dns.length},${BASE}` as Dn), false);
});
