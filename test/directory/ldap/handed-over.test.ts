import assert from 'node:assert/strict';
import test from 'node:test';
import { HandedOver } from '../../../src/directory/ldap/handed-over.ts';
import type { ByteSpan } from '../../../src/directory/ldap/wire-entry.ts';

const BASE = 'DC=zone,CN=MicrosoftDNS';

/** A DN in the midst of other bytes. */
function spanOf(dn: string): ByteSpan {
  const bytes = Buffer.from(`#${dn}#`);
  return { bytes, start: 1, end: bytes.length - 1 };
}

function handedOver(...dns: readonly string[]): HandedOver {
  const made = new HandedOver(BASE);
  for (const dn of dns) made.add(spanOf(dn));
  return made;
}

test('has() knows an entry only when the search was begun again after it', () => {
  const entries = handedOver(`DC=a,${BASE}`);
  assert.equal(entries.has(spanOf(`DC=a,${BASE}`)), false);
  entries.beginAgain();
  entries.add(spanOf(`DC=b,${BASE}`));
  assert.equal(entries.has(spanOf(`DC=a,${BASE}`)), true);
  assert.equal(entries.has(spanOf(`DC=b,${BASE}`)), false);
  entries.beginAgain();
  assert.equal(entries.has(spanOf(`DC=b,${BASE}`)), true);
  assert.equal(entries.count, 2);
});

test('has() tells apart what only looks alike', () => {
  const entries = handedOver(`DC=a,${BASE}`, 'DC=elsewhere', `DC=ä\u{1f600},${BASE}`, BASE);
  entries.beginAgain();
  for (const dn of [`DC=a,${BASE}`, 'DC=elsewhere', `DC=ä\u{1f600},${BASE}`, BASE])
    assert.equal(entries.has(spanOf(dn)), true, dn);
  for (const dn of [`DC=A,${BASE}`, 'DC=a', `DC=elsewhere,${BASE}`, `DC=ä\u{1f600}`])
    assert.equal(entries.has(spanOf(dn)), false, dn);
});

test('every entry is known, however many there are and however long they are', () => {
  const dns = Array.from({ length: 20_000 }, (_, index) => `DC=${'x'.repeat(index % 63)}${index},${BASE}`);
  dns.push(`DC=${'\u{1f600}'.repeat(100_000)},${BASE}`, `DC=last,${BASE}`);
  const entries = handedOver(...dns);
  entries.beginAgain();
  assert.equal(entries.count, dns.length);
  assert.deepEqual(
    dns.filter((dn) => !entries.has(spanOf(dn))),
    [],
  );
  assert.equal(entries.has(spanOf(`DC=x${dns.length},${BASE}`)), false);
});
