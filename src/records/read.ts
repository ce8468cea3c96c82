/** Reads zones and names through a source: choosing, decoding, and collecting what went wrong on the way. */

import { isPartialFault, type Problem, UsageError } from '../errors.ts';
import { didYouMean } from '../formats/near-names.ts';
import { createDescriptorDecoder, type DescriptorDecoder } from '../formats/node-descriptor.ts';
import { globMatcher } from './glob.ts';
import { type DnsNode, decodeNode, type NodeReading } from './node.ts';
import type { DirectorySource, NodeDetail, PartitionKind, RawEntry } from './source.ts';
import { decodeZone, isPseudoZone, type Zone } from './zone.ts';

/** Names of one page, decoded. */
export interface NodePage {
  readonly nodes: readonly DnsNode[];
  readonly problems: readonly Problem[];
}

/** Which partitions to look into: a kind, a DN, or all. */
export type PartitionChoice = PartitionKind | 'all' | string;

/**
 * Every zone of the chosen partitions, by name and then partition. A partition that cannot be read is a problem;
 * the others are still listed. A name that stands in several partitions is labelled `duplicate`.
 */
export async function readZones(
  source: DirectorySource,
  choice: PartitionChoice = 'all',
): Promise<{ readonly values: readonly Zone[]; readonly problems: readonly Problem[] }> {
  const info = await source.describe();
  const zones: Zone[] = [];
  const problems: Problem[] = [...info.problems];
  const wanted = choice.toLowerCase();
  for (const partition of info.partitions) {
    if (wanted !== 'all' && wanted !== partition.kind && wanted !== partition.namingContext.toLowerCase())
      continue;
    try {
      for await (const page of source.zones(partition)) {
        for (const entry of page) {
          if (isPseudoZone(entry)) continue;
          const decoded = decodeZone(entry, partition);
          zones.push(decoded.zone);
          problems.push(...decoded.problems);
        }
      }
    } catch (error) {
      // A part of the forest that does not answer is said and counted; a lost connection ends the run.
      if (!isPartialFault(error)) throw error;
      const where = partition.container;
      problems.push({ severity: 'warning', code: 'unread-partition', where, message: error.message });
    }
  }
  return { values: markDuplicates(zones.sort(byNameThenDn)), problems };
}

/**
 * The zones whose names match any of `patterns` (globs, case ignored). A pattern without a wildcard must match.
 * Zones that no server loads are taken only when named by their full DN.
 *
 * @throws UsageError when a pattern matches nothing; it lists the zones there are
 */
export function selectZones(zones: readonly Zone[], patterns: readonly string[]): readonly Zone[] {
  const chosen = new Set<Zone>();
  for (const pattern of patterns) {
    const matches = globMatcher(pattern.replace(/\.$/, ''));
    const found = zones.filter((zone) => zone.dn === pattern || (isLoaded(zone) && matches(zone.name)));
    if (found.length === 0) throw unknownZone(pattern, zones);
    for (const zone of found) chosen.add(zone);
  }
  return zones.filter((zone) => chosen.has(zone));
}

/** True for a zone that DNS servers serve, as far as its object tells. */
export function isLoaded(zone: Zone): boolean {
  return zone.label === null || zone.label === 'duplicate';
}

/**
 * Streams the names of a zone, page by page; memory does not grow with the zone. Reading may begin with the call. A
 * problem comes with the page of its name or with an earlier one.
 *
 * @param detail with `metadata` the bytes of descriptors are kept
 */
export function readNodes(
  source: DirectorySource,
  zone: Zone,
  detail: NodeDetail = 'descriptor',
  descriptors: DescriptorDecoder = createDescriptorDecoder(),
): AsyncGenerator<NodePage, void> {
  const problems: Problem[] = [];
  const reading: NodeReading = { zone, descriptors, keepBytes: detail === 'metadata' };
  const pages = source.nodes(zone.dn, detail, (entry) => {
    if (isName(entry)) return decodeNode(entry, reading, problems);
    problems.push(notAName(entry));
    return null;
  });
  return withProblems(pages, problems);
}

async function* withProblems(
  pages: AsyncIterable<readonly DnsNode[]>,
  problems: Problem[],
): AsyncGenerator<NodePage, void> {
  for await (const nodes of pages) yield { nodes, problems: problems.splice(0) };
  if (problems.length > 0) yield { nodes: [], problems: problems.splice(0) };
}

/** Names are named by `DC`; what else lies below a zone, such as the container of zone scopes, is not one. */
function isName(entry: RawEntry): boolean {
  return entry.dn.slice(0, 3).toUpperCase() === 'DC=';
}

function notAName(entry: RawEntry): Problem {
  const message = 'lies below the zone but is no name; what is in it, zone scopes for one, was not looked at';
  return { severity: 'note', code: 'not-a-name', where: entry.dn, message };
}

function unknownZone(pattern: string, zones: readonly Zone[]): UsageError {
  const known = zones.filter(isLoaded).map((zone) => zone.name);
  const listed = known.length === 0 ? 'no zones were found at all' : `zones there are: ${known.join(', ')}`;
  const meant = didYouMean(pattern, known);
  return new UsageError(`No zone matches ${JSON.stringify(pattern)}${meant}; ${listed}`, '--zone');
}

function markDuplicates(zones: readonly Zone[]): readonly Zone[] {
  const count = new Map<string, number>();
  for (const zone of zones) {
    if (zone.label === null)
      count.set(zone.name.toLowerCase(), (count.get(zone.name.toLowerCase()) ?? 0) + 1);
  }
  return zones.map((zone) =>
    zone.label === null && (count.get(zone.name.toLowerCase()) ?? 0) > 1
      ? { ...zone, label: 'duplicate' }
      : zone,
  );
}

function byNameThenDn(a: Zone, b: Zone): number {
  const [left, right] = [a.name.toLowerCase(), b.name.toLowerCase()];
  if (left !== right) return left < right ? -1 : 1;
  return a.dn < b.dn ? -1 : a.dn > b.dn ? 1 : 0;
}
