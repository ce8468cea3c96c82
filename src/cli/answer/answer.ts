/**
 * Where the answer and the talk of one command go: stdout or a file in the format asked for, stderr for the rest.
 */

import type { Problem } from '../../errors.ts';
import { counted } from '../../formats/counted.ts';
import type { DescriptorDecoder } from '../../formats/node-descriptor.ts';
import type { SourceCounters } from '../../records/source.ts';
import type { CsvOptions } from '../../report/csv.ts';
import { safeForTerminal } from '../../report/safe-text.ts';
import { ticketText } from '../../report/ticket.ts';
import type { Io } from '../io.ts';
import { type CsvSeparator, type Format, formatOf, LIST_FORMATS, type OutputFlags } from '../options.ts';
import { inByteChunks, openOutputFile } from './output-file.ts';
import { problemLines } from './problem-talk.ts';
import { createReadingProgress } from './progress.ts';
import { createStages, type Stages } from './stages.ts';

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
  /** Something that a ticket must say as well. */
  remark(text: string): Promise<void>;
  /** What went wrong on the way, as problemLines() chooses it. */
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
  const target = file ?? { write: io.out };
  const quiet = flags.quiet === true;
  const format = formatOf(flags, formats);
  const overflow = file === null && format === 'table' ? createOverflow(io) : null;
  let begun = false;
  const isSeen = file === null && io.stdoutIsTerminal;
  const progress = createReadingProgress(io, () => quiet || (begun && isSeen));
  const stages = createStages(io.now, progress, io.onNames);
  const say = (text: string): void => {
    if (quiet) return;
    progress.clear();
    io.err(`${safeForTerminal(text)}\n`);
  };
  const write = async (content: string | Uint8Array): Promise<void> => {
    begun = true;
    progress.clear();
    await target.write(content);
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
    write: (text) => {
      overflow?.count(text);
      return stages.during('writing', () => write(text));
    },
    writeAll: (texts) =>
      stages.during('writing', async () => {
        for (const bytes of inByteChunks(overflow === null ? texts : overflow.counting(texts)))
          await write(bytes);
      }),
    say,
    remark: async (text) => {
      if (format === 'markdown') await write(ticketText([text]));
      say(text);
    },
    tellProblems: (problems) => {
      progress.clear();
      for (const line of problemLines(problems, { quiet, verbose: flags.verbose === true }))
        io.err(`${safeForTerminal(line)}\n`);
    },
    tellCost: ({ requests, pages, entries, bytes }, descriptors) => {
      if (flags.verbose !== true) return;
      say(
        `${counted(requests, 'request')}, ${counted(pages, 'page')}, ${counted(entries, 'entry', 'entries')}, ${counted(bytes, 'byte')} read`,
      );
      if (descriptors !== undefined)
        say(
          `Distinct parts of descriptors: ${counted(descriptors.distinctSids, 'owner or group', 'owners and groups')}, ` +
            `${counted(descriptors.distinctAces, 'explicit ACE')}, ${counted(descriptors.distinctTails, 'inherited list')}`,
        );
      say(`Time: ${stages.report()}`);
    },
    end: async () => {
      await stages.end();
      for (const advice of overflow?.advice() ?? []) say(advice);
      if (file === null) return;
      await file.end();
      say(`Wrote ${flags.out}`);
    },
  };
}

/** Looks at a table on a terminal, to say how to see lines that have left it and cells that were cut. */
function createOverflow({ height, width }: Io): {
  count(text: string): void;
  /** The same texts, counted as they go by. */
  counting(texts: Iterable<string>): Iterable<string>;
  advice(): readonly string[];
} {
  let lines = 0;
  let isCut = false;
  const count = (text: string): void => {
    lines += text.split('\n').length - 1;
    isCut ||= width !== null && text.includes('…');
  };
  return {
    count,
    *counting(texts) {
      for (const text of texts) {
        count(text);
        yield text;
      }
    },
    advice: () => [
      ...(isCut ? ['What ends in … was cut to fit; a wider terminal shows it, -o FILE has it whole'] : []),
      ...(height === null || lines < height
        ? []
        : [
            `${lines} lines; to page them: … | less -S; to keep them: -o FILE; for fewer: the filters in --help`,
          ]),
    ],
  };
}
