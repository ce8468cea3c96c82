/**
 * The runs that a document shows: each console block whose first line is `$ dnsacl …`, and what the program prints.
 *
 * | block | is run |
 * | --- | --- |
 * | console | offline, by every test |
 * | console lab | on a domain controller, by the live test that walks the guide |
 *
 * `| head -n N` and `| tail -n N` at the end of a command cut its answer as a shell would.
 */

/** Where the runs of a block take place. */
export type Stage = 'console' | 'console lab';

/** One run as the document shows it. */
export interface ShownRun {
  readonly command: string;
  readonly shown: string;
}

const CHECKSUM = /sha256:[0-9a-f]{64}/g;
const CUT = /(?: 2>&1)? \| (head|tail) -n (\d+)$/;

export function shownRuns(text: string, stage: Stage): readonly ShownRun[] {
  return [...text.matchAll(blockOf(stage))].map(([, command = '', shown = '']) => ({ command, shown }));
}

/**
 * The document with other runs in it.
 *
 * @param runs what stands in the place of each block, in their order
 */
export function withRuns(text: string, stage: Stage, runs: readonly ShownRun[]): string {
  const rest = runs.values();
  return text.replace(blockOf(stage), (block) => {
    const run = rest.next().value;
    return run === undefined ? block : `\`\`\`${stage}\n$ dnsacl ${run.command}\n${run.shown}\`\`\``;
  });
}

/** The arguments of a command, without quotes and without what cuts the answer. */
export function argumentsOf(command: string): readonly string[] {
  const words = command.replace(CUT, '').matchAll(/'([^']*)'|(\S+)/g);
  return [...words].map(([, quoted, plain]) => quoted ?? plain ?? '');
}

/** What is left of an answer after the command's `head` or `tail`, without spaces at the end of lines. */
export function cutAnswer(command: string, answer: string): string {
  const lines = answer
    .replace(/ +$/gm, '')
    .split('\n')
    .slice(0, answer.endsWith('\n') ? -1 : undefined);
  const [, end, count = ''] = CUT.exec(command) ?? [];
  const from = end === 'tail' ? -Number(count) : 0;
  const kept = lines.slice(from, end === 'head' ? Number(count) : undefined);
  return kept.map((line) => `${line}\n`).join('');
}

/** The command with the checksum that was printed last, when it has one. */
export function withChecksum(command: string, printed: string): string {
  const last = [...printed.matchAll(CHECKSUM)].at(-1)?.[0];
  return last === undefined ? command : command.replace(CHECKSUM, last);
}

/** Without what differs from one run on a domain controller to the next. */
export function withoutChance(text: string): string {
  return text
    .replace(CHECKSUM, 'CHECKSUM')
    .replace(/\d{4}-\d\d-\d\d(?:[T ][\d:.-]+Z?)?/g, 'TIME')
    .replace(/S-1-5-21-[\d-]+/g, 'SID')
    .replace(/\d+ s (?:behind|ahead of)/g, 'SECONDS')
    .replace(/ {2,}/g, '  ');
}

function blockOf(stage: Stage): RegExp {
  return new RegExp(`^\`\`\`${stage}\\n\\$ dnsacl (.+)\\n([\\s\\S]*?)^\`\`\`$`, 'gm');
}
