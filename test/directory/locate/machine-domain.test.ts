import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import test from 'node:test';
import { defaultRealm, machineDomain, searchDomain } from '../../../src/directory/locate/machine-domain.ts';
import { tempFolder } from '../../support/fake-io.ts';

const KRB5 = `# default_realm = NOT.THIS
[logging]
 default_realm = NOT.THIS.EITHER
[libdefaults]
    dns_lookup_kdc = true
    default_realm = CORP.EXAMPLE.COM
[realms]
`;

for (const [what, text, realm] of [
  ['the realm of its section', KRB5, 'CORP.EXAMPLE.COM'],
  ['a quoted realm with Windows line ends', '[libdefaults]\r\ndefault_realm="A.B"\r\n', 'A.B'],
  ['no realm', '[libdefaults]\n', null],
  ['nothing', '', null],
] as const) {
  test(`krb5.conf: ${what}`, () => assert.equal(defaultRealm(text), realm));
}

for (const [what, text, domain] of [
  [
    'the first domain of a search list',
    'nameserver 10.0.0.1\nsearch corp.example.com example.com\n',
    'corp.example.com',
  ],
  ['the last line of several', 'domain a.example.com\nsearch b.example.com\n', 'b.example.com'],
  ['a trailing dot', 'domain corp.example.com.\n', 'corp.example.com'],
  ['the root alone', 'search .\n', null],
  ['a comment', '# search no.example.com\n', null],
] as const) {
  test(`resolv.conf: ${what}`, () => assert.equal(searchDomain(text), domain));
}

test('the domain of the machine: Windows first, then Kerberos, then DNS', async (t) => {
  const folder = tempFolder(t);
  const [krb5Conf, resolvConf] = [join(folder, 'krb5.conf'), join(folder, 'resolv.conf')];
  const files = { krb5Conf, resolvConf };
  assert.equal(await machineDomain({}, files), null);
  writeFileSync(resolvConf, 'search Dns.example.com\n');
  assert.equal(await machineDomain({}, files), 'dns.example.com');
  writeFileSync(krb5Conf, KRB5);
  assert.equal(await machineDomain({}, files), 'corp.example.com');
  assert.equal(await machineDomain({ USERDNSDOMAIN: 'WIN.EXAMPLE.COM' }, files), 'win.example.com');
  assert.equal(await machineDomain({ KRB5_CONFIG: join(folder, 'none') }, files), 'dns.example.com');
  const both = [join(folder, 'none'), krb5Conf].join(delimiter);
  assert.equal(await machineDomain({ KRB5_CONFIG: both }, { ...files, krb5Conf: '' }), 'corp.example.com');
});
