/** The names that a CSV file lists, matched to the names in zones. */

import { readFileSync } from 'node:fs';
import { type Problem, UsageError } from '../../errors.ts';
import { type Dn, dnKey } from '../../formats/dn.ts';
import { normalizeFqdn } from '../../formats/dns-name.ts';
import { parseTargetCsv, type TargetRow } from '../../plan/target-csv.ts';
import type { DnsNode } from '../../records/node.ts';
import { readZones } from '../../records/read.ts';
import type { DirectorySource } from '../../records/source.ts';
import type { Zone } from '../../records/zone.ts';
import { type ZoneFlags, zonePatterns } from '../options.ts';

/** The usable rows of a CSV file. */
export interface TargetFile {
  readonly path: string;
  readonly rows: readonly TargetRow[];
  /** The rows that were left out. */
  readonly problems: readonly Problem[];
  readonly skipBad: boolean;
}

/** Rows by the name they mean; `take` also remembers which were met. */
export interface TargetList {
  /** The rows that mean this name; empty when none does. */
  take(node: DnsNode): readonly TargetRow[];
  /** The rows whose name was not met in any zone. */
  missing(): readonly TargetRow[];
}

const PROBLEMS_SHOWN = 20;

/**
 * Reads a CSV file of names.
 *
 * @param skipBad leave bad rows out instead of refusing the file
 * @throws UsageError when the file cannot be read, or a row is bad: it lists line, column, value and reason
 */
export function readTargetFile(path: string, skipBad: boolean): TargetFile {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw new UsageError(`Cannot read ${path}: ${(error as Error).message}`, '--csv', { cause: error });
  }
  const { values, problems } = parseTargetCsv(bytes, path);
  const bad = settleBadRows(path, problems, skipBad);
  if (values.length === 0)
    throw new UsageError(`${path} lists no names: it has no rows, or none is approved`, '--csv');
  return { path, rows: values, problems: bad, skipBad };
}

/**
 * What becomes of bad rows: they are warnings when they may be left out.
 *
 * @throws UsageError with line, column, value and reason of each when they may not
 */
export function settleBadRows(
  path: string,
  problems: readonly Problem[],
  skipBad: boolean,
): readonly Problem[] {
  if (problems.length > 0 && !skipBad) throw badRows(path, problems);
  return problems.map((problem) => ({ ...problem, severity: 'warning' }));
}

/**
 * Matches rows to names: by DN, by the zone they name, or by the longest zone that their name ends with. The loser of
 * a replication conflict has the name of the winner; it is meant only by its DN.
 */
export function createTargetList(rows: readonly TargetRow[], zones: readonly Zone[]): TargetList {
  const byKey = new Map<string, TargetRow[]>();
  const met = new Set<TargetRow>();
  for (const row of rows) {
    for (const key of keysOf(row, zones)) byKey.set(key, [...(byKey.get(key) ?? []), row]);
  }
  return {
    take: (node) => {
      const byName = node.label === null ? byKey.get(keyIn(node.zone, node.fqdn)) : undefined;
      const found = [...(byName ?? []), ...(byKey.get(dnKey(node.dn)) ?? [])];
      for (const row of found) met.add(row);
      return found;
    },
    missing: () => rows.filter((row) => !met.has(row)),
  };
}

/**
 * The zones to read: those asked for, else those that the rows of the file lie in.
 *
 * @throws UsageError when neither tells
 */
export async function patternsFor(
  flags: ZoneFlags & { readonly partition: string },
  source: DirectorySource,
  file: TargetFile | null,
): Promise<readonly string[]> {
  if (file === null || flags.zone !== undefined || flags.allZones === true) return zonePatterns(flags);
  const { values } = await readZones(source, flags.partition);
  const found = zonesOfRows(file.rows, values);
  if (found.length > 0) return found;
  throw new UsageError(`No row of ${file.path} tells its zone; give -z ZONE`, '--zone');
}

/** The zones that the rows themselves name. */
export function zonesOfRows(rows: readonly TargetRow[], zones: readonly Zone[]): readonly string[] {
  const names = new Set<string>();
  for (const row of rows) {
    const zone = row.zone ?? longestZoneOf(row.name, zones)?.name ?? zoneOfDn(row.name, zones)?.name;
    if (zone !== undefined) names.add(zone);
  }
  return [...names].sort();
}

function keysOf(row: TargetRow, zones: readonly Zone[]): readonly string[] {
  if (isDn(row.name)) return [dnKey(row.name as Dn)];
  if (row.zone !== null) return [keyIn(row.zone, row.name)];
  const zone = longestZoneOf(row.name, zones);
  return (zone === null ? zones : [zone]).map((candidate) => keyIn(candidate.name, row.name));
}

/** Of a name, relative or full, in a zone; a name of another zone with the same FQDN, such as a delegation, differs. */
function keyIn(zoneName: string, written: string): string {
  const zone = normalizeFqdn(zoneName);
  const name = normalizeFqdn(written);
  if (name === '@' || name === zone) return `${zone} ${zone}`;
  return `${zone} ${name.endsWith(`.${zone}`) ? name : `${name}.${zone}`}`;
}

/** The zone with the longest name that `name` ends with, or null. */
export function longestZoneOf(name: string, zones: readonly Zone[]): Zone | null {
  const fqdn = normalizeFqdn(name);
  const fitting = zones.filter((zone) => {
    const suffix = normalizeFqdn(zone.name);
    return fqdn === suffix || fqdn.endsWith(`.${suffix}`);
  });
  return fitting.sort((a, b) => b.name.length - a.name.length)[0] ?? null;
}

function zoneOfDn(name: string, zones: readonly Zone[]): Zone | null {
  if (!isDn(name)) return null;
  const key = dnKey(name as Dn);
  return zones.find((zone) => key.endsWith(`,${dnKey(zone.dn)}`)) ?? null;
}

/** As the reader of the file tells a DN from a name that holds a `=`. */
function isDn(name: string): boolean {
  return /^DC=.+,/is.test(name);
}

function badRows(path: string, problems: readonly Problem[]): UsageError {
  const shown = problems.slice(0, PROBLEMS_SHOWN).map(({ where, message }) => `  ${where}: ${message}`);
  const more = problems.length - shown.length;
  if (more > 0) shown.push(`  and ${more} more`);
  const rows = problems.length === 1 ? 'a bad row' : `${problems.length} bad rows`;
  const cure = `nothing was done; correct ${problems.length === 1 ? 'it' : 'them'}, or give --skip-bad-rows`;
  return new UsageError(`${path} has ${rows}; ${cure}\n${shown.join('\n')}`, '--csv');
}
