import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CheckStatus } from '../../src/assess/check.ts';
import { checkDhcpExports, leaseTimes } from '../../src/assess/readiness-dhcp-export.ts';
import type { DhcpDnsSettings, DhcpExport } from '../../src/records/dhcp-export.ts';

const GOOD: DhcpDnsSettings = {
  dynamicUpdates: 'always',
  deleteOnExpiry: true,
  nameProtection: false,
  disablePtr: false,
};
const UNTOLD: DhcpDnsSettings = {
  dynamicUpdates: null,
  deleteOnExpiry: null,
  nameProtection: null,
  disablePtr: null,
};

function server(
  name: string,
  scopes: readonly Partial<DhcpDnsSettings>[],
  leaseHours: number | null = 192,
): DhcpExport {
  return {
    name,
    settings: GOOD,
    scopes: scopes.map((settings, at) => ({
      id: `10.0.${at}.0`,
      settings: { ...GOOD, ...settings },
      leaseHours,
    })),
  };
}

type Statuses = readonly [updates: CheckStatus, discard: CheckStatus, protection: CheckStatus];

const ONE_SERVER: readonly (readonly [
  what: string,
  scopes: readonly Partial<DhcpDnsSettings>[],
  statuses: Statuses,
])[] = [
  ['as it should be', [{}, {}], ['pass', 'pass', 'pass']],
  ['no scope at all', [], ['pass', 'pass', 'pass']],
  ['on request in one scope', [{}, { dynamicUpdates: 'on-client-request' }], ['warn', 'pass', 'pass']],
  ['never', [{ dynamicUpdates: 'never' }], ['warn', 'pass', 'pass']],
  ['no PTR', [{ disablePtr: true }], ['warn', 'pass', 'pass']],
  ['kept after the lease', [{ deleteOnExpiry: false }], ['pass', 'warn', 'pass']],
  ['protection everywhere', [{ nameProtection: true }, { nameProtection: true }], ['pass', 'pass', 'pass']],
  ['protection in one scope', [{}, { nameProtection: true }], ['pass', 'pass', 'warn']],
  ['nothing told', [UNTOLD], ['unknown', 'unknown', 'unknown']],
  ['nothing told in one scope', [{}, UNTOLD], ['unknown', 'unknown', 'unknown']],
  [
    'one untold, one wrong',
    [UNTOLD, { dynamicUpdates: 'never', deleteOnExpiry: false }],
    ['warn', 'warn', 'unknown'],
  ],
];

for (const [what, scopes, statuses] of ONE_SERVER) {
  test(`checkDhcpExports() of one server: ${what}`, () => {
    const checks = checkDhcpExports([server('dhcp1.xml', scopes)]);
    assert.deepEqual(
      checks.map(({ id }) => id),
      ['dhcp-export-updates', 'dhcp-export-discard', 'dhcp-export-protection'],
    );
    assert.deepEqual(
      checks.map(({ status }) => status),
      statuses,
    );
    for (const { status, cure } of checks) assert.equal(cure === null, status === 'pass');
  });
}

test('checkDhcpExports() names the scopes, and not all of many', () => {
  const scopes = Array.from({ length: 5 }, () => ({ dynamicUpdates: 'never' }) as const);
  assert.equal(
    checkDhcpExports([server('a.xml', scopes)])[0]?.message,
    'A and PTR are not always registered: a.xml 10.0.0.0 (never), a.xml 10.0.1.0 (never), a.xml 10.0.2.0 (never) and 2 more',
  );
});

test('checkDhcpExports() compares servers and the scopes they share', () => {
  const alike = (other: DhcpExport) => checkDhcpExports([server('a.xml', [{}]), other]).at(-1);
  assert.deepEqual(
    [alike(server('b.xml', [{}, {}]))?.id, alike(server('b.xml', [{}, {}]))?.status],
    ['dhcp-export-alike', 'pass'],
  );
  const scope = alike(server('b.xml', [{ deleteOnExpiry: false }], 24));
  assert.equal(scope?.status, 'warn');
  assert.match(
    scope?.message ?? '',
    /a\.xml and b\.xml in 10\.0\.0\.0: discard with the lease true and false; .*lease in hours 192 and 24/,
  );
  const whole = alike({ ...server('b.xml', []), settings: { ...GOOD, nameProtection: true } });
  assert.match(whole?.message ?? '', /a\.xml and b\.xml: name protection false and true$/);
});

test('checkDhcpExports() says nothing without an export', () => {
  assert.deepEqual(checkDhcpExports([]), []);
});

test('leaseTimes() are the longest of each server that tells any', () => {
  const exports = [server('a.xml', [{}, {}], 192), server('b.xml', [{}], null), server('c.xml', [])];
  assert.deepEqual(leaseTimes(exports), [{ hours: 192, source: 'a.xml' }]);
});
