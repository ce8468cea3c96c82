/**
 * A baseline taken with `snapshot`, the zone changed in ten known ways, and `diff` finds exactly those: against the
 * directory as it is now, and against a second snapshot. The snapshot answers as the directory does.
 */

import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { recordBytes, tombstoneBytes, zoneProperties } from '../support/lab/dns-bytes.ts';
import { type EstateName, layEstate } from '../support/lab/estate.ts';
import { dnsacl, where } from '../support/lab/fleet.ts';
import { liveOrSkip } from '../support/lab/gate.ts';
import { type Lab, startLab } from '../support/lab/lab.ts';

const ZONE = 'diff.example.com';
const HOURS = 3_733_244;
const SDDL = 'O:SYG:SYD:(A;;RPWP;;;SY)(A;;RPWP;;;{sid:PC1$})';
const DELETE_NODES = join(import.meta.dirname, '../support/accuracy/delete-nodes.py');

interface Told {
  readonly status: string;
  readonly kind: string;
  readonly fqdn: string;
  readonly changes: readonly {
    readonly change: string;
    readonly detail: string | null;
    readonly when: string | null;
    readonly by: string | null;
    readonly writes: number | null;
  }[];
}

function a(data: string, timestampHours = HOURS, ttlSeconds = 1200): string {
  return recordBytes({ type: 'A', data, ttlSeconds, timestampHours });
}

function named(name: string, records: readonly string[] = [a('10.0.0.1')], sddl = SDDL): EstateName {
  return { name, records, sddl };
}

const UNTOUCHED = Array.from({ length: 30 }, (_, at) => named(`same${at}`));
const BEFORE: readonly EstateName[] = [
  ...UNTOUCHED,
  ...['aceadded', 'aceremoved', 'owner', 'recadded', 'refreshed', 'tombstoned'].map((name) => named(name)),
  ...['deleted', 'recreated'].map((name) => named(name)),
  named('recremoved', [a('10.0.0.1'), a('10.0.0.2')]),
];

/** Name, change, and what its detail holds; nothing else may be told. */
const EXPECTED: readonly (readonly [name: string, status: string, change: string, detail: RegExp | null])[] =
  [
    ['aceadded', 'changed', 'ace-added', /CORP\\PC2\$ \(A;;RPWP;;;S-1-5-21-/],
    ['aceremoved', 'changed', 'ace-removed', /CORP\\PC1\$ \(A;;RPWP;;;S-1-5-21-/],
    ['created', 'new', 'created', null],
    ['deleted', 'gone', 'deleted', null],
    ['owner', 'changed', 'owner', /^NT AUTHORITY\\SYSTEM -> CORP\\PC2\$$/],
    ['recadded', 'changed', 'record-added', /^A 10\.0\.0\.9 TTL 300$/],
    ['recreated', 'changed', 'recreated', /another object under the same name/],
    ['recremoved', 'changed', 'record-removed', /^A 10\.0\.0\.2 TTL 1200$/],
    ['refreshed', 'changed', 'timestamp', /^A 10\.0\.0\.1 TTL 1200: 2026-.* -> 2026-/],
    ['tombstoned', 'changed', 'record-removed', /^A 10\.0\.0\.1/],
    ['tombstoned', 'changed', 'tombstoned', null],
  ];

describe('snapshot and diff on a domain controller', liveOrSkip(), () => {
  let lab: Lab;
  let folder: string;
  let baseline: string;
  let changedFrom: number;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dnsacl-diff-'));
    baseline = join(folder, 'before.ldif.gz');
    lab = await startLab();
    const accounts = (['PC1$', 'PC2$'] as const).map((account) => ({ kind: 'computer', account }) as const);
    await lay(BEFORE, zoneProperties(1, true), accounts);
  });

  after(async () => {
    await lab?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('a snapshot of a directory leaves one whole file, which does not differ from it', async () => {
    const { code, stderr } = await dnsacl(['snapshot', '-z', ZONE, '-o', baseline, ...where(lab)]);
    assert.equal(code, 0, stderr);
    assert.match(stderr, new RegExp(`${BEFORE.length} names of 1 of \\d+ zones`));
    assert.deepEqual(await readdir(folder), ['before.ldif.gz']);
    const told = await diff('--live', ...where(lab));
    assert.deepEqual(told.names, []);
    assert.equal(told.summary.byStatus.match, BEFORE.length + 1);
    assert.equal(told.code, 0);
  });

  it('it answers as the directory does', async () => {
    const live = await audited(where(lab));
    const offline = await audited(['--snapshot', baseline]);
    assert.equal(live.length, BEFORE.length);
    assert.deepEqual(offline, live);
  });

  it('after ten changes diff tells exactly those, by whom and when', async () => {
    changedFrom = Date.now();
    await change();
    assertExpected(await diff('--live', ...where(lab)));
  });

  it('between two snapshots it tells the same', async () => {
    const later = join(folder, 'after.ldif');
    const { code, stderr } = await dnsacl(['snapshot', '-z', ZONE, '-o', later, ...where(lab)]);
    assert.equal(code, 0, stderr);
    assertExpected(await diff(later));
  });

  it('--name looks at the names it matches, and at no zone', async () => {
    const told = await diff('--live', '--name', 'own*', ...where(lab));
    assert.deepEqual(
      told.names.map(({ fqdn }) => fqdn),
      [`owner.${ZONE}`],
    );
    assert.deepEqual(told.summary.byStatus, { match: 0, new: 0, gone: 0, changed: 1 });
  });

  function assertExpected(told: Awaited<ReturnType<typeof diff>>): void {
    const rows = told.names.flatMap(({ status, kind, fqdn, changes }) =>
      changes.map((item) => ({ status, kind, name: fqdn.replace(`.${ZONE}`, ''), ...item })),
    );
    const [zone, ...others] = rows.filter(({ kind }) => kind === 'zone');
    assert.equal(zone?.detail, 'ALLOW_UPDATE nonsecure-and-secure -> secure-only');
    assert.deepEqual(others, []);
    const names = rows.filter(({ kind }) => kind === 'name');
    names.sort((left, right) => (`${left.name} ${left.change}` < `${right.name} ${right.change}` ? -1 : 1));
    assert.deepEqual(
      names.map(({ name, status, change }) => [name, status, change]),
      EXPECTED.map(([name, status, change]) => [name, status, change]),
    );
    for (const [at, [name, , , detail]] of EXPECTED.entries()) {
      if (detail === null) assert.equal(names[at]?.detail, null, name);
      else assert.match(names[at]?.detail ?? '', detail, name);
    }
    for (const { name, when, by, writes, change } of rows) {
      assert.equal(by, 'DC1', `${name} ${change}`);
      const time = Date.parse(when ?? '');
      assert.ok(time >= changedFrom - 2000 && time <= Date.now() + 2000, `${name} ${change} ${when}`);
      if (!['recreated', 'created', 'deleted'].includes(change)) assert.equal(writes, 1, `${name} ${change}`);
    }
    assert.equal(told.code, 2);
    assert.equal(told.summary.byStatus.match, UNTOUCHED.length);
    assert.equal(told.summary.names, BEFORE.length + 2);
  }

  async function change(): Promise<void> {
    await lab.python(
      DELETE_NODES,
      [],
      JSON.stringify(['deleted', 'recreated'].map((name) => ({ zone: ZONE, name }))),
    );
    const same = [a('10.0.0.1')];
    const tombstone = { name: 'tombstoned', records: [tombstoneBytes(HOURS + 24)], tombstoned: true };
    await lay(
      [
        named('recreated'),
        named('created'),
        named('aceadded', same, `${SDDL}(A;;RPWP;;;{sid:PC2$})`),
        named('aceremoved', same, 'O:SYG:SYD:(A;;RPWP;;;SY)'),
        named('owner', same, SDDL.replace('O:SY', 'O:{sid:PC2$}')),
        { name: 'recadded', records: [a('10.0.0.1'), a('10.0.0.9', 0, 300)] },
        { name: 'recremoved', records: same },
        { name: 'refreshed', records: [a('10.0.0.1', HOURS + 170)] },
        tombstone,
      ],
      zoneProperties(2, true),
    );
  }

  async function lay(
    names: readonly EstateName[],
    properties: readonly string[],
    accounts: readonly { readonly kind: 'computer'; readonly account: string }[] = [],
  ): Promise<void> {
    await layEstate(lab, { accounts, zones: [{ name: ZONE, partition: 'domain', properties, names }] });
  }

  async function diff(...args: readonly string[]) {
    const outcome = await dnsacl(['diff', baseline, ...args, '--exit-code', '-f', 'json']);
    assert.notEqual(outcome.stdout, '', outcome.stderr);
    const { names, summary } = JSON.parse(outcome.stdout) as {
      readonly names: readonly Told[];
      readonly summary: { readonly names: number; readonly byStatus: Readonly<Record<string, number>> };
    };
    return { names, summary, code: outcome.code };
  }
});

async function audited(place: readonly string[]): Promise<readonly unknown[]> {
  const { stdout, stderr } = await dnsacl(['audit', '-z', ZONE, '-f', 'json', ...place]);
  assert.notEqual(stdout, '', stderr);
  const { names } = JSON.parse(stdout) as { readonly names: readonly { readonly fqdn: string }[] };
  return names;
}
