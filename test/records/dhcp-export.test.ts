import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UsageError } from '../../src/errors.ts';
import { type DhcpDnsSettings, type DhcpExport, parseDhcpExport } from '../../src/records/dhcp-export.ts';

const FILE = { name: 'dhcp1.xml', flag: '--dhcp-export' };
const NOTHING: DhcpDnsSettings = {
  dynamicUpdates: null,
  deleteOnExpiry: null,
  nameProtection: null,
  disablePtr: null,
};

function parse(ipv4: string): DhcpExport {
  const { value, problems } = parseDhcpExport(
    Buffer.from(`<DHCPServer><IPv4>${ipv4}</IPv4></DHCPServer>`),
    FILE,
  );
  assert.deepEqual(problems, []);
  return value;
}

const scope = (content: string): string =>
  `<Scopes><Scope><ScopeId>10.0.0.0</ScopeId>${content}</Scope></Scopes>`;
const option = (id: number, value: string | number): string =>
  `<OptionValues><OptionValue><OptionId>${id}</OptionId><Value>${value}</Value></OptionValue></OptionValues>`;

const SETTINGS: readonly (readonly [what: string, xml: string, settings: Partial<DhcpDnsSettings>])[] = [
  ['nothing', '', {}],
  ['Always by name', '<DynamicUpdates>Always</DynamicUpdates>', { dynamicUpdates: 'always' }],
  [
    'OnClientRequest',
    '<DynamicUpdates>OnClientRequest</DynamicUpdates>',
    { dynamicUpdates: 'on-client-request' },
  ],
  ['Never', '<DynamicUpdates>Never</DynamicUpdates>', { dynamicUpdates: 'never' }],
  ['a word nobody knows', '<DynamicUpdates>Sometimes</DynamicUpdates>', {}],
  [
    'booleans, below an element of their own',
    '<DnsSettings><DeleteDnsRROnLeaseExpiry>true</DeleteDnsRROnLeaseExpiry><NameProtection>false</NameProtection><DisableDnsPtrRRUpdate>1</DisableDnsPtrRRUpdate></DnsSettings>',
    { deleteOnExpiry: true, nameProtection: false, disablePtr: true },
  ],
  [
    'option 81, usual bits',
    option(81, 0x7),
    { dynamicUpdates: 'on-client-request', deleteOnExpiry: true, nameProtection: false, disablePtr: false },
  ],
  [
    'option 81, everything',
    option(81, '0x75'),
    { dynamicUpdates: 'always', deleteOnExpiry: true, nameProtection: true, disablePtr: true },
  ],
  [
    'option 81, off',
    option(81, 0),
    { dynamicUpdates: 'never', deleteOnExpiry: false, nameProtection: false, disablePtr: false },
  ],
  ['another option', option(6, 23), {}],
  ['a policy', '<Policies><Policy><DynamicUpdates>Never</DynamicUpdates></Policy></Policies>', {}],
];

for (const [what, xml, settings] of SETTINGS) {
  test(`parseDhcpExport() reads the settings of a server: ${what}`, () => {
    assert.deepEqual(parse(xml).settings, { ...NOTHING, ...settings });
  });
  test(`parseDhcpExport() reads the settings of a scope: ${what}`, () => {
    assert.deepEqual(parse(scope(xml)).scopes[0]?.settings, { ...NOTHING, ...settings });
    assert.deepEqual(parse(scope(xml)).settings, NOTHING);
  });
}

test('a scope follows its server in what it does not say, wherever the server says it', () => {
  const own = scope('<NameProtection>true</NameProtection>');
  const server = '<DynamicUpdates>Always</DynamicUpdates><NameProtection>false</NameProtection>';
  for (const xml of [`${server}${own}`, `${own}${server}`]) {
    const expected = { ...NOTHING, dynamicUpdates: 'always', nameProtection: true };
    assert.deepEqual(parse(xml).scopes[0]?.settings, expected);
  }
});

test('scopes of IPv6 follow the server for IPv6', () => {
  const v6 =
    '<IPv6><NameProtection>true</NameProtection><Scopes><Scope><Prefix>2001:db8::</Prefix></Scope></Scopes></IPv6>';
  const xml = `<DHCPServer><IPv4><NameProtection>false</NameProtection></IPv4>${v6}</DHCPServer>`;
  const { value } = parseDhcpExport(Buffer.from(xml), FILE);
  assert.deepEqual(
    value.scopes.map(({ id, settings }) => [id, settings.nameProtection]),
    [['2001:db8::', true]],
  );
  assert.equal(value.settings.nameProtection, false);
});

const LEASES: readonly (readonly [xml: string, hours: number | null])[] = [
  ['', null],
  ['<LeaseDuration>8.00:00:00</LeaseDuration>', 192],
  ['<LeaseDuration>01:30:00</LeaseDuration>', 1.5],
  ['<LeaseDuration>10675199.02:48:05.4775807</LeaseDuration>', Number.POSITIVE_INFINITY],
  ['<LeaseDuration>P8D</LeaseDuration>', 192],
  ['<LeaseDuration>PT12H30M</LeaseDuration>', 12.5],
  ['<LeaseDuration>eight days</LeaseDuration>', null],
  ['<ValidLifeTime>12.00:00:00</ValidLifeTime>', 288],
  [option(51, 691_200), 192],
  [option(51, '0xffffffff'), Number.POSITIVE_INFINITY],
  [option(51, 'x'), null],
];

for (const [xml, hours] of LEASES) {
  test(`parseDhcpExport() reads a lease time: ${xml || 'none'}`, () => {
    assert.equal(parse(scope(xml)).scopes[0]?.leaseHours, hours);
  });
}

test('what is below leases and reservations is no setting', () => {
  const leases = '<Leases><Lease><ScopeId>10.9.9.0</ScopeId></Lease></Leases>';
  const reservations = `<Reservations><Reservation>${option(81, 0)}</Reservation></Reservations>`;
  const [only] = parse(scope(`${leases}${reservations}`)).scopes;
  assert.deepEqual(only, { id: '10.0.0.0', settings: NOTHING, leaseHours: null });
});

test('an export that breaks off keeps what came before, and says so', () => {
  const bytes = Buffer.from('<DHCPServer><IPv4><DynamicUpdates>Always</DynamicUpdates>\n<Scopes>');
  const { value, problems } = parseDhcpExport(bytes, FILE);
  assert.equal(value.settings.dynamicUpdates, 'always');
  assert.deepEqual(
    problems.map(({ severity, code, where }) => [severity, code, where]),
    [['error', 'broken-dhcp-export', 'dhcp1.xml:2']],
  );
});

test('what is no export is refused', () => {
  for (const text of ['', 'a,b\n', '<Other/>', '<DHCP']) {
    assert.throws(
      () => parseDhcpExport(Buffer.from(text), FILE),
      (error) => error instanceof UsageError && error.flag === '--dhcp-export',
      text,
    );
  }
});
