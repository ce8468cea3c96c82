/** The names that a CSV file lists, matched to the names in zones. */

import { readFileSync } from 'node:fs';
import { type Problem, UsageError } from '../errors.ts';
import { type Dn, dnKey } from '../formats/dn.ts';
import { normalizeFqdn } from '../formats/dns-name.ts';
import { parseTargetCsv, type TargetRow } from '../plan/target-csv.ts';
import type { DnsNode } from '../records/node.ts';
import type { Zone } from '../records/zone.ts';

/** Rows by the name they mean; `take` also remembers which were met. */
export interface TargetList {
  readonly fileName: string;
  readonly size: number;
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
export function readTargetFile(
  path: string,
  skipBad: boolean,
): { readonly rows: readonly TargetRow[]; readonly problems: readonly Problem[] } {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw new UsageError(`Cannot read ${path}: ${(error as Error).message}`, '--csv', { cause: error });
  }
  const { values, problems } = parseTargetCsv(bytes, path);
  if (problems.length > 0 && !skipBad) throw badRows(path, problems);
  return { rows: values, problems };
}

/** Matches rows to names: by DN, by the zone they name, or by the longest zone that their name ends with. */
export function createTargetList(
  path: string,
  rows: readonly TargetRow[],
  zones: readonly Zone[],
): TargetList {
  const byKey = new Map<string, TargetRow[]>();
  const met = new Set<TargetRow>();
  for (const row of rows) {
    for (const key of keysOf(row, zones)) byKey.set(key, [...(byKey.get(key) ?? []), row]);
  }
  return {
    fileName: path,
    size: rows.length,
    take: (node) => {
      const found = [...(byKey.get(normalizeFqdn(node.fqdn)) ?? []), ...(byKey.get(dnKey(node.dn)) ?? [])];
      for (const row of found) met.add(row);
      return found;
    },
    missing: () => rows.filter((row) => !met.has(row)),
  };
}

/** The zones that the rows themselves name, for when no zone was given. */
export function zonesOfRows(rows: readonly TargetRow[], zones: readonly Zone[]): readonly string[] {
  const names = new Set<string>();
  for (const row of rows) {
    const zone = row.zone ?? zoneOfName(row.name, zones)?.name ?? zoneOfDn(row.name, zones)?.name;
    if (zone !== undefined) names.add(zone);
  }
  return [...names].sort();
}

function keysOf(row: TargetRow, zones: readonly Zone[]): readonly string[] {
  if (isDn(row.name)) return [dnKey(row.name as Dn)];
  const name = normalizeFqdn(row.name);
  if (row.zone !== null) return [fqdnIn(name, normalizeFqdn(row.zone))];
  const zone = zoneOfName(name, zones);
  if (zone !== null) return [name === '@' ? normalizeFqdn(zone.name) : name];
  return zones.map((candidate) => fqdnIn(name, normalizeFqdn(candidate.name)));
}

function fqdnIn(name: string, zone: string): string {
  if (name === '@' || name === zone) return zone;
  return name.endsWith(`.${zone}`) ? name : `${name}.${zone}`;
}

function zoneOfName(name: string, zones: readonly Zone[]): Zone | null {
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

function isDn(name: string): boolean {
  return /^[a-z]+=/i.test(name);
}

function badRows(path: string, problems: readonly Problem[]): UsageError {
  const shown = problems.slice(0, PROBLEMS_SHOWN).map(({ where, message }) => `  ${where}: ${message}`);
  const more = problems.length - shown.length;
  if (more > 0) shown.push(`  and ${more} more`);
  const rows = problems.length === 1 ? 'a bad row' : `${problems.length} bad rows`;
  const cure = 'nothing was planned; correct it, or give --skip-bad-rows';
  return new UsageError(`${path} has ${rows}; ${cure}\n${shown.join('\n')}`, '--csv');
}
