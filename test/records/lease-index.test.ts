import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Lease } from '../../src/records/lease.ts';
import { LeaseIndex, type LeaseMatch } from '../../src/records/lease-index.ts';

const NOW = new Date('2026-11-20T21:00:00Z');
const FQDN = 'pc1.corp.example.com';

/** The first lease of each row is the one to be found for `FQDN` at 10.0.1.20 and 10.0.1.21. */
const CHOICES: readonly (readonly [rule: string, by: LeaseMatch['by'], leases: readonly Partial<Lease>[]])[] =
  [
    ['name and address', 'name-and-address', [{ hostName: FQDN }]],
    ['its first label as a name', 'name-and-address', [{ hostName: 'pc1' }]],
    ['the second address', 'name-and-address', [{ address: '10.0.1.21', hostName: FQDN }]],
    ['address only', 'address', [{ hostName: 'pc2.corp.example.com' }]],
    ['an address without a name', 'address', [{ hostName: null }]],
    ['name only', 'name', [{ address: '10.0.9.9', hostName: FQDN }]],
    ['its first label only', 'name', [{ address: '10.0.9.9', hostName: 'pc1' }]],
    ['name and address before address', 'name-and-address', [{ hostName: FQDN }, { hostName: 'pc2' }]],
    [
      'name and address before name',
      'name-and-address',
      [{ hostName: FQDN }, { address: '10.0.9.9', hostName: FQDN }],
    ],
    ['address before name', 'address', [{ hostName: 'pc2' }, { address: '10.0.9.9', hostName: FQDN }]],
    [
      'active before reserved',
      'name-and-address',
      [{ hostName: FQDN }, { hostName: FQDN, state: 'reservation' }],
    ],
    [
      'reserved before reserved and unused',
      'name-and-address',
      [
        { hostName: FQDN, state: 'reservation' },
        { hostName: FQDN, state: 'inactive-reservation' },
      ],
    ],
    [
      'unused reservation before expired',
      'address',
      [
        { hostName: null, state: 'inactive-reservation' },
        { hostName: FQDN, state: 'expired' },
      ],
    ],
    [
      'a name in force before an expired lease of name and address',
      'name',
      [
        { address: '10.0.9.9', hostName: FQDN },
        { hostName: FQDN, state: 'expired' },
      ],
    ],
    [
      'a reservation of name and address before an active address',
      'name-and-address',
      [{ hostName: FQDN, state: 'reservation' }, { hostName: 'pc2' }],
    ],
    [
      'the one that lasts longest',
      'name',
      [
        { address: '10.0.9.9', hostName: FQDN, expiresAt: new Date('2026-11-29T00:00:00Z') },
        { address: '10.0.9.8', hostName: FQDN, expiresAt: new Date('2026-11-28T00:00:00Z') },
        { address: '10.0.9.7', hostName: FQDN },
      ],
    ],
    ['IPv6 addresses', 'address', [{ address: '2001:db8::20' }]],
  ];

for (const [rule, by, parts] of CHOICES) {
  test(`LeaseIndex.find() takes ${rule}`, () => {
    const leases = parts.map(leaseWith);
    for (const order of [leases, leases.toReversed()]) {
      const found = new LeaseIndex(order, NOW).find(FQDN, ['10.0.1.20', '10.0.1.21', '2001:db8::20']);
      assert.deepEqual(found, { lease: leases[0], by });
    }
  });
}

test('LeaseIndex.find() finds nothing for another name and address', () => {
  const leases = [
    leaseWith({ hostName: 'pc1.lab.example.com', address: '10.0.9.1' }),
    leaseWith({ hostName: 'pc10', address: '10.0.1.200' }),
    leaseWith({ hostName: null, address: '10.0.9.2' }),
  ];
  const index = new LeaseIndex(leases, NOW);
  assert.equal(index.find(FQDN, ['10.0.1.20']), null);
  assert.equal(index.find(FQDN, []), null);
  assert.equal(index.size, 3);
});

test('LeaseIndex leaves out addresses that were declined or only offered', () => {
  const index = new LeaseIndex([leaseWith({ hostName: FQDN, state: 'other' })], NOW);
  assert.equal(index.find(FQDN, ['10.0.1.20']), null);
  assert.equal(index.size, 0);
});

test('LeaseIndex calls an active lease expired when its time has passed in every time zone', () => {
  const stateOf = (state: Lease['state'], expiresAt: string): string | undefined => {
    const lease = leaseWith({ hostName: FQDN, state, expiresAt: new Date(expiresAt) });
    return new LeaseIndex([lease], NOW).find(FQDN, [])?.lease.state;
  };
  assert.equal(stateOf('active', '2026-11-28T21:00:00Z'), 'active');
  assert.equal(stateOf('active', '2026-11-20T09:00:00Z'), 'active');
  assert.equal(stateOf('active', '2026-11-20T08:59:59Z'), 'expired');
  assert.equal(stateOf('reservation', '2026-11-01T00:00:00Z'), 'reservation');
  assert.equal(stateOf('expired', '2026-11-28T21:00:00Z'), 'expired');
});

test('LeaseIndex.find() does not search through leases that share a name', () => {
  let reads = 0;
  const count = 100_000;
  const leases = Array.from({ length: count }, (_, index): Lease => {
    const address = `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`;
    return Object.defineProperty(leaseWith({ address, hostName: 'phone' }), 'address', {
      enumerable: true,
      get: () => {
        reads += 1;
        return address;
      },
    });
  });
  const index = new LeaseIndex(leases, NOW);
  for (let at = 0; at < count; at += 1) index.find('phone.corp.example.com', []);
  assert.equal(index.size, count);
  assert.ok(reads <= 4 * count, `${reads} reads`);
});

function leaseWith(part: Partial<Lease>): Lease {
  return { address: '10.0.1.20', hostName: null, state: 'active', expiresAt: null, server: null, ...part };
}
