/** The file that `--out` names. What it held before stays until there is an answer to put in its place. */

import { createWriteStream, type WriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import { DnsaclError, UsageError } from '../../errors.ts';

/** Characters in one write. */
const CHUNK_LENGTH = 64 * 1024;

/** Errors of both methods: DnsaclError when the disk refuses, because it is full for example. */
export interface OutputFile {
  /** Takes text or UTF-8; resolves when it is written and its bytes may change. */
  write(content: string | Uint8Array): Promise<void>;
  /** Resolves when everything is written. */
  end(): Promise<void>;
}

/**
 * Makes sure before anything else is done that `path` can be written.
 *
 * @throws UsageError when it cannot
 */
export async function openOutputFile(path: string): Promise<OutputFile> {
  try {
    await (await open(path, 'a')).close();
  } catch (error) {
    throw new UsageError(`Cannot write ${path}: ${(error as Error).message}`, '--out', { cause: error });
  }
  let stream: WriteStream | null = null;
  // The error is told by the write or the end that comes after it; without a listener it would end the process.
  const start = (): WriteStream => createWriteStream(path).on('error', () => {});
  return {
    write: (content) =>
      told(path, async () => {
        const open = stream ?? start();
        stream = open;
        if (open.errored !== null) throw open.errored;
        await new Promise<void>((resolve, reject) => {
          open.write(content, (error) => (error ? reject(error) : resolve()));
        });
      }),
    end: () =>
      told(path, async () => {
        stream ??= start();
        stream.end();
        await finished(stream);
      }),
  };
}

/** The same text in fewer pieces: a write costs more than joining what goes into it. */
export function* inChunks(texts: Iterable<string>): Generator<string> {
  let pending: string[] = [];
  let length = 0;
  for (const text of texts) {
    pending.push(text);
    length += text.length;
    if (length < CHUNK_LENGTH) continue;
    yield pending.join('');
    pending = [];
    length = 0;
  }
  if (length > 0) yield pending.join('');
}

/** UTF-8 takes at most so many bytes for one unit of a JavaScript string. */
const UTF8_BYTES = 3;

/**
 * The same as UTF-8, in one buffer again and again: a piece is good until the next one is asked for. The lines of a
 * zone are its largest waste otherwise.
 */
export function* inByteChunks(texts: Iterable<string>): Generator<Uint8Array> {
  let buffer: Buffer = Buffer.allocUnsafeSlow(CHUNK_LENGTH);
  let used = 0;
  for (const text of texts) {
    const needed = used + UTF8_BYTES * text.length;
    if (needed > buffer.length) buffer = grown(buffer.subarray(0, used), needed);
    used += buffer.write(text, used);
    if (used < CHUNK_LENGTH) continue;
    yield buffer.subarray(0, used);
    used = 0;
  }
  if (used > 0) yield buffer.subarray(0, used);
}

function grown(bytes: Buffer, needed: number): Buffer {
  const larger = Buffer.allocUnsafeSlow(2 * needed);
  larger.set(bytes);
  return larger;
}

async function told(path: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    throw new DnsaclError('output', `Cannot write ${path}: ${(error as Error).message}`, { cause: error });
  }
}
