/**
 * Where the answer and the talk of one command go: stdout or a file in the format asked for, stderr for the rest.
 */

import type { Problem } from '../errors.ts';
import type { SourceCounters } from '../records/source.ts';
import { safeForTerminal } from '../report/safe-text.ts';
import type { Io } from './io.ts';
import { type Format, formatOf, LIST_FORMATS, type OutputFlags } from './options.ts';
import { openOutputFile } from './output-file.ts';

const PROBLEMS_SHOWN = 10;

/** The answer of one command. */
export interface Answer {
  readonly format: Format;
  readonly tool: string;
  readonly render: { readonly width: number | null; readonly color: boolean };
  /** Part of the answer; resolves when the reader is ready for more. */
  write(text: string): Promise<void>;
  /** Nothing but the answer and errors is wanted. */
  readonly quiet: boolean;
  /** Something for the person at the terminal, unless --quiet. */
  say(text: string): void;
  /** What went wrong on the way: the first few, or all with --verbose; with --quiet only errors. */
  tellProblems(problems: readonly Problem[]): void;
  /** What was asked of the directory, with --verbose. */
  tellCounters(counters: SourceCounters): void;
  /** Resolves when everything is written. */
  end(): Promise<void>;
}

/**
 * @param formats the forms that the command has, as given to addOutputOptions()
 * @throws UsageError when the file cannot be written
 */
export async function openAnswer(
  flags: OutputFlags,
  io: Io,
  tool: string,
  formats: readonly Format[] = LIST_FORMATS,
): Promise<Answer> {
  const file = flags.out === undefined ? null : await openOutputFile(flags.out);
  const quiet = flags.quiet === true;
  const say = (text: string): void => {
    if (!quiet) io.err(`${safeForTerminal(text)}\n`);
  };
  return {
    quiet,
    format: formatOf(flags, formats),
    tool,
    render: {
      width: file === null ? io.width : null,
      color: file === null && io.stdoutIsTerminal && flags.color && !io.env.NO_COLOR,
    },
    write: file === null ? (text) => io.out(text) : (text) => file.write(text),
    say,
    tellProblems: (problems) => {
      const told = quiet ? problems.filter(({ severity }) => severity === 'error') : problems;
      const shown = flags.verbose === true ? told : told.slice(0, PROBLEMS_SHOWN);
      for (const { severity, where, message } of shown)
        io.err(`${safeForTerminal(`${severity}: ${where}: ${message}`)}\n`);
      const more = told.length - shown.length;
      if (more > 0) io.err(`and ${more} more problems; -v shows them all\n`);
    },
    tellCounters: ({ requests, pages, entries, bytes }) => {
      if (flags.verbose === true)
        say(`${requests} requests, ${pages} pages, ${entries} entries, ${bytes} bytes read`);
    },
    end: async () => {
      if (file === null) return;
      await file.end();
      say(`Wrote ${flags.out}`);
    },
  };
}
