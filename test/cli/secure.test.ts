/** The screens and refusals of `secure`, on copies of a snapshot. */

import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { parseDn } from '../../src/formats/dn.ts';
import { entryOf } from '../support/corp.ts';
import { type Ran, runCli, stable, tempFolder, type World } from '../support/fake-io.ts';
import { assertGolden } from '../support/golden.ts';
import { CORP_ZONE_DN, ldifOf, SMALL_SNAPSHOT } from '../support/make-small-snapshot.ts';
import { PRIMARY, SECURE, UNSECURE } from '../support/zone-properties.ts';

const ZONE = 'corp.example.com';
const DHCP = ['--dhcp-account', 'dhcp_update'] as const;
const ANYWAY = ['--yes', '--max-blocked', '100%'] as const;

const FORMS: readonly (readonly [ending: string, args: readonly string[], world: World])[] = [
  ['100.txt', ['--no-color'], { width: 100 }],
  ['json', ['-f', 'json'], {}],
  ['ndjson', ['-f', 'ndjson'], {}],
];

const SCREENS: readonly (readonly [name: string, args: readonly string[], code: number])[] = [
  ['secure', [ZONE, ...DHCP, ...ANYWAY], 0],
  ['secure-no-go', [ZONE, ...DHCP], 2],
  ['secure-none', [ZONE, '--mode', 'none', ...ANYWAY], 0],
  ['secure-print', [ZONE, '--print'], 0],
];

for (const [name, args, expected] of SCREENS) {
  for (const [ending, form, world] of FORMS) {
    test(`${name} as ${ending}`, async (t) => {
      const folder = tempFolder(t);
      const ran = await secure(folder, [...args, ...form], world);
      assert.equal(ran.code, expected, ran.err);
      assertGolden(t, `${name}.${ending}`, stable(ran.out));
      if (ending === '100.txt') assertGolden(t, `${name}.stderr.txt`, stable(ran.err));
    });
  }
}

test('secure and --revert leave the snapshot as it was, byte for byte', async (t) => {
  const folder = tempFolder(t);
  await secure(folder, [ZONE, ...DHCP, ...ANYWAY]);
  const plain = await copyOf(folder, 'plain.ldif');
  const again = ['--snapshot', join(folder, 'after.ldif'), '--write-snapshot', join(folder, 'back.ldif')];
  const journal = ['--journal', join(folder, 'back.ndjson')];
  const { code, err, out } = await runCli(['secure', ZONE, '--revert', '--yes', ...again, ...journal], {
    cwd: folder,
  });
  assert.equal(code, 0, err);
  assert.equal(out, `${ZONE}: secure-only -> nonsecure-and-secure: applied\n`);
  assert.equal(readFileSync(join(folder, 'back.ldif'), 'utf8'), plain);
  assert.notEqual(readFileSync(join(folder, 'after.ldif'), 'utf8'), plain);
});

test('secure asks for the name of the zone, and takes nothing else for it', async (t) => {
  for (const [typed, code] of [
    [ZONE, 0],
    [' CORP.example.com', 0],
    ['yes', 5],
    ['', 5],
  ] as const) {
    const folder = tempFolder(t);
    const ran = await secure(folder, [ZONE, ...DHCP, '--max-blocked', '100%'], { answers: [typed] });
    assert.equal(ran.code, code, typed);
    assert.equal(readdirSync(folder).length, code === 0 ? 2 : 0);
  }
});

test('secure does not switch without anybody to ask', async (t) => {
  const folder = tempFolder(t);
  const alone = await secure(folder, [ZONE, ...DHCP, '--max-blocked', '100%']);
  assert.equal(alone.code, 64);
  assert.match(alone.err, /nobody to ask; give --yes and --max-blocked N\|P% to switch without asking/);
  const yes = await secure(folder, [ZONE, ...DHCP, '--yes']);
  assert.equal(yes.code, 64);
  assert.match(yes.err, /--yes alone does not switch a zone/);
  assert.deepEqual(readdirSync(folder), []);
});

test('secure says so when there is nothing to do', async (t) => {
  const { code, out } = await secure(tempFolder(t), ['empty.example.com', '--yes', '--max-blocked', '0']);
  assert.deepEqual(
    [code, out],
    [0, 'empty.example.com: secure-only -> secure-only: unchanged (it is that already)\n'],
  );
});

const REFUSED: readonly (readonly [zone: string, words: RegExp])[] = [
  [
    'nowhere.example.com',
    /There is no zone "nowhere\.example\.com"; zones there are: 0\.10\.in-addr\.arpa, /,
  ],
  ['corp.*', /There is no zone "corp\.\*"/],
  ['branch.example.com', /no server loads it, it is marked in-progress/],
  ['_msdcs.corp.example.com', /its type is unknown, and only a primary zone takes dynamic updates/],
  ['twice.example.com', /twice\.example\.com stands in several partitions: DC=twice/],
  [
    'unset.example.com',
    /Cannot tell how unset\.example\.com takes updates: it has no AllowUpdate property; let a DNS/,
  ],
  ['spelled.example.com', /2 values may be its AllowUpdate property/],
];

for (const [zone, words] of REFUSED) {
  test(`secure does not guess: ${zone}`, async (t) => {
    const folder = tempFolder(t);
    const { code, err } = await secure(folder, [zone, ...ANYWAY], {}, snapshotWith(t, ODD_ZONES));
    assert.equal(code, 64);
    assert.match(err, words);
    assert.deepEqual(readdirSync(folder), []);
  });
}

test('secure takes the DN of a zone whose name stands twice', async (t) => {
  const snapshot = snapshotWith(t, ODD_ZONES);
  const dn = `DC=twice.example.com,CN=MicrosoftDNS,CN=System,DC=corp,DC=example,DC=com`;
  const { code, out, err } = await secure(tempFolder(t), [dn, '--mode', 'none', ...ANYWAY], {}, snapshot);
  assert.equal(code, 0, err);
  assert.match(out, /twice\.example\.com: nonsecure-and-secure -> none: applied/);
});

test('secure --revert refuses the record of another zone, and a zone that was changed since', async (t) => {
  const folder = tempFolder(t);
  await secure(folder, [ZONE, ...DHCP, ...ANYWAY]);
  const record = join(folder, readdirSync(folder).find((name) => name.endsWith('.switch.ndjson')) ?? '');
  const other = await secure(tempFolder(t), ['archive.example.com', '--revert', record, '--yes']);
  assert.equal(other.code, 6, other.err);
  assert.match(other.err, /is the record of another zone: DC=corp\.example\.com/);
  const plain = await secure(tempFolder(t), [ZONE, '--revert', record, '--yes']);
  assert.deepEqual(
    [plain.code, /unchanged \(it was taken back already\)/.test(plain.out)],
    [0, true],
    plain.err,
  );
  const changed = join(tempFolder(t), 'none.ldif');
  await runCli(['secure', ZONE, '--mode', 'none', ...ANYWAY, ...to(SMALL_SNAPSHOT, changed)], {
    cwd: tempFolder(t),
  });
  const since = await secure(tempFolder(t), [ZONE, '--revert', record, '--yes'], {}, changed);
  assert.equal(since.code, 6, since.err);
  assert.match(
    since.err,
    /Somebody else changed corp\.example\.com after the switch in .*: it is none now; to set it/,
  );
});

test('secure -q says nothing but what came of it, unless somebody is asked', async (t) => {
  const folder = tempFolder(t);
  const quiet = await secure(folder, [ZONE, ...DHCP, ...ANYWAY, '-q']);
  assert.deepEqual([quiet.code, quiet.err], [0, '']);
  const record = join(folder, readdirSync(folder).find((name) => name.endsWith('.switch.ndjson')) ?? '');
  const after = join(folder, 'after.ldif');
  const copies = [join(folder, 'one.ldif'), join(folder, 'two.ldif')] as const;
  const revert = (copy: string, more: readonly string[], world: World) =>
    runCli(['secure', ZONE, '--revert', record, '-q', ...more, ...to(after, copy)], {
      ...world,
      cwd: tempFolder(t),
    });
  const back = await revert(copies[0], ['--yes'], {});
  assert.deepEqual([back.out, back.err], [`${ZONE}: secure-only -> nonsecure-and-secure: applied\n`, '']);
  const asked = await revert(copies[1], [], { answers: [ZONE] });
  assert.match(asked.screen, /then +Nonsecure and secure[\s\S]*Type the name of the zone/);
});

test('secure interrupted while it writes: what was written is known, and told', async (t) => {
  const world: World = { interrupts: (interrupt) => interrupt() };
  const { code, out, err } = await secure(tempFolder(t), [ZONE, ...DHCP, ...ANYWAY], world);
  assert.equal(code, 130);
  assert.match(out, /nonsecure-and-secure -> secure-only: applied\n$/);
  assert.match(err, /Stopping as soon as it is known what was written[\s\S]*To take it back: /);
});

test('secure tells each problem once, though the zones are read twice', async (t) => {
  const { out } = await secure(
    tempFolder(t),
    [ZONE, ...DHCP, ...ANYWAY, '-f', 'json'],
    {},
    snapshotWith(t, ODD_ZONES),
  );
  const problems: readonly object[] = JSON.parse(out).problems;
  const told = problems.map((problem) => JSON.stringify(problem));
  assert.ok(told.some((problem) => problem.includes('no-update-mode')));
  assert.equal(new Set(told).size, told.length);
});

test('show tells what a record holds', async (t) => {
  const folder = tempFolder(t);
  await secure(folder, [ZONE, ...DHCP, ...ANYWAY]);
  const record = join(folder, readdirSync(folder).find((name) => name.endsWith('.switch.ndjson')) ?? '');
  const shown = await runCli(['show', record]);
  assert.equal(shown.code, 0, shown.err);
  assert.match(
    shown.out,
    /^zone +corp\.example\.com\n[\s\S]*before +nonsecure-and-secure\nafter +secure-only\n[\s\S]*outcome +applied\n/,
  );
  assert.match(shown.err, /To take it back: dnsacl secure corp\.example\.com --revert /);
  const { before, after, outcome } = JSON.parse((await runCli(['show', record, '-f', 'json'])).out);
  assert.deepEqual([before, after, outcome], ['nonsecure-and-secure', 'secure-only', 'applied']);
  assert.equal((await runCli(['show', record, '-f', 'html'])).code, 64);
});

test('secure --revert finds no record where there is none', async (t) => {
  const { code, err } = await secure(tempFolder(t), [ZONE, '--revert', '--yes']);
  assert.equal(code, 64);
  assert.match(err, /No record in .* tells of a switch that led to what corp\.example\.com holds now/);
});

/** Runs in a folder of its own, and writes the copy there. */
function secure(
  folder: string,
  args: readonly string[],
  world: World = {},
  snapshot = SMALL_SNAPSHOT,
): Promise<Ran> {
  return runCli(['secure', ...args, ...to(snapshot, join(folder, 'after.ldif'))], { ...world, cwd: folder });
}

function to(snapshot: string, copy: string): readonly string[] {
  return ['--snapshot', snapshot, '--write-snapshot', copy];
}

/** The small snapshot as a copy spells it, by a switch there and back under another name. */
async function copyOf(folder: string, name: string): Promise<string> {
  const [none, back] = [join(folder, `none-${name}`), join(folder, name)];
  const quiet = (mode: string): readonly string[] => [
    '--mode',
    mode,
    ...ANYWAY,
    '--journal',
    join(folder, `${mode}.x`),
  ];
  await runCli(['secure', ZONE, ...quiet('none'), ...to(SMALL_SNAPSHOT, none)], { cwd: folder });
  await runCli(['secure', ZONE, ...quiet('nonsecure-and-secure'), ...to(none, back)], { cwd: folder });
  return readFileSync(back, 'utf8');
}

const ODD_ZONES: readonly (readonly [name: string, partition: string, properties: readonly Uint8Array[]])[] =
  [
    ['twice.example.com', 'DC=DomainDnsZones', [PRIMARY, UNSECURE]],
    ['twice.example.com', 'CN=System', [PRIMARY, UNSECURE]],
    ['unset.example.com', 'DC=DomainDnsZones', [PRIMARY]],
  ];

function snapshotWith(t: TestContext, zones: typeof ODD_ZONES): string {
  const file = join(tempFolder(t), 'odd.ldif');
  const domain = CORP_ZONE_DN.slice(CORP_ZONE_DN.indexOf('DC=corp,'));
  const entries = zones.map(([name, partition, dNSProperty]) =>
    entryOf(parseDn(`DC=${name},CN=MicrosoftDNS,${partition},${domain}`), {
      objectClass: 'dnsZone',
      dNSProperty,
    }),
  );
  // One attribute under two spellings, as exports that were put together have it.
  const text = (value: Uint8Array): string => Buffer.from(value).toString('base64');
  const spelled = `dn: DC=spelled.example.com,CN=MicrosoftDNS,DC=DomainDnsZones,${domain}
objectClass: dnsZone
dNSProperty:: ${text(PRIMARY)}
dNSProperty:: ${text(UNSECURE)}
DNSProperty:: ${text(SECURE)}
`;
  writeFileSync(file, `${readFileSync(SMALL_SNAPSHOT, 'utf8')}${ldifOf(entries)}${spelled}\n`);
  return file;
}
