/** Runs commands and measures them from process start to exit, one at a time, in turns. */

import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** A program to run. Files are absolute paths; output that is not named goes to /dev/null. */
export interface Command {
  readonly argv: readonly string[];
  /** Besides PATH, HOME and the locale: nothing else of this process's environment is handed on. */
  readonly env?: NodeJS.ProcessEnv;
  readonly stdin?: string;
  readonly stdout?: string;
}

/** What one run took. */
export interface Cost {
  readonly wallSeconds: number;
  /** User and system time together, of the process and its children. */
  readonly cpuSeconds: number;
  readonly peakBytes: number;
}

/** The runs of one command. */
export interface Samples {
  readonly costs: readonly Cost[];
  /** Median. */
  readonly wallSeconds: number;
  /** Largest. */
  readonly peakBytes: number;
}

/** A process that runs commands. */
export interface Runner {
  /** @throws Error with the end of stderr when the command does not end with 0 */
  run(command: Command): Promise<Cost & { readonly stderr: string }>;
  close(): void;
}

/** @param folder where commands run and stderr goes */
export function startRunner(folder: string): Runner {
  const child = spawn(
    'setpriv',
    ['--pdeathsig', 'KILL', '/usr/bin/python3', join(import.meta.dirname, 'runner.py')],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const stderrFile = join(folder, 'stderr.txt');
  return {
    run: async (command) => {
      const { argv, stdin = null, stdout = null } = command;
      const env = { PATH: process.env.PATH, HOME: folder, LC_ALL: 'C.UTF-8', ...command.env };
      child.stdin.write(`${JSON.stringify({ argv, env, cwd: folder, stdin, stdout, stderr: stderrFile })}\n`);
      const { value } = await lines.next();
      if (value === undefined)
        throw new Error(`Cannot run ${argv[0]}: bench/runner.py ended; its words are above`);
      const { code, ...cost } = JSON.parse(value) as Cost & { readonly code: number };
      const stderr = await readFile(stderrFile, 'utf8');
      if (code === 0) return { ...cost, stderr };
      throw new Error(
        `Cannot measure ${argv.join(' ')}: it ended with ${code}, needed 0; it said: ${stderr.slice(-2000)}`,
      );
    },
    close: () => child.kill(),
  };
}

/** Runs every command once per round, so that what drifts drifts for all of them. */
export async function runInTurns<K extends string>(
  runner: Runner,
  commands: Readonly<Record<K, Command>>,
  rounds: number,
): Promise<Readonly<Record<K, Samples>>> {
  const keys = Object.keys(commands) as K[];
  const costs = new Map<K, Cost[]>(keys.map((key) => [key, []]));
  for (let round = 0; round < rounds; round++) {
    for (const key of keys) {
      const { stderr: _, ...cost } = await runner.run(commands[key]);
      costs.get(key)?.push(cost);
    }
  }
  return Object.fromEntries(keys.map((key) => [key, samplesOf(costs.get(key) ?? [])])) as Record<K, Samples>;
}

export function samplesOf(costs: readonly Cost[]): Samples {
  return {
    costs,
    wallSeconds: median(costs.map((cost) => cost.wallSeconds)),
    peakBytes: Math.max(...costs.map((cost) => cost.peakBytes)),
  };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] as number;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] as number)) / 2;
}
