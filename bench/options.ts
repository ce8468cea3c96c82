/** The flags of the bench. */

import { parseArgs } from 'node:util';
import { type BenchSize, FULL_SIZE, SMALL_SIZE } from './size.ts';

const PARTS = ['a', 'b', 'c', 'd'] as const;

/** What can be measured on its own. */
export type Part = (typeof PARTS)[number];

export interface Options {
  readonly size: BenchSize;
  /** Times are held against the targets. */
  readonly judged: boolean;
  readonly parts: readonly Part[];
  /** How often each command is measured. */
  readonly rounds: number;
  /** Files to write besides. */
  readonly json: string | null;
  readonly markdown: string | null;
}

export const HELP: string = `node bench/run.ts [options]
  --only a,b,c,d    parts: a client-bound reading, b live reading, c writing, d micro and start-up
  --runs N          how often each command is measured (default 5; 1 with --small)
  --small           2,000 names: proves the counts, judges no times
  --json FILE       the rows with every single run
  --markdown FILE   the table for the README
`;

/**
 * Reads the command line; null when only help was asked for.
 *
 * @throws Error when a value cannot be used
 */
export function readOptions(args: readonly string[]): Options | null {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string' },
      runs: { type: 'string' },
      small: { type: 'boolean', default: false },
      json: { type: 'string' },
      markdown: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return null;
  const parts = (values.only ?? PARTS.join()).split(',');
  const unknown = parts.find((part) => !PARTS.some((known) => known === part));
  if (unknown !== undefined) throw new Error(`Cannot run part ${unknown}: the parts are ${PARTS.join(', ')}`);
  const rounds = Number(values.runs ?? (values.small ? 1 : 5));
  if (!Number.isInteger(rounds) || rounds < 1)
    throw new Error(`Cannot run ${values.runs} times: --runs needs 1 or more`);
  return {
    size: values.small ? SMALL_SIZE : FULL_SIZE,
    judged: !values.small,
    parts: parts as Part[],
    rounds,
    json: values.json ?? null,
    markdown: values.markdown ?? null,
  };
}
