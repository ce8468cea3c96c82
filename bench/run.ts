/**
 * The bench: measures the program's own commands, from process start to exit, against their rivals in the same run,
 * and prints one table of ratios. `node bench/run.ts --help` lists the flags.
 *
 * What it needs is made once and kept in .bench/: a domain controller with a large zone (minutes), and its answers,
 * which a replay server gives again.
 */

import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { arch, cpus, release } from 'node:os';
import { dirname, join } from 'node:path';
import type { Lab } from '../test/support/lab/lab.ts';
import { mustRun } from '../test/support/lab/run.ts';
import type { Bench } from './bench.ts';
import { capture, isCaptured } from './capture.ts';
import { createCheck } from './checks.ts';
import { buildApp } from './commands.ts';
import { takeLock } from './lock.ts';
import { startRunner } from './measure.ts';
import { HELP, type Options, type Part, readOptions } from './options.ts';
import { measureLive } from './part-live.ts';
import { measureMicro } from './part-micro.ts';
import { measureReplay } from './part-replay.ts';
import { measureWriting } from './part-writing.ts';
import { installRivals } from './rival-packages.ts';
import type { Row } from './rows.ts';
import { makeCertificate } from './servers.ts';
import { foldersOf, REALM } from './size.ts';
import { isMet, renderMarkdown, renderTable } from './table.ts';
import { keyOf, startLargeLab } from './zone.ts';

const MEASURE: Readonly<Record<Part, (bench: Bench) => Promise<readonly Row[]>>> = {
  a: measureReplay,
  b: measureLive,
  c: measureWriting,
  d: measureMicro,
};

/** These need a domain controller; the others only its answers. */
const LIVE_PARTS: readonly Part[] = ['b', 'c'];

const now = new Date();
const say = (text: string): void => {
  process.stderr.write(`${text}\n`);
};
try {
  const options = readOptions(process.argv.slice(2));
  if (options === null) process.stdout.write(HELP);
  else await main(options);
} catch (error) {
  say(`bench: ${(error as Error).message}`);
  process.exitCode = 1;
}

async function main(options: Options): Promise<void> {
  // The built program is shared by all sizes.
  const releaseLock = await takeLock(dirname(foldersOf(options.size).root));
  try {
    const rows = await runBench(options);
    const machine = await describeMachine(options);
    process.stdout.write(`${renderTable(rows, options.judged)}\n${machine}\n`);
    await writeFiles(rows, machine, options);
  } finally {
    await releaseLock();
  }
}

async function runBench(options: Options): Promise<readonly Row[]> {
  const { size, parts, rounds } = options;
  const folders = foldersOf(size);
  await rm(folders.work, { recursive: true, force: true });
  await mkdir(folders.work, { recursive: true });
  await installRivals();
  await buildApp();
  const lab = await openLab(options);
  const runner = startRunner(folders.work);
  try {
    const passwordFile = join(folders.work, 'anything');
    await writeFile(passwordFile, 'anything');
    const realm = REALM.toLowerCase();
    const bench: Bench = {
      size,
      folders,
      runner,
      rounds,
      certificate: await makeCertificate(folders.work),
      anybody: {
        user: `administrator@${realm}`,
        passwordFile,
        domainDn: `DC=${realm.replaceAll('.', ',DC=')}`,
      },
      lab,
      check: createCheck(say),
    };
    const rows: Row[] = [];
    for (const part of parts) {
      say(`Part ${part}`);
      rows.push(...(await MEASURE[part](bench)));
    }
    return rows;
  } finally {
    runner.close();
    await lab?.stop();
  }
}

/** The domain controller, if any part needs it or its answers are not captured yet. */
async function openLab({ size, parts }: Options): Promise<Lab | null> {
  const folders = foldersOf(size);
  const key = await keyOf(size);
  const captured = await isCaptured(folders.capture, key);
  const isLive = parts.some((part) => LIVE_PARTS.includes(part));
  if (captured && !isLive) return null;
  const lab = await startLargeLab(size, folders, now, say);
  try {
    if (!captured) await capture(lab, folders.capture, key);
    if (isLive) return lab;
  } catch (error) {
    await lab.stop();
    throw error;
  }
  await lab.stop();
  return null;
}

async function describeMachine({ size, rounds }: Options): Promise<string> {
  const [cpu] = cpus();
  const system = existsSync('/etc/os-release')
    ? /^PRETTY_NAME="(.*)"$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1]
    : release();
  const samba = (await mustRun('samba', ['--version'])).trim();
  return (
    `${now.toISOString().slice(0, 10)}: ${cpus().length} x ${cpu?.model.trim()} (${arch()}), ${system}, ${samba}, ` +
    `Node ${process.version}; ${size.names} names, ${size.computers} computers, medians of ${rounds}`
  );
}

async function writeFiles(rows: readonly Row[], machine: string, options: Options): Promise<void> {
  const { json, markdown, judged, size, rounds } = options;
  if (json !== null) {
    const judgedRows = rows.map((row) => ({ ...row, met: judged ? isMet(row) : null }));
    const document = { date: now.toISOString(), machine, size, rounds, rows: judgedRows };
    await writeFile(json, `${JSON.stringify(document, null, 2)}\n`);
  }
  if (markdown !== null) await writeFile(markdown, `${renderMarkdown(rows, judged)}\n\n${machine}\n`);
}
