/**
 * Where the answer and the talk of one command go: stdout or a file in the format asked for, stderr for the rest.
 */

import type { Problem } from '../../errors.ts';
import type { DescriptorDecoder } from '../../formats/node-descriptor.ts';
import type { SourceCounters } from '../../records/source.ts';
import type { CsvOptions } from '../../report/csv.ts';
import { safeForTerminal } from '../../report/safe-text.ts';
import type { Io } from '../io.ts';
import { type CsvSeparator, type Format, formatOf, LIST_FORMATS, type OutputFlags } from '../options.ts';
import { inChunks, openOutputFile } from './output-file.ts';
import { createReadingProgress } from './progress.ts';
import { createStages, type Stages } from './stages.ts';

const PROBLEMS_SHOWN = 10;

const SEPARATORS: Readonly<Record<CsvSeparator, ',' | ';' | '\t'>> = {
  comma: ',',
  semicolon: ';',
  tab: '\t',
};

/** The answer of one command. */
export interface Answer {
  readonly format: Format;
  readonly tool: string;
  readonly render: { readonly width: number | null; readonly color: boolean };
  /** How CSV is written. */
  readonly csv: CsvOptions;
  /** Part of the answer; resolves when the reader is ready for more. */
  write(text: string): Promise<void>;
  /** All of `texts`, many in one write; they are made no faster than the reader takes them. */
  writeAll(texts: Iterable<string>): Promise<void>;
  /** Says whether any of it was written. */
  isBegun(): boolean;
  /** Nothing but the answer and errors is wanted. */
  readonly quiet: boolean;
  /** Something for the person at the terminal, unless --quiet. */
  say(text: string): void;
  /** What went wrong on the way: the first few, or all with --verbose; with --quiet only errors. */
  tellProblems(problems: readonly Problem[]): void;
  /** Where the time goes. */
  readonly stages: Stages;
  /** What was asked of the directory, how many distinct descriptors came, and the time it took, with --verbose. */
  tellCost(counters: SourceCounters, descriptors?: DescriptorDecoder): void;
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
  const put = file === null ? (text: string) => io.out(text) : (text: string) => file.write(text);
  const format = formatOf(flags, formats);
  const overflow = file === null && format === 'table' ? createOverflow(io) : null;
  let begun = false;
  const isSeen = file === null && io.stdoutIsTerminal;
  const progress = createReadingProgress(io, () => quiet || (begun && isSeen));
  const stages = createStages(io.now, progress);
  const say = (text: string): void => {
    if (quiet) return;
    progress.clear();
    io.err(`${safeForTerminal(text)}\n`);
  };
  const write = async (text: string): Promise<void> => {
    begun = true;
    progress.clear();
    await put(text);
    overflow?.count(text);
  };
  return {
    isBegun: () => begun,
    quiet,
    stages,
    format,
    tool,
    render: {
      width: file === null ? io.width : null,
      color: file === null && io.stdoutIsTerminal && flags.color && !io.env.NO_COLOR,
    },
    csv: { bom: flags.csvBom === true, separator: SEPARATORS[flags.csvSeparator ?? 'comma'] },
    write: (text) => stages.during('writing', () => write(text)),
    writeAll: (texts) =>
      stages.during('writing', async () => {
        for (const chunk of inChunks(texts)) await write(chunk);
      }),
    say,
    tellProblems: (problems) => {
      const told = quiet ? problems.filter(({ severity }) => severity === 'error') : problems;
      const shown = flags.verbose === true ? told : told.slice(0, PROBLEMS_SHOWN);
      progress.clear();
      for (const { severity, where, message } of shown)
        io.err(`${safeForTerminal(`${severity}: ${where}: ${message}`)}\n`);
      const more = told.length - shown.length;
      if (more > 0) io.err(`and ${more} more problems; -v shows them all\n`);
    },
    tellCost: ({ requests, pages, entries, bytes }, descriptors) => {
      if (flags.verbose !== true) return;
      say(`${requests} requests, ${pages} pages, ${entries} entries, ${bytes} bytes read`);
      if (descriptors !== undefined)
        say(
          `Distinct parts of descriptors: ${descriptors.distinctSids} owners and groups, ` +
            `${descriptors.distinctAces} explicit ACEs, ${descriptors.distinctTails} inherited lists`,
        );
      say(`Time: ${stages.report()}`);
    },
    end: async () => {
      const advice = overflow?.advice() ?? null;
      if (advice !== null) say(advice);
      if (file === null) return;
      await file.end();
      say(`Wrote ${flags.out}`);
    },
  };
}

/** Counts the lines of a table on a terminal, to say how to see those that have left it. */
function createOverflow({ height }: Io): { count(text: string): void; advice(): string | null } {
  let lines = 0;
  return {
    count: (text) => {
      lines += text.split('\n').length - 1;
    },
    advice: () =>
      height === null || lines < height
        ? null
        : `${lines} lines; to page them: … | less -S; to keep them: -o FILE; for fewer: the filters in --help`,
  };
}
