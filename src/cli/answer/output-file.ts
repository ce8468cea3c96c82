/** The file that `--out` names. What it held before stays until there is an answer to put in its place. */

import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import { DnsaclError, UsageError } from '../../errors.ts';

/** Characters in one write. */
const CHUNK_LENGTH = 64 * 1024;

/** Errors of both methods: DnsaclError when the disk refuses, because it is full for example. */
export interface OutputFile {
  /** Resolves when there is room for more. */
  write(text: string): Promise<void>;
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
    write: (text) =>
      told(path, async () => {
        stream ??= start();
        if (stream.errored !== null) throw stream.errored;
        if (!stream.write(text)) await once(stream, 'drain');
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

async function told(path: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    throw new DnsaclError('output', `Cannot write ${path}: ${(error as Error).message}`, { cause: error });
  }
}
