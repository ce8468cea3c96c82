import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Check, CheckStatus } from '../../src/assess/check.ts';
import {
  type CredentialFacts,
  checkDhcp,
  checkDhcpOwners,
  type DhcpFacts,
  type DhcpServerFacts,
  type ProxyMember,
} from '../../src/assess/readiness-dhcp.ts';
import { domainSid } from '../support/corp.ts';

const NOTHING: DhcpFacts = { told: true, servers: [], credentials: [], proxies: [] };
const SOUND: CredentialFacts = {
  name: 'CORP\\dhcp_update',
  faults: [],
  told: true,
  passwordExpires: 'never',
};
const STOPPED: CredentialFacts = { ...SOUND, faults: [{ severity: 'stops', message: 'it is disabled' }] };
const WARNED: CredentialFacts = { ...SOUND, faults: [{ severity: 'warns', message: 'it expires soon' }] };

function server(name: string, more: Partial<DhcpServerFacts> = {}): DhcpServerFacts {
  const account = { sid: domainSid(1110), name: `CORP\\${name}$`, kind: 'computer' } as const;
  return { name, account, matches: 1, isDomainController: false, isProxy: false, ...more };
}

function member(name: string, more: Partial<ProxyMember> = {}): ProxyMember {
  return { name, kind: 'computer', isDomainController: false, isDhcpServer: false, ...more };
}

type Row = readonly [what: string, facts: Partial<DhcpFacts>, status: CheckStatus, message: RegExp];

const GONE = server('dhcp9', { account: null, matches: 0 });
const ON_DC = server('dc1', { isDomainController: true });

const SERVERS: readonly Row[] = [
  ['none authorised', {}, 'pass', /authorises no DHCP server/],
  ['an export without any', { told: false }, 'unknown', /may have left CN=NetServices out/],
  ['one that is there', { servers: [server('dhcp1')] }, 'pass', /^DHCP servers: dhcp1$/],
  ['one that is gone', { servers: [server('dhcp1'), GONE] }, 'warn', /: dhcp9 \(computer accounts: 0\)$/],
  [
    'one on a DC, no account',
    { servers: [ON_DC] },
    'warn',
    /on a domain controller.*: dc1; no credential account/,
  ],
  [
    'one on a DC, with account',
    { servers: [ON_DC], credentials: [SOUND] },
    'pass',
    /; on a domain controller: dc1$/,
  ],
];

const PROXIES: readonly Row[] = [
  ['nobody', { servers: [server('dhcp1')] }, 'pass', /has no members/],
  [
    'a DC',
    { proxies: [member('DC1$', { isDomainController: true })] },
    'warn',
    /open to everybody then: DC1\$$/,
  ],
  [
    'one of two servers',
    {
      servers: [server('dhcp1', { isProxy: true }), server('dhcp2')],
      proxies: [member('DHCP1$', { isDhcpServer: true })],
    },
    'warn',
    /in it are DHCP servers: dhcp1; not in it: dhcp2$/,
  ],
  [
    'others, by a group',
    { proxies: [member('G', { kind: 'group' }), member('PC1$')] },
    'warn',
    /in it are others: PC1\$$/,
  ],
];

const TWO = { ...SOUND, name: 'CORP\\other' };
const ACCOUNTS: readonly Row[] = [
  ['none, and no server', {}, 'pass', /no DHCP server is known/],
  ['none named', { servers: [server('dhcp1')] }, 'unknown', /no account was named/],
  ['none named, servers not told', { told: false }, 'unknown', /no account was named/],
  ['a sound one', { credentials: [SOUND] }, 'pass', /can sign in, and its password never expires/],
  ['one that is stopped', { credentials: [STOPPED] }, 'fail', /^CORP\\dhcp_update: it is disabled$/],
  ['one of two stopped', { credentials: [TWO, STOPPED] }, 'fail', /^CORP\\dhcp_update: it is disabled$/],
  ['one with a warning', { credentials: [WARNED] }, 'warn', /: it expires soon$/],
  [
    'several',
    { credentials: [SOUND, TWO] },
    'warn',
    /^several accounts were named, CORP\\dhcp_update, CORP\\other/,
  ],
  [
    'health not told',
    { credentials: [{ ...SOUND, told: false }] },
    'unknown',
    /nothing tells whether it is locked/,
  ],
  [
    'password not told',
    { credentials: [{ ...SOUND, passwordExpires: null }] },
    'unknown',
    /when its password expires/,
  ],
];

testRows('dhcp-servers', SERVERS);
testRows('dns-update-proxy', PROXIES);
testRows('dhcp-account', ACCOUNTS);

function testRows(id: string, rows: readonly Row[]): void {
  for (const [what, facts, status, message] of rows) {
    test(`checkDhcp() ${id}, ${what}: ${status}`, () => {
      assertCheck(
        checkDhcp({ ...NOTHING, ...facts }).find((check) => check.id === id),
        status,
        message,
      );
    });
  }
}

const OWNERS: readonly (readonly [
  owners: readonly (readonly [string, number])[],
  credentials: readonly CredentialFacts[],
  status: CheckStatus,
  message: RegExp,
])[] = [
  [[], [], 'pass', /no DHCP server owns names itself/],
  [[['DHCP1$', 4]], [], 'warn', /^DHCP1\$ owns 4, and no other DHCP server, nor its successor/],
  [
    [
      ['DHCP2$', 2],
      ['DHCP1$', 4],
    ],
    [],
    'warn',
    /^DHCP1\$ owns 4, DHCP2\$ owns 2, and none can change.*no common account$/,
  ],
  [
    [
      ['DHCP2$', 2],
      ['DHCP1$', 4],
    ],
    [SOUND],
    'pass',
    /needs a right on them/,
  ],
];

for (const [owners, credentials, status, message] of OWNERS) {
  test(`checkDhcpOwners() of ${owners.length} owners, ${credentials.length} accounts: ${status}`, () => {
    const check = checkDhcpOwners(new Map(owners), { credentials });
    assert.equal(check.id, 'dhcp-owners');
    assertCheck(check, status, message);
  });
}

function assertCheck(check: Check | undefined, status: CheckStatus, message: RegExp): void {
  assert.equal(check?.status, status, check?.message);
  assert.match(check?.message ?? '', message);
  assert.equal(check?.cure === null, status === 'pass');
}
