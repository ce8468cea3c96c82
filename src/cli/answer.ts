/**
 * Where the answer and the talk of one command go: stdout or a file in the format asked for, stderr for the rest.
 */

import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { type Problem, UsageError } from '../errors.ts';
import type { SourceCounters } from '../records/source.ts';
import { safeForTerminal } from '../report/safe-text.ts';
import type { Io } from './io.ts';
import { type Format, formatOf, type OutputFlags } from './options.ts';

const PROBLEMS_SHOWN = 10;

/** The answer of one command. */
export interface Answer {
  readonly format: Format;
  readonly tool: string;
  readonly render: { readonly width: number | null; readonly color: boolean };
  /** Part of the answer; resolves when the reader is ready for more. */
  write(text: string): Promise<void>;
  /** Something for the person at the terminal, unless --quiet. */
  say(text: string): void;
  /** What went wrong on the way: the first few, or all with --verbose. */
  tellProblems(problems: readonly Problem[]): void;
  /** What was asked of the directory, with --verbose. */
  tellCounters(counters: SourceCounters): void;
  /** Resolves when everything is written. */
  end(): Promise<void>;
}

/** @throws UsageError when the file cannot be written */
export async function openAnswer(flags: OutputFlags, io: Io, tool: string): Promise<Answer> {
  const file = flags.out === undefined ? null : await openFile(flags.out);
  const quiet = flags.quiet === true;
  const say = (text: string): void => {
    if (!quiet) io.err(`${text}\n`);
  };
  return {
    format: formatOf(flags),
    tool,
    render: {
      width: file === null ? io.width : null,
      color: file === null && io.stdoutIsTerminal && flags.color && !io.env.NO_COLOR,
    },
    write: file === null ? (text) => io.out(text) : (text) => writeTo(file, text),
    say,
    tellProblems: (problems) => {
      const shown = flags.verbose === true ? problems : problems.slice(0, PROBLEMS_SHOWN);
      for (const { severity, where, message } of shown)
        say(safeForTerminal(`${severity}: ${where}: ${message}`));
      const more = problems.length - shown.length;
      if (more > 0) say(`and ${more} more problems; -v shows them all`);
    },
    tellCounters: ({ requests, pages, entries, bytes }) => {
      if (flags.verbose === true)
        say(`${requests} requests, ${pages} pages, ${entries} entries, ${bytes} bytes read`);
    },
    end: async () => {
      if (file === null) return;
      file.end();
      await finished(file);
      say(`Wrote ${flags.out}`);
    },
  };
}

async function openFile(path: string): Promise<WriteStream> {
  const file = createWriteStream(path);
  try {
    await once(file, 'open');
  } catch (error) {
    throw new UsageError(`Cannot write ${path}: ${(error as Error).message}`, '--out', { cause: error });
  }
  return file;
}

async function writeTo(file: WriteStream, text: string): Promise<void> {
  if (!file.write(text)) await once(file, 'drain');
}
