import assert from 'node:assert/strict';
import test from 'node:test';
import { FormatError } from '../../src/errors.ts';
import {
  childDn,
  conflictOf,
  dnEndsWith,
  dnKey,
  dnOfDnsName,
  dnsNameOfDn,
  escapeRdnValue,
  parentDn,
  parseDn,
  rdnOf,
} from '../../src/formats/dn.ts';
import { loadRows, seededRandom, type TextRow } from './codec-vectors.ts';

type DnRow = TextRow<{ type: string; value: string; parent: string | null; key: string }>;
type BadRow = { name: string; text: string; offset: number };

const GUID = '5e0f9d3c-1b2a-4c3d-8e9f-0a1b2c3d4e5f';

for (const row of loadRows<DnRow>('dn', 'valid')) {
  test(`DN: ${row.name}`, () => {
    const dn = parseDn(row.text);
    const { type, value, parent, key } = row.value;
    assert.equal(dn, row.text);
    assert.deepEqual(rdnOf(dn), { type, value });
    assert.equal(parentDn(dn), parent);
    assert.equal(dnKey(dn), key);
    assert.equal(dnKey(parseDn(key)), key);
  });
}

for (const row of loadRows<BadRow>('dn', 'invalid')) {
  test(`DN refuses: ${row.name}`, () => {
    assert.throws(() => parseDn(row.text), { name: 'FormatError', offset: row.offset });
  });
}

test('childDn() and rdnOf() are inverse for every value', () => {
  const parent = parseDn('DC=corp.example.com,CN=MicrosoftDNS');
  const random = seededRandom(4514);
  const alphabet = [...' #,+"\\<>;=.*@_-aZ9\n\0éč😀\u0085'];
  for (let round = 0; round < 2000; round += 1) {
    const value = Array.from({ length: random(8) }, () => alphabet[random(alphabet.length)]).join('');
    const dn = parseDn(childDn('DC', value, parent));
    assert.deepEqual(rdnOf(dn), { type: 'DC', value });
    assert.equal(parentDn(dn), parent);
    assert.ok(dnEndsWith(dn, parent));
  }
});

test('parseDn() meets damaged text with a FormatError or a DN with a key', () => {
  const random = seededRandom(2849);
  const alphabet = [...'DC=a,+\\ #"0é\n'];
  for (let round = 0; round < 5000; round += 1) {
    const text = Array.from({ length: random(12) }, () => alphabet[random(alphabet.length)]).join('');
    try {
      const key = dnKey(parseDn(text));
      assert.equal(dnKey(parseDn(key)), key, text);
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
    }
  }
});

test('parseDn() takes a value of a megabyte', () => {
  const value = 'a\\,'.repeat(350_000);
  assert.equal(rdnOf(parseDn(`CN=${value},DC=x`)).value.length, 700_000);
});

test('childDn() of the empty DN has no comma', () => {
  assert.equal(childDn('DC', 'com', parseDn('')), 'DC=com');
});

test('escapeRdnValue() escapes what RFC 4514 wants and writes control characters as hex', () => {
  assert.equal(escapeRdnValue('#a,b #'), '\\#a\\,b #');
  assert.equal(escapeRdnValue('a\nCNF'), 'a\\0ACNF');
  assert.equal(escapeRdnValue('\u0085'), '\\C2\\85');
  assert.equal(escapeRdnValue('a=b.c*'), 'a=b.c*');
});

test('dnEndsWith() compares whole RDNs in any spelling', () => {
  const dn = parseDn('DC=pc1,DC=Corp,DC=example');
  assert.equal(dnEndsWith(dn, parseDn('dc=corp, dc=EXAMPLE')), true);
  assert.equal(dnEndsWith(dn, dn), true);
  assert.equal(dnEndsWith(dn, parseDn('')), true);
  assert.equal(dnEndsWith(dn, parseDn('DC=xample')), false);
  assert.equal(dnEndsWith(parseDn('DC=example'), dn), false);
  assert.equal(dnEndsWith(parseDn('CN=a\\,DC=example'), parseDn('DC=example')), false);
  assert.equal(dnEndsWith(parseDn('CN=a\\\\,DC=example'), parseDn('DC=example')), true);
});

test('dnsNameOfDn() takes the DC parts at the end', () => {
  assert.equal(dnsNameOfDn(parseDn('DC=corp,DC=example')), 'corp.example');
  assert.equal(dnsNameOfDn(parseDn('DC=x,CN=MicrosoftDNS,dc=DomainDnsZones,DC=corp')), 'DomainDnsZones.corp');
  assert.equal(dnsNameOfDn(parseDn('DC=x,CN=Schema')), '');
  assert.equal(dnsNameOfDn(parseDn('')), '');
});

test('dnOfDnsName() is the way back', () => {
  assert.equal(dnOfDnsName('corp.example.com.'), 'DC=corp,DC=example,DC=com');
  for (const name of ['', '.', 'a..b', '.a']) assert.throws(() => dnOfDnsName(name), FormatError, name);
});

test('conflictOf() takes conflict and deleted names apart', () => {
  assert.deepEqual(conflictOf(`pc1\nCNF:${GUID}`), { kind: 'conflict', name: 'pc1', guid: GUID });
  assert.deepEqual(conflictOf(`pc1\nDEL:${GUID.toUpperCase()}`), {
    kind: 'deleted',
    name: 'pc1',
    guid: GUID,
  });
  for (const value of [
    'pc1',
    `pc1CNF:${GUID}`,
    'pc1\nCNF:1',
    `pc1\nCNF:${'-'.repeat(36)}`,
    `\nCNF:${GUID}x`,
  ]) {
    assert.equal(conflictOf(value), null, value);
  }
});
