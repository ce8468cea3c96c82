/** What readiness is told besides the directory: how long leases last, and how the DHCP servers are set up. */

import { readFile } from 'node:fs/promises';
import { type Command, InvalidArgumentError } from 'commander';
import type { LeaseTime } from '../assess/readiness-aging.ts';
import { type Problem, UsageError } from '../errors.ts';
import type { DhcpExport } from '../records/dhcp-export.ts';

/** As typed. */
export interface SurroundingsFlags {
  /** Hours. */
  readonly lease?: number;
  readonly dhcpExport?: readonly string[];
}

/** As read. */
export interface SurroundingsInput {
  /** null when none was typed. */
  readonly lease: LeaseTime | null;
  readonly exports: readonly DhcpExport[];
  readonly problems: readonly Problem[];
}

const EXPORT_FLAG = '--dhcp-export';

/** Adds the options that tell about DHCP what the directory does not know. */
export function addSurroundingsOptions(command: Command): Command {
  return command
    .option(
      '--lease <duration>',
      'how long DHCP leases last: 8d, 12h (default: what the exports say, else 8d)',
      leaseHours,
    )
    .option(
      '--dhcp-export <file...>',
      'settings of the DHCP servers: XML of Export-DhcpServer, one for each server',
    );
}

/** @throws UsageError when a file cannot be read or used */
export async function readSurroundings(flags: SurroundingsFlags): Promise<SurroundingsInput> {
  const exports: DhcpExport[] = [];
  const problems: Problem[] = [];
  for (const file of flags.dhcpExport ?? []) {
    const { parseDhcpExport } = await import('../records/dhcp-export.ts');
    const parsed = parseDhcpExport(await readExport(file), { name: file, flag: EXPORT_FLAG });
    exports.push(parsed.value);
    problems.push(...parsed.problems);
  }
  const lease = flags.lease === undefined ? null : { hours: flags.lease, source: '--lease' };
  return { lease, exports, problems };
}

/** `8d`, `12h`, or days as a bare number. */
function leaseHours(text: string): number {
  const match = /^([1-9]\d{0,4})([dh]?)$/.exec(text);
  if (match === null) throw new InvalidArgumentError('It needs a time such as 8d or 12h.');
  return Number(match[1]) * (match[2] === 'h' ? 1 : 24);
}

async function readExport(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    throw new UsageError(`Cannot read ${file}: ${(error as Error).message}`, EXPORT_FLAG, { cause: error });
  }
}
