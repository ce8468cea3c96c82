/**
 * Part c, writing: `apply` of a whole zone, with everything it does before and after each write, against ldapmodify,
 * which only writes. Each round plans afresh, applies (measured), and puts the old lists back by ldapmodify
 * (measured): both really change every name.
 */

import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plan } from '../src/plan/plan.ts';
import { type Bench, labOf } from './bench.ts';
import { zoneFile } from './capture.ts';
import {
  DHCP,
  dnsacl,
  type Login,
  labLogin,
  ldapmodify,
  replaceDacls,
  replayLogin,
  sambaTool,
} from './commands.ts';
import { EntrySet } from './entry-set.ts';
import { type Cost, type Samples, samplesOf } from './measure.ts';
import { type Row, ratioRow } from './rows.ts';
import { startProxy, startReplay } from './servers.ts';
import { ZONES } from './size.ts';

/** 2 ms for a question and its answer. */
const DELAY_MS = 1;

interface WriteSamples {
  readonly apply: Samples;
  readonly ldapmodify: Samples;
}

export async function measureWriting(bench: Bench): Promise<readonly Row[]> {
  const live = await measureRounds(bench, labLogin(labOf(bench)), 'live');
  const loop = await measureSambaTool(bench);
  const distant = await measureDistant(bench);
  const what = `apply of ${bench.size.writeNames} changes`;
  return [
    ratioRow(`${what}, live`, live.apply, { name: 'ldapmodify', samples: live.ldapmodify }, 1.25),
    ratioRow(
      `${what}, live`,
      live.apply,
      { name: `samba-tool dsacl set (${bench.size.slowWrites} run, extrapolated)`, samples: loop },
      null,
    ),
    ratioRow(
      `${what}, 2 ms away, server that answers at once`,
      distant.apply,
      { name: 'ldapmodify', samples: distant.ldapmodify },
      0.25,
    ),
  ];
}

async function measureDistant(bench: Bench): Promise<WriteSamples> {
  const replay = await startReplay(bench.folders.capture, 1, bench.certificate);
  const proxy = await startProxy(replay, DELAY_MS);
  try {
    const before = await replay.counters();
    const samples = await measureRounds(bench, replayLogin(proxy, bench.anybody), 'distant');
    const modifies = (await replay.counters()).modifies - before.modifies;
    const needed = 2 * bench.rounds * bench.size.writeNames;
    bench.check('distant writing: modifies', modifies, (found) => found === needed, String(needed));
    return samples;
  } finally {
    await proxy.close();
    await replay.close();
  }
}

async function measureRounds(bench: Bench, login: Login, where: string): Promise<WriteSamples> {
  const apply: Cost[] = [];
  const restore: Cost[] = [];
  const old = await writeRestore(bench, null);
  for (let round = 0; round < bench.rounds; round++) {
    await makePlan(bench, login);
    apply.push(await runApply(bench, login, where));
    restore.push(await bench.runner.run(ldapmodify(login, old)));
  }
  return { apply: samplesOf(apply), ldapmodify: samplesOf(restore) };
}

/** Plans a grant for every name of the zone; the lists that a stopped bench left changed are put back first. */
async function makePlan(bench: Bench, login: Login): Promise<Plan> {
  const { writeNames } = bench.size;
  const plan = await runGrant(bench, login);
  if (plan.changes.length === writeNames) return plan;
  await bench.runner.run(ldapmodify(login, await writeRestore(bench, null)));
  const again = await runGrant(bench, login);
  bench.check('planned changes', again.changes.length, (found) => found === writeNames, String(writeNames));
  return again;
}

async function runGrant(bench: Bench, login: Login): Promise<Plan> {
  const file = planFile(bench);
  await rm(file, { force: true });
  const args = ['grant', '-z', ZONES.write, '--for', 'dhcp', ...DHCP, '--plan', file, '-q'];
  await bench.runner.run(dnsacl(login, args));
  return JSON.parse(await readFile(file, 'utf8')) as Plan;
}

function planFile(bench: Bench): string {
  return join(bench.folders.work, 'plan.json');
}

async function runApply(bench: Bench, login: Login, where: string): Promise<Cost> {
  const { work } = bench.folders;
  const journal = join(work, 'journal.ndjson');
  await rm(journal, { force: true });
  const stdout = join(work, 'applied.ndjson');
  const args = [
    'apply',
    planFile(bench),
    '--yes',
    '--max-change',
    '100%',
    '--journal',
    journal,
    '-f',
    'ndjson',
  ];
  const cost = await bench.runner.run({ ...dnsacl(login, args), stdout });
  const applied = (await readFile(stdout, 'utf8'))
    .split('\n')
    .filter((line) => line.includes('"outcome":"applied"'));
  const { writeNames } = bench.size;
  bench.check(`${where} apply: applied`, applied.length, (found) => found === writeNames, String(writeNames));
  return cost;
}

/** LDIF that puts back the captured lists of these names, or of all. */
async function writeRestore(bench: Bench, dns: ReadonlySet<string> | null): Promise<string> {
  const { work, capture } = bench.folders;
  const set = new EntrySet(await readFile(join(capture, zoneFile(ZONES.write))));
  const changes = Array.from({ length: set.count }, (_, index) => ({
    dn: set.dn(index),
    base64: set.values(index, 'ntsecuritydescriptor')[0]?.toString('base64') ?? '',
  }));
  const file = join(work, 'restore.ldif');
  await writeFile(file, replaceDacls(changes.filter(({ dn }) => dns === null || dns.has(dn))));
  return file;
}

/** A loop over some of the changes, and what it would take for all; puts everything back. */
async function measureSambaTool(bench: Bench): Promise<Samples> {
  const lab = labOf(bench);
  const login = labLogin(lab);
  const plan = await makePlan(bench, login);
  const some = plan.changes.slice(0, bench.size.slowWrites);
  const costs: Cost[] = [];
  for (const { dn, add } of some) costs.push(await bench.runner.run(sambaTool(lab, dn, add[0]?.ace ?? '')));
  const changed = new Set(some.map(({ dn }) => dn));
  await bench.runner.run(ldapmodify(login, await writeRestore(bench, changed)));
  const factor = plan.changes.length / some.length;
  const sum = (read: (cost: Cost) => number): number =>
    costs.reduce((total, cost) => total + read(cost), 0) * factor;
  return samplesOf([
    {
      wallSeconds: sum((cost) => cost.wallSeconds),
      cpuSeconds: sum((cost) => cost.cpuSeconds),
      peakBytes: samplesOf(costs).peakBytes,
    },
  ]);
}
