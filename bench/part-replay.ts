/** Part a, what the client costs: reading from a server whose own work is next to nothing. */

import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bench } from './bench.ts';
import { checkNames, checkReading, namesOf } from './checks.ts';
import { DHCP, dnsacl, type Login, ldapsearch, readOnly, replayLogin } from './commands.ts';
import { type Command, runInTurns } from './measure.ts';
import { memoryRow, type Row, ratioRow } from './rows.ts';
import { type ReplayServer, startReplay } from './servers.ts';
import { ZONES } from './size.ts';

const ZONE = ['-z', ZONES.large];

export async function measureReplay(bench: Bench): Promise<readonly Row[]> {
  const { folders, size, certificate, anybody } = bench;
  const one = await startReplay(folders.capture, 1, certificate);
  const many = await startReplay(folders.capture, size.copies, certificate);
  try {
    const login = replayLogin(one, anybody);
    const manyLogin = replayLogin(many, anybody);
    await proveReading(bench, login, one);
    await proveMany(bench, manyLogin, many);
    const samples = await runInTurns(
      bench.runner,
      {
        ldapsearch: ldapsearch(login, ZONES.large),
        entries: readOnly(login, ZONES.large, 'entries'),
        names: readOnly(login, ZONES.large, 'names'),
        summary: summary(login),
        owners: owners(login),
        audit: audit(login),
        auditMany: audit(manyLogin),
      },
      bench.rounds,
    );
    const rival = { name: 'ldapsearch', samples: samples.ldapsearch };
    const few = { name: `${size.names} names`, samples: samples.audit };
    const total = size.names * size.copies;
    return [
      ratioRow('entries received with the library, nothing decoded', samples.entries, rival, null),
      ratioRow('names decoded with the library, nothing judged', samples.names, rival, null),
      ratioRow('owners --summary, client-bound', samples.summary, rival, 1.2),
      ratioRow('owners -f ndjson, client-bound', samples.owners, rival, 1.7),
      ratioRow('audit -f ndjson, client-bound', samples.audit, rival, 2.5),
      memoryRow(`peak memory, audit -f ndjson of ${size.names} names`, samples.audit, 200),
      memoryRow(`peak memory, audit -f ndjson of ${total} names`, samples.auditMany, 300),
      ratioRow(`audit -f ndjson of ${total} names`, samples.auditMany, few, 1.05 * size.copies),
    ];
  } finally {
    await many.close();
    await one.close();
  }
}

function summary(login: Login): Command {
  return dnsacl(login, ['owners', ...ZONE, '--summary']);
}

function owners(login: Login): Command {
  return dnsacl(login, ['owners', ...ZONE, '-f', 'ndjson']);
}

function audit(login: Login): Command {
  return dnsacl(login, ['audit', ...ZONE, ...DHCP, '-f', 'ndjson']);
}

/** Runs each command once, which also warms the server up, and looks at its answer and at what it asked. */
async function proveReading(bench: Bench, login: Login, server: ReplayServer): Promise<void> {
  const names = await namesOf(bench.folders.capture, ZONES.large);
  const prove = async (what: string, command: Command): Promise<string> => {
    const before = await server.counters();
    const stdout = join(bench.folders.work, 'answer.txt');
    const { stderr } = await bench.runner.run({ argv: [...command.argv, '--verbose'], stdout });
    checkReading(bench.check, what, before, await server.counters(), names.size, stderr);
    return stdout;
  };
  const counted = Number(
    /^(\d+) names$/m.exec(await readFile(await prove('owners --summary', summary(login)), 'utf8'))?.[1],
  );
  bench.check('owners --summary: names', counted, (found) => found === names.size, String(names.size));
  for (const [what, command] of [
    ['owners', owners(login)],
    ['audit', audit(login)],
  ] as const) {
    await checkNames(bench.check, what, await prove(what, command), names);
  }
  for (const [what, command] of [
    ['ldapsearch', ldapsearch(login, ZONES.large)],
    ['library, entries', readOnly(login, ZONES.large, 'entries')],
    ['library, names', readOnly(login, ZONES.large, 'names')],
  ] as const) {
    const before = await server.counters();
    await bench.runner.run(command);
    const sent = (await server.counters()).names - before.names;
    bench.check(`${what}: names sent`, sent, (found) => found === names.size, String(names.size));
  }
}

async function proveMany(bench: Bench, login: Login, server: ReplayServer): Promise<void> {
  const { copies } = bench.size;
  const names = await namesOf(bench.folders.capture, ZONES.large);
  const before = await server.counters();
  const stdout = join(bench.folders.work, 'answer.txt');
  const { stderr } = await bench.runner.run({ argv: [...audit(login).argv, '--verbose'], stdout });
  const total = names.size * copies;
  checkReading(bench.check, 'audit of many', before, await server.counters(), total, stderr);
  await checkNames(bench.check, 'audit of many', stdout, names, copies);
  // A gigabyte at full size.
  await rm(stdout);
}
