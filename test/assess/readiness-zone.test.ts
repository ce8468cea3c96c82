import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CheckStatus } from '../../src/assess/check.ts';
import { checkCopies, checkPartners, checkUpdateMode } from '../../src/assess/readiness-zone.ts';
import { createZoneFinder } from '../../src/assess/zone-finder.ts';
import { parseDn } from '../../src/formats/dn.ts';
import type { UpdateMode, Zone, ZoneLabel } from '../../src/records/zone.ts';
import { zoneOf } from '../support/corp.ts';

const MODES: readonly (readonly [mode: UpdateMode, status: CheckStatus, message: RegExp])[] = [
  ['nonsecure-and-secure', 'pass', /takes nonsecure updates, which the switch ends/],
  ['secure-only', 'pass', /secure-only already/],
  ['none', 'warn', /no dynamic updates at all/],
  ['unknown', 'unknown', /cannot be read, or the export left dNSProperty out/],
];

for (const [dynamicUpdate, status, message] of MODES) {
  test(`checkUpdateMode() of a zone that is ${dynamicUpdate}: ${status}`, () => {
    const check = checkUpdateMode({ dynamicUpdate });
    assert.deepEqual([check.id, check.status], ['update-mode', status]);
    assert.match(check.message, message);
    assert.equal(check.cure === null, status === 'pass');
  });
}

const PARTNERS: readonly (readonly [
  what: string,
  zone: UpdateMode,
  partners: readonly UpdateMode[],
  status: CheckStatus,
])[] = [
  ['no partner', 'nonsecure-and-secure', [], 'pass'],
  ['both not switched', 'nonsecure-and-secure', ['nonsecure-and-secure'], 'pass'],
  ['both switched', 'secure-only', ['secure-only', 'secure-only'], 'pass'],
  ['only the zone switched', 'secure-only', ['nonsecure-and-secure'], 'warn'],
  ['only the partner switched', 'nonsecure-and-secure', ['secure-only'], 'warn'],
  ['one of two switched', 'nonsecure-and-secure', ['nonsecure-and-secure', 'secure-only'], 'warn'],
  ['a static partner', 'secure-only', ['none'], 'pass'],
  ['a partner that cannot be read', 'secure-only', ['nonsecure-and-secure', 'unknown'], 'unknown'],
];

for (const [what, dynamicUpdate, modes, status] of PARTNERS) {
  test(`checkPartners() with ${what}: ${status}`, () => {
    const partners = modes.map((mode, at) => ({
      zone: { name: `${at}.10.in-addr.arpa`, dynamicUpdate: mode },
      names: at + 1,
    }));
    const check = checkPartners({ name: 'corp.example.com', dynamicUpdate }, partners, 0);
    assert.deepEqual([check.id, check.status], ['reverse-zones', status]);
    modes.forEach((mode, at) => {
      assert.ok(
        check.message.includes(`${at}.10.in-addr.arpa is ${mode} (addresses: ${at + 1})`),
        check.message,
      );
    });
  });
}

test('checkPartners() of a reverse zone speaks of forward zones, and of hosts that are elsewhere', () => {
  const partner = { zone: { name: 'corp.example.com', dynamicUpdate: 'secure-only' }, names: 7 } as const;
  const zone = { name: '0.10.in-addr.arpa', dynamicUpdate: 'nonsecure-and-secure' } as const;
  const check = checkPartners(zone, [partner], 3);
  assert.deepEqual(check, {
    id: 'forward-zones',
    status: 'warn',
    message:
      'this zone is nonsecure-and-secure; corp.example.com is secure-only (hosts: 7); in no zone of this directory (hosts: 3)',
    cure: 'judge and switch the forward zones too, one after the other',
  });
});

const LABELS: readonly (readonly [label: ZoneLabel, message: RegExp])[] = [
  ['conflict', /lost a replication conflict$/],
  ['in-progress', /was never finished$/],
  ['deleted', /is being deleted$/],
  ['duplicate', /stands in another partition$/],
];

for (const [label, message] of LABELS) {
  test(`checkCopies() warns of another object of the same name: ${label}`, () => {
    const zone = zoneOf();
    const check = checkCopies(zone, [zone, copyOf(zone, label), zoneOf('other.example.com')]);
    assert.deepEqual([check.id, check.status], ['zone-copies', 'warn']);
    assert.match(check.message, message);
  });
}

test('checkCopies() passes a zone that stands alone', () => {
  const zone = zoneOf();
  assert.equal(checkCopies(zone, [zone, zoneOf('other.example.com')]).status, 'pass');
});

test('createZoneFinder() finds the zone with the longest name, and none that servers do not load', () => {
  const sub = zoneOf('sub.corp.example.com');
  const zones = createZoneFinder([zoneOf(), copyOf(zoneOf('lost.example.com'), 'conflict'), sub]);
  const nameOf = (fqdn: string): string | null => zones.find(fqdn)?.name ?? null;
  assert.equal(nameOf('pc1.corp.example.com'), 'corp.example.com');
  assert.equal(nameOf('PC1.Sub.Corp.Example.Com.'), 'sub.corp.example.com');
  assert.equal(nameOf('corp.example.com'), 'corp.example.com');
  assert.equal(nameOf('pc1.lost.example.com'), null);
  assert.equal(nameOf('xcorp.example.com'), null);
  assert.equal(nameOf(''), null);
});

function copyOf(zone: Zone, label: ZoneLabel): Zone {
  return { ...zone, label, dn: parseDn(`${zone.dn.split(',')[0]},CN=MicrosoftDNS,CN=System,DC=x`) };
}
