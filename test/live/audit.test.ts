/**
 * The audit against a real domain controller: it says the same live and from an export, what it asks does not grow
 * with the zone, and a name that it called blocked is ready after grant and apply.
 */

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { exportDirectory } from '../support/lab/capture-example.ts';
import { recordBytes, toHours, zoneProperties } from '../support/lab/dns-bytes.ts';
import { layEstate } from '../support/lab/estate.ts';
import { layExample } from '../support/lab/example-estate.ts';
import { liveOrSkip } from '../support/lab/gate.ts';
import { type Lab, startLab } from '../support/lab/lab.ts';
import { type Outcome, run } from '../support/lab/run.ts';

const ZONE = 'corp.example.com';
const REVERSE = '0.10.in-addr.arpa';
const LARGE = 'large.example.com';
const PROGRAM = join(import.meta.dirname, '../../bin/dnsacl-dev.ts');
const DHCP = ['--dhcp-account', 'dhcp_update'] as const;

interface Audited {
  readonly dn: string;
  readonly fqdn: string;
  readonly verdict: string;
  readonly case: string;
  readonly owner: { readonly class: string };
  readonly updaters: readonly {
    readonly principal: { readonly name: string | null };
    readonly access: string;
    readonly decidedBy: string | null;
  }[];
  readonly findings: readonly { readonly id: string }[];
}

describe('audit on a domain controller', liveOrSkip(), () => {
  let lab: Lab;
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dnsacl-audit-'));
    lab = await startLab();
    await layExample(lab, new Date(), lab.adminPassword);
  });

  after(async () => {
    await lab?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('says of every name what it says offline, from an export of the same directory', async () => {
    const file = join(folder, 'export.ldif');
    await writeFile(file, await exportDirectory(lab));
    const zones = ['-z', ZONE, '-z', REVERSE];
    const live = saidOf(await dnsacl('audit', ...zones, ...DHCP, '-f', 'json'));
    const offline = saidOf(await program(['audit', ...zones, ...DHCP, '-f', 'json', '--snapshot', file]));
    assert.ok(live.size > 400, `${live.size} names`);
    assert.deepEqual(
      [...live].filter(([dn, said]) => offline.get(dn) !== said).map(([, said]) => said),
      [],
    );
    assert.equal(offline.size, live.size);
    const verdicts = new Set([...live.values()].map((said) => JSON.parse(said).verdict));
    for (const verdict of ['ready', 'partly', 'blocked', 'dormant', 'static', 'infrastructure', 'unknown']) {
      assert.ok(verdicts.has(verdict), `no name is ${verdict}`);
    }
  });

  it('asks as much about 1,100 names as about 100, when one page takes both', async () => {
    await layNames(0, 100);
    const small = await counted();
    await layNames(100, 1100);
    const large = await counted();
    assert.equal(small.names, 100);
    assert.equal(large.names, 1100);
    assert.equal(large.requests, small.requests);
    assert.equal(large.pages, small.pages);
    const paged = await counted('--page-size', '100');
    assert.equal(paged.requests - paged.pages, large.requests - large.pages, 'only pages are added');
  });

  it('calls a name blocked, and ready once a plan for it was applied', async () => {
    const [host] = await namesOf('--verdict', 'blocked', '--name', 'pc0*', '--limit', '1');
    assert.ok(host !== undefined, 'no name to repair');
    assert.equal(await verdictOf(host), 'blocked');
    const plan = join(folder, 'plan.json');
    const planned = await dnsacl('grant', '-z', ZONE, '--name', host.name, ...DHCP, '--plan', plan);
    assert.equal(planned.code, 0, planned.stderr);
    const applied = await dnsacl('apply', plan, '--yes', '--journal', join(folder, 'journal'));
    assert.equal(applied.code, 0, applied.stderr);
    assert.equal(await verdictOf(host), 'ready');
  });

  function dnsacl(...args: readonly string[]): Promise<Outcome> {
    const where = ['--server', lab.address, '--user', lab.adminUpn, '--password-file', lab.passwordFile];
    return program([...args, ...where, '--ca', lab.caFile]);
  }

  async function namesOf(
    ...args: readonly string[]
  ): Promise<readonly (Audited & { readonly name: string })[]> {
    const { stdout, stderr, code } = await dnsacl('audit', '-z', ZONE, ...DHCP, ...args, '-f', 'json');
    assert.equal(code, 0, stderr);
    return JSON.parse(stdout).names;
  }

  async function verdictOf({ name }: { readonly name: string }): Promise<string | undefined> {
    return (await namesOf('--name', name))[0]?.verdict;
  }

  /** Lays the zone large.example.com with the names from `first` to before `end`, whose lists name ten accounts in turn. */
  async function layNames(first: number, end: number): Promise<void> {
    const names = Array.from({ length: end - first }, (_, at) => {
      const number = first + at;
      const data = `10.9.${number >> 8}.${number & 0xff}`;
      const record = { type: 'A', data, ttlSeconds: 1200, timestampHours: toHours(new Date()) } as const;
      return {
        name: `n${number}`,
        records: [recordBytes(record)],
        sddl: `O:SYG:SYD:AI(A;;RPWP;;;S-1-5-21-1-2-3-${1000 + (number % 10)})(A;;RPWP;;;SY)`,
      };
    });
    await layEstate(lab, {
      zones: [{ name: LARGE, partition: 'domain', properties: zoneProperties(1, true), names }],
    });
  }

  async function counted(...args: readonly string[]) {
    const all = ['--page-size', '5000', ...args];
    const { stdout, stderr } = await dnsacl(
      'audit',
      '-z',
      LARGE,
      ...DHCP,
      '--summary',
      '-f',
      'json',
      '-v',
      ...all,
    );
    const [, requests, pages] = /^(\d+) requests?, (\d+) pages?/m.exec(stderr) ?? [];
    return { names: JSON.parse(stdout).summary.names, requests: Number(requests), pages: Number(pages) };
  }
});

/** What was said of each name, by its DN, without what a snapshot cannot know. */
function saidOf({ stdout, stderr }: Outcome): ReadonlyMap<string, string> {
  assert.notEqual(stdout, '', stderr);
  const names: readonly Audited[] = JSON.parse(stdout).names;
  return new Map(
    names.map(({ dn, fqdn, verdict, case: judged, owner, updaters, findings }) => {
      const access = updaters.map(({ principal, access: can, decidedBy }) => [
        principal.name,
        can,
        decidedBy,
      ]);
      const ids = findings.map(({ id }) => id);
      const said = { fqdn, verdict, case: judged, owner: owner.class, updaters: access, findings: ids };
      return [dn.toLowerCase(), JSON.stringify(said)];
    }),
  );
}

function program(args: readonly string[]): Promise<Outcome> {
  return run(process.execPath, [PROGRAM, ...args]);
}
