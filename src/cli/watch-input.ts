/** What `watch` is told besides the directory: times as typed, and exported counters of DNS servers. */

import { readFile } from 'node:fs/promises';
import { InvalidArgumentError } from 'commander';
import { UsageError } from '../errors.ts';
import type { UpdateStatistics } from '../records/dns-statistics.ts';

const UNIT_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 };

/** `30s`, `5m` or `1h` in milliseconds. @throws InvalidArgumentError for anything else */
export function intervalOf(text: string): number {
  const match = /^([1-9]\d{0,5})([smh])$/.exec(text);
  if (match === null) throw new InvalidArgumentError('It needs a time such as 30s, 5m or 1h.');
  return Number(match[1]) * (UNIT_MS[match[2] ?? ''] ?? 0);
}

/** A day or a moment in ISO 8601. @throws InvalidArgumentError for anything else */
export function timeOf(text: string): Date {
  const match = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(?::\d\d)?)?(Z|[+-]\d\d:\d\d)?$/.exec(text);
  // Without a zone of its own a time is UTC, as everything that is printed.
  const time = new Date(match?.[1] !== undefined && match[2] === undefined ? `${text}Z` : text);
  if (match === null || Number.isNaN(time.getTime()))
    throw new InvalidArgumentError('It needs a time such as 2026-11-13 or 2026-11-13T09:30Z.');
  return time;
}

/**
 * The counters of one export, or of two, before and after.
 *
 * @throws UsageError when a file cannot be read or used
 */
export async function readStatistics(files: readonly string[]): Promise<readonly UpdateStatistics[]> {
  if (files.length === 0) return [];
  const flag = '--dns-statistics';
  if (files.length > 2)
    throw new UsageError(
      `Cannot compare ${files.length} exports: ${flag} takes one, or before and after`,
      flag,
    );
  const { parseDnsStatistics } = await import('../records/dns-statistics.ts');
  const exports: UpdateStatistics[] = [];
  for (const name of files) {
    try {
      exports.push(parseDnsStatistics(await readFile(name), { name, flag }));
    } catch (error) {
      if (error instanceof UsageError) throw error;
      throw new UsageError(`Cannot read ${name}: ${(error as Error).message}`, flag, { cause: error });
    }
  }
  return exports;
}
