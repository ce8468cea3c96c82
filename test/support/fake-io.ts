/** The world as a test sets it up for main(): captured streams, terminal facts, a fixed clock, scripted answers. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { ExitCode } from '../../src/cli/exit.ts';
import type { Io } from '../../src/cli/io.ts';
import { main } from '../../src/cli/main.ts';

export interface World {
  /** stderr is a terminal. Without it it is none. */
  readonly stderrIsTerminal?: boolean;
  /** Columns of a terminal on stdout; without it stdout is none. */
  readonly width?: number;
  /** Lines of that terminal. */
  readonly height?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** The DNS servers of the machine, and the domain it belongs to; by default there is neither. */
  readonly dnsServers?: readonly string[];
  readonly machineDomain?: string;
  /** Where the program was started; a configuration file may lie there or above. By default there is none. */
  readonly cwd?: string;
  /** What is answered to one question after the other; without it stdin is no terminal. */
  readonly answers?: readonly string[];
  readonly stdin?: string;
  /** Gets what Ctrl-C would call. */
  readonly interrupts?: (interrupt: () => void) => void;
  /** The clock, when it is not to stand at NOW. */
  readonly now?: () => Date;
  /** Gets every wait; without it none takes any time. */
  readonly sleep?: (ms: number) => Promise<void>;
  /** Stands in for the reader of stdout. */
  readonly out?: (text: string) => Promise<void>;
}

/** What a run came to. */
export interface Ran {
  readonly code: ExitCode;
  readonly out: string;
  readonly err: string;
  /** Both in the order in which they came, with what was asked and answered. */
  readonly screen: string;
  /** The questions that were asked; `hidden` ones begin with `hidden: `. */
  readonly asked: readonly string[];
}

/** 2026-11-20 21:00 UTC, the moment at which all tests run. */
export const NOW = '2026-11-20T21:00:00.000Z';

/** Runs the program in this process. */
export async function runCli(args: readonly string[], world: World = {}): Promise<Ran> {
  const captured = { out: '', err: '', screen: '', asked: [] as string[] };
  const answers = [...(world.answers ?? [])];
  const io: Io = {
    out: async (content) => {
      const text = typeof content === 'string' ? content : Buffer.from(content).toString();
      captured.out += text;
      captured.screen += text;
      await world.out?.(text);
    },
    err: (text) => {
      captured.err += text;
      captured.screen += text;
    },
    stdoutIsTerminal: world.width !== undefined,
    stderrIsTerminal: world.stderrIsTerminal === true,
    stdinIsTerminal: world.answers !== undefined,
    width: world.width ?? null,
    height: world.height ?? null,
    cwd: world.cwd ?? tmpdir(),
    env: world.env ?? {},
    onNames: () => {},
    random: () => 0,
    dnsServers: () => world.dnsServers ?? [],
    machineDomain: async () => world.machineDomain ?? null,
    now: world.now ?? (() => new Date(NOW)),
    sleep: world.sleep ?? (async () => {}),
    onInterrupt: (listener) => {
      world.interrupts?.(listener);
      return () => {};
    },
    readStdin: async () => world.stdin ?? '',
    ask: async (question, { hidden }) => {
      captured.asked.push(hidden ? `hidden: ${question}` : question);
      const answer = answers.shift();
      if (answer === undefined) throw new Error(`Nobody scripted an answer to ${JSON.stringify(question)}`);
      captured.screen += `${question}${hidden ? '' : answer}\n`;
      return answer;
    },
  };
  const code = await main(args, io);
  return { code, ...captured };
}

/** A new folder that is gone after the test. */
export function tempFolder(t: TestContext): string {
  const folder = mkdtempSync(TEMP_FOLDER_START);
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const FIXTURES = fileURLToPath(new URL('../fixtures', import.meta.url));
const TEMP_FOLDER_START = join(tmpdir(), 'dnsacl-test-');
/** The characters that mkdtemp() adds. */
const TEMP_FOLDER_END_LENGTH = 6;

/** Text without what differs from run to run and from version to version, for golden files. */
export function stable(text: string): string {
  return withoutFolders(text)
    .replaceAll('\r\n', '\n')
    .replace(/dnsacl \d+\.\d+\.\d+[\w.-]*/g, 'dnsacl VERSION')
    .replace(/sha256:[0-9a-f]{64}/g, 'sha256:CHECKSUM')
    .replace(/sha256-[\w+/]{43}=/g, 'sha256-HASH')
    .replace(/<(style|script)>[^<]+(?:<(?!\/\1>)[^<]*)*<\/\1>/g, '<$1></$1>');
}

/** A path of Windows may stand there as JSON and Markdown write it. */
function withoutFolders(text: string): string {
  const spellings = (path: string): readonly string[] => [path.replaceAll('\\', '\\\\'), path];
  const fixed = spellings(FIXTURES).reduce((left, path) => left.replaceAll(path, 'FIXTURES'), text);
  return spellings(TEMP_FOLDER_START)
    .reduce((left, start) => {
      const [head = '', ...tails] = left.split(start);
      return [head, ...tails.map((tail) => `FOLDER${tail.slice(TEMP_FOLDER_END_LENGTH)}`)].join('');
    }, fixed)
    .replace(/\b(FOLDER|FIXTURES)\\+/g, '$1/');
}
