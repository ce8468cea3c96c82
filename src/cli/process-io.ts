/** The real Io: this process's streams, clock and environment. With main.ts the only code that knows `process`. */

import { getServers } from 'node:dns';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { isatty } from 'node:tty';
import { DnsaclError } from '../errors.ts';
import { EXIT_CODES } from './exit.ts';
import { createHeapGuide } from './heap.ts';
import type { Io } from './io.ts';

/** Thrown by `out` when whoever reads stdout went away, as `head` does. There is nobody left to tell. */
export class ClosedPipe extends Error {}

export function createProcessIo(): Io {
  const { stdout, stderr, env } = process;
  // Each write to stdout reports its own failure; when stderr is gone there is nobody to report to.
  stdout.on('error', () => {});
  stderr.on('error', () => {});
  return {
    out: (content) =>
      new Promise((resolve, reject) => {
        stdout.write(content, (error) => (error ? reject(outputError(error)) : resolve()));
      }),
    err: (content) => {
      stderr.write(content);
    },
    stdoutIsTerminal: stdout.isTTY === true,
    stderrIsTerminal: stderr.isTTY === true,
    // By its number: process.stdin would open it, whatever it is, and most runs never read from it.
    stdinIsTerminal: isatty(0),
    width: stdout.isTTY ? (stdout.columns ?? null) : null,
    height: stdout.isTTY ? (stdout.rows ?? null) : null,
    cwd: process.cwd(),
    env,
    now: () => new Date(),
    onNames: createHeapGuide(process.versions.node),
    random: () => Math.random(),
    dnsServers: () => getServers(),
    machineDomain: async () => (await import('../directory/locate/machine-domain.ts')).machineDomain(env),
    sleep,
    onInterrupt,
    readStdin: () => text(process.stdin),
    ask,
  };
}

/** What a stream says when its reader is gone: a pipe, a socket (also one with unread text in it), a Windows pipe. */
const READER_GONE: ReadonlySet<string | undefined> = new Set([
  'EPIPE',
  'ECONNRESET',
  'EOF',
  'ERR_STREAM_DESTROYED',
]);

function outputError(error: NodeJS.ErrnoException): Error {
  if (READER_GONE.has(error.code)) return new ClosedPipe();
  return new DnsaclError('output', `Cannot write to standard output: ${error.message}`, { cause: error });
}

async function ask(question: string, { hidden }: { readonly hidden: boolean }): Promise<string> {
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  process.stderr.write(question);
  const lines = createInterface({
    input: process.stdin,
    output: hidden ? silent : process.stderr,
    terminal: process.stdin.isTTY,
  });
  try {
    const [answer] = (await Promise.race([once(lines, 'line'), once(lines, 'close').then(() => [''])])) as [
      string,
    ];
    if (hidden) process.stderr.write('\n');
    return answer;
  } finally {
    lines.close();
  }
}

async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await setTimeout(ms, undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    if (signal?.aborted !== true) throw error;
  }
}

function onInterrupt(listener: () => void): () => void {
  let count = 0;
  const handle = (): void => {
    count += 1;
    if (count === 1) listener();
    else process.exit(EXIT_CODES.interrupted);
  };
  process.on('SIGINT', handle);
  return () => process.off('SIGINT', handle);
}
