/** What is refused, by which exit code, and whether the message names the cure. Nothing here may write or ask. */

import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { test } from 'node:test';
import type { ExitCode } from '../../src/cli/exit.ts';
import { runCli, tempFolder, type World } from '../support/fake-io.ts';
import { SMALL_SNAPSHOT } from '../support/make-small-snapshot.ts';

interface Refusal {
  readonly name: string;
  /** SNAPSHOT stands for the small one, FOLDER for an empty folder. */
  readonly args: string;
  readonly world?: World;
  readonly code: ExitCode;
  readonly says: readonly RegExp[];
}

const SNAPSHOT = '--snapshot SNAPSHOT';
const SERVER = '--server dc1.corp.example.com --user admin@corp.example.com';
const ZONE = '-z corp.example.com';

const REFUSALS: readonly Refusal[] = [
  {
    name: 'an unknown zone: lists the zones there are',
    args: `owners -z corp.exmaple.com ${SNAPSHOT}`,
    code: 64,
    says: [
      /No zone matches "corp\.exmaple\.com"; did you mean corp\.example\.com\?; zones there are: /,
      /0\.10\.in-addr\.arpa, _msdcs\.corp\.example\.com, archive\.example\.com, corp\.example\.com, empty\./,
    ],
  },
  {
    name: 'a zone that no server loads',
    args: `owners -z branch.example.com ${SNAPSHOT}`,
    code: 64,
    says: [/No zone matches "branch\.example\.com"/],
  },
  {
    name: 'no zone',
    args: `grant ${SNAPSHOT}`,
    code: 64,
    says: [/give -z ZONE, or --all-zones; "dnsacl zones"/],
  },
  {
    name: 'an empty zone',
    args: `owners -z empty.example.com ${SNAPSHOT}`,
    code: 1,
    says: [
      /There is nothing to look at: empty\.example\.com holds no names, or this account may not list them/,
    ],
  },
  {
    name: 'an empty zone, to be granted',
    args: `grant -z empty.example.com ${SNAPSHOT} --plan FOLDER/plan.json`,
    code: 1,
    says: [/empty\.example\.com holds no names/],
  },
  {
    name: 'a partition without zones',
    args: `zones --partition custom ${SNAPSHOT}`,
    code: 1,
    says: [/no zone in the partition custom of small\.example\.com\.ldif/],
  },
  {
    name: 'a partition that is none',
    args: `zones --partition forrest ${SNAPSHOT}`,
    code: 64,
    says: [/needs domain, forest, legacy, custom, all, or a DN/],
  },
  {
    name: 'an unknown command: suggests one',
    args: 'zonse',
    code: 64,
    says: [/unknown command 'zonse'/, /mean zones\?/],
  },
  {
    name: 'an unknown option: suggests one',
    args: 'zones --snapshto x',
    code: 64,
    says: [/mean --snapshot\?/],
  },
  { name: 'too many arguments', args: `zones corp ${SNAPSHOT}`, code: 64, says: [/too many arguments/] },
  {
    name: 'a missing argument',
    args: 'apply',
    code: 64,
    says: [/What is to be applied\? Give a plan file, or --resume JOURNAL/],
  },
  {
    name: 'an unknown format',
    args: 'zones -f xml',
    code: 64,
    says: [/Allowed choices are table, csv, json, ndjson/],
  },
  { name: 'a limit of 0', args: 'owners --limit 0', code: 64, says: [/It needs a whole number from 1 to/] },
  {
    name: 'an unknown record type',
    args: 'owners --type A,AAAAA',
    code: 64,
    says: [/"AAAAA" is no record type; did you mean AAAA\?/],
  },
  {
    name: 'a misspelt command',
    args: 'ownres',
    code: 64,
    says: [/unknown command 'ownres'\n\(Did you mean owners\?\)/],
  },
  {
    name: 'a misspelt option',
    args: 'owners --zoen corp.example.com',
    code: 64,
    says: [/unknown option '--zoen'\n\(Did you mean --zone\?\)/],
  },
  {
    name: 'a misspelt finding',
    args: 'explain orphan-acs',
    code: 64,
    says: [/no finding "orphan-acs"; did you mean orphan-ace\?; there are /],
  },
  {
    name: 'unknown rights',
    args: 'grant --rights all',
    code: 64,
    says: [/Allowed choices are full, update/],
  },
  {
    name: 'an owner that is neither class nor principal',
    args: `owners ${ZONE} ${SNAPSHOT} --owner sytem`,
    code: 64,
    says: [/Cannot find "sytem" in corp\.example\.com: searched by sAMAccountName.*; did you mean system\?/],
  },
  {
    name: 'a DHCP account that is not there',
    args: `grant ${ZONE} ${SNAPSHOT} --dhcp-account dhcpupdate`,
    code: 64,
    says: [/Cannot find "dhcpupdate" in corp\.example\.com/],
  },
  {
    name: 'a host that two computers claim, as a DHCP server',
    args: `grant ${ZONE} ${SNAPSHOT} --dhcp-server dup.corp.example.com`,
    code: 64,
    says: [/names several accounts: CORP\\DUP-A\$ \(S-1-.*\), CORP\\DUP-B\$ \(S-1-.*\); give the SID/],
  },

  { name: 'no place to read', args: 'zones', code: 64, says: [/Give --server HOST .* or --snapshot FILE/] },
  {
    name: 'two places to read',
    args: `zones ${SERVER} ${SNAPSHOT}`,
    code: 64,
    says: [/either --server or --snapshot, not both/],
  },
  {
    name: 'a server and a domain',
    args: `zones ${SERVER} --domain corp.example.com`,
    code: 64,
    says: [/either --server or --domain, not both/],
  },
  {
    name: 'a domain and a snapshot',
    args: `zones --domain corp.example.com ${SNAPSHOT}`,
    code: 64,
    says: [/either --domain or --snapshot, not both/],
  },
  {
    name: 'a domain that is no name',
    args: 'zones --domain corp..com',
    code: 64,
    says: [/"_ldap\._tcp\.dc\._msdcs\.corp\.\.com": it has a label of 0 bytes/],
  },
  {
    name: 'a domain, and nobody to ask for its servers',
    args: 'zones --domain corp.example.com',
    code: 7,
    says: [/_msdcs\.corp\.example\.com \(SRV\): this machine has no DNS server; give --server HOST/],
  },
  {
    name: 'a server that is none',
    args: 'zones --server ftp://x',
    code: 64,
    says: [/needs HOST, ldap:\/\/HOST or/],
  },
  {
    name: 'a password without a user',
    args: 'zones --server dc1.corp.example.com --password-stdin',
    code: 64,
    says: [/As whom\? --password-stdin goes with --user NAME/],
  },
  {
    name: 'a sign-in by password without a user',
    args: 'zones --server dc1.corp.example.com --auth simple',
    code: 64,
    says: [/Give --user NAME/],
  },
  {
    name: 'Kerberos as somebody else',
    args: `zones ${SERVER} --auth kerberos`,
    code: 64,
    says: [/Kerberos signs in as you are, not as \S+; leave out --user \(kinit/],
  },
  {
    name: 'Kerberos to an address',
    args: 'zones --server 10.0.0.1',
    code: 64,
    says: [/Kerberos cannot sign in to the address 10\.0\.0\.1: .*give the full host name/],
  },
  {
    name: 'two ways to sign in',
    args: `zones ${SERVER} --client-cert me.pem`,
    code: 64,
    says: [/Both --user and --client-cert say who you are; say which with --auth/],
  },
  {
    name: 'a sign-in by certificate without one',
    args: 'zones --server dc1.corp.example.com --auth external',
    code: 64,
    says: [/needs --client-cert FILE and --client-key FILE/],
  },
  {
    name: 'a certificate over a clear connection',
    args: 'zones --server dc1.corp.example.com --client-cert me.pem --tls off',
    code: 64,
    says: [/Refused to sign in with a certificate over an unprotected connection/],
  },
  {
    name: 'a key without a certificate',
    args: 'zones --server dc1.corp.example.com --client-key me.key',
    code: 64,
    says: [/--client-key needs --client-cert/],
  },
  {
    name: 'a password over a clear connection, before it is even asked for',
    args: `zones ${SERVER} --tls off`,
    world: { answers: [], env: { DNSACL_PASSWORD: 'hunter2' } },
    code: 64,
    says: [/Refused to send a password over an unprotected connection; use --tls ldaps or --tls starttls/],
  },
  {
    name: 'no password and nobody to ask',
    args: `zones ${SERVER}`,
    code: 64,
    says: [
      /no terminal to ask on; use --password-file FILE, --password-stdin or the variable DNSACL_PASSWORD/,
    ],
  },
  {
    name: 'a password file that is not there',
    args: `zones ${SERVER} --password-file FOLDER/none`,
    code: 64,
    says: [/Cannot read the password file .*none: ENOENT/],
  },
  {
    name: 'an empty password, which would be an anonymous sign-in',
    args: `zones ${SERVER} --password-stdin`,
    world: { stdin: '\n' },
    code: 4,
    says: [/Cannot sign in: the password is empty/],
  },
  {
    name: '--write-snapshot without --snapshot',
    args: `apply FOLDER/none.json --write-snapshot x`,
    code: 64,
    says: [/Cannot read the plan .*none\.json: ENOENT/],
  },

  {
    name: 'a snapshot that is not there',
    args: 'zones --snapshot FOLDER/none',
    code: 64,
    says: [/none: ENOENT/],
  },
  {
    name: 'a folder for a snapshot',
    args: 'zones --snapshot FOLDER',
    code: 64,
    says: [/Cannot .* the snapshot .*EISDIR/],
  },
  {
    name: 'a folder for a plan',
    args: 'show FOLDER',
    code: 64,
    says: [/Cannot read the plan, journal or snapshot .*EISDIR/],
  },
  {
    name: 'a CSV file that is not there',
    args: `owners ${SNAPSHOT} --csv FOLDER/none.csv`,
    code: 64,
    says: [/Cannot read .*none\.csv: ENOENT/],
  },
  {
    name: 'an output file in a folder that is not there',
    args: `zones ${SNAPSHOT} -o FOLDER/none/zones.csv`,
    code: 64,
    says: [/Cannot write .*zones\.csv: ENOENT/],
  },
];

for (const { name, args, world = {}, code, says } of REFUSALS) {
  test(`refused: ${name}`, async (t) => {
    const folder = tempFolder(t);
    const words = args
      .split(' ')
      .map((word) => word.replace('SNAPSHOT', SMALL_SNAPSHOT).replace('FOLDER', folder));
    const ran = await runCli(words, world);
    assert.equal(ran.code, code, ran.err);
    for (const pattern of says) assert.match(ran.err, pattern);
    assert.doesNotMatch(ran.err, /\n\s+at |unexpected failure|hunter2/);
    assert.deepEqual([ran.out, ran.asked], ['', []]);
    assert.deepEqual(readdirSync(folder), []);
  });
}

test('refused: a server that does not listen', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  const at = ['--server', `127.0.0.1:${port}`, '--user', 'admin@corp.example.com', '--password-stdin'];
  const { code, out, err } = await runCli(['zones', ...at], { stdin: 'hunter2\n' });
  assert.deepEqual([code, out], [7, '']);
  assert.match(err, new RegExp(`127\\.0\\.0\\.1.*${port}|${port}.*127\\.0\\.0\\.1`));
  assert.doesNotMatch(err, /hunter2|unexpected failure/);
});

test('the password is asked for without echo, and only on a terminal', async () => {
  const at = ['--server', '127.0.0.1:1', '--user', 'admin@corp.example.com'];
  const { code, asked } = await runCli(['zones', ...at], { answers: ['hunter2'] });
  assert.deepEqual([code, asked], [7, ['hidden: Password for admin@corp.example.com: ']]);
});
