/**
 * The README and the guide with what each command that they show prints now. Run as a script, it writes it into them.
 *
 * The README's commands run in the repository and show their answer. Those of the guide are one story: they run one
 * after the other, a minute apart, in a new folder with the example snapshot and the configuration that the guide
 * gives, and show what a terminal would, with somebody who answers.
 */

import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { type Ran, runCli, type World } from './fake-io.ts';
import { argumentsOf, cutAnswer, type ShownRun, shownRuns, withChecksum, withRuns } from './shown-runs.ts';

const ROOT: string = join(import.meta.dirname, '../..');
const README = join(ROOT, 'README.md');
const SNAPSHOT = join(ROOT, 'examples/corp.example.com.ldif.gz');
const CONFIG = /^```json\n([\s\S]*?)^```$/m;
const WIDTH = 112;
/** Half an hour after the example snapshot was taken. */
const FIRST_MINUTE: number = Date.parse('2026-11-21T01:00Z');

/** What a terminal shows of a run, and how it ended. */
export interface Screen {
  readonly screen: string;
  readonly code: number;
}

export const GUIDE: string = join(ROOT, 'examples/guide.md');

export function readmeText(): string {
  return readFileSync(README, 'utf8');
}

export function guideText(): string {
  return readFileSync(GUIDE, 'utf8');
}

/** The README with what each command prints now. */
export async function renderReadme(text: string): Promise<string> {
  return inFolder(ROOT, async () => {
    const runs: ShownRun[] = [];
    for (const { command } of shownRuns(text, 'console')) {
      const { out } = await runShown(command, { cwd: ROOT });
      runs.push({ command, shown: cutAnswer(command, out) });
    }
    return withRuns(text, 'console', runs);
  });
}

/** The guide with what each command prints now, offline. */
export async function renderGuide(text: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'dnsacl-guide-'));
  try {
    cpSync(SNAPSHOT, join(folder, 'now.ldif.gz'));
    writeFileSync(join(folder, 'dnsacl.config.json'), configurationOf(text));
    return await inFolder(folder, async () => {
      const runs: ShownRun[] = [];
      for (const { command: shown } of shownRuns(text, 'console')) {
        const command = withChecksum(shown, runs.map((run) => run.shown).join(''));
        const now = new Date(FIRST_MINUTE + runs.length * 60_000);
        const answers = [command.startsWith('secure') ? 'corp.example.com' : 'y'];
        const ran = await runShown(command, { cwd: folder, now: () => now, answers });
        runs.push({ command, shown: screenOf(command, ran).replaceAll(`${folder}${sep}`, '') });
      }
      return withRuns(text, 'console', runs);
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The configuration that the guide gives. */
export function configurationOf(text: string): string {
  const [, json] = CONFIG.exec(text) ?? [];
  if (json === undefined)
    throw new Error('Cannot render the guide: it gives no configuration, in a json block');
  return json;
}

/** What the guide shows of a run: the screen, cut, and the exit code when that is not 0. */
export function screenOf(command: string, { screen, code }: Screen): string {
  return `${cutAnswer(command, screen)}${code === 0 ? '' : `[exit code ${code}]\n`}`;
}

function runShown(command: string, world: World): Promise<Ran> {
  return runCli([...argumentsOf(command), '--no-color'], { width: WIDTH, ...world });
}

/** Does something in a working directory, which is the process's while it lasts. */
export async function inFolder<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const before = process.cwd();
  process.chdir(folder);
  try {
    return await work();
  } finally {
    process.chdir(before);
  }
}

if (import.meta.main) {
  writeFileSync(README, await renderReadme(readmeText()));
  writeFileSync(GUIDE, await renderGuide(guideText()));
}
