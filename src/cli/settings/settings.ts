/**
 * What flags, environment and configuration file tell about the place: who DHCP is, its leases, who else is expected,
 * and the limits. Flags win over the environment, and that over the file.
 */

import { readFile } from 'node:fs/promises';
import { type Problem, UsageError } from '../../errors.ts';
import type { EstateOptions } from '../../records/estate.ts';
import type { Lease, LeaseIndex } from '../../records/leases.ts';
import type { ConfiguredUpdater } from '../auditing.ts';
import type { Io } from '../io.ts';
import type { WhereFlags, WhoFlags } from '../options.ts';
import { zoneCacheFile } from '../zone-cache.ts';
import { type Config, loadConfig } from './config.ts';

/** The settings of one command. */
export interface Settings<Flags extends WhereFlags> {
  /** The flags, with the server or domain that the configuration names when none was typed, and read-only when it says so. */
  readonly where: Flags;
  readonly estate: EstateOptions;
  readonly extraUpdaters: readonly ConfiguredUpdater[];
  /** null when no lease list was given, or one that breaks off: what is not in it proves nothing then. */
  readonly leases: LeaseIndex | null;
  /** Globs of names that are not changed. */
  readonly protect: readonly string[];
  /** As in the configuration: `10` or `1.5%`. */
  readonly maxBlocked: string | null;
  /** Likewise: how much of a zone one plan may change. */
  readonly maxChange: string | null;
  /** The file where the names of the zones are noted; null when they are not. */
  readonly zoneCache: string | null;
  /** What could not be read in the lease lists. */
  readonly problems: readonly Problem[];
}

/** @throws UsageError when a file cannot be read or used */
export async function readSettings<Flags extends WhereFlags & WhoFlags>(
  flags: Flags,
  io: Io,
): Promise<Settings<Flags>> {
  const config = await loadConfig({ path: flags.config, startFolder: io.cwd, env: io.env });
  const { leases, problems } = await readLeases(flags.leases ?? config.leases, io);
  const readOnly = flags.readOnly === true || config.readOnly ? { readOnly: true } : {};
  return {
    where: { ...flags, ...placeOf(flags, config), ...readOnly },
    estate: {
      dhcpAccounts: flags.dhcpAccount ?? config.dhcpAccounts,
      dhcpServers: flags.dhcpServer ?? config.dhcpServers,
    },
    extraUpdaters: config.extraUpdaters,
    leases,
    protect: config.protect,
    maxBlocked: config.thresholds.maxBlocked,
    maxChange: config.thresholds.maxChange,
    zoneCache: flags.cache ? zoneCacheFile(io.env) : null,
    problems,
  };
}

/** What was typed, of whatever kind, counts before what is configured. */
function placeOf(flags: WhereFlags, { server, domain }: Config): Pick<WhereFlags, 'server' | 'domain'> {
  if ((flags.server ?? flags.domain ?? flags.snapshot) !== undefined) return {};
  if (server !== null) return { server };
  return domain === null ? {} : { domain };
}

async function readLeases(
  files: readonly string[],
  io: Io,
): Promise<{ readonly leases: LeaseIndex | null; readonly problems: readonly Problem[] }> {
  if (files.length === 0) return { leases: null, problems: [] };
  const { LeaseIndex, parseLeases } = await import('../../records/leases.ts');
  const leases: Lease[] = [];
  const problems: Problem[] = [];
  for (const file of files) {
    const parsed = parseLeases(await readLeaseFile(file), file);
    // Not by spreading: a list of leases can be longer than an argument list may be.
    for (const lease of parsed.values) leases.push(lease);
    for (const problem of parsed.problems) problems.push(problem);
  }
  const usable = !problems.some((problem) => problem.code === 'broken-lease-list');
  return { leases: usable ? new LeaseIndex(leases, io.now()) : null, problems };
}

async function readLeaseFile(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    throw new UsageError(`Cannot read ${file}: ${(error as Error).message}`, '--leases', { cause: error });
  }
}
