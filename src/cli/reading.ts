/** What every reading command begins with: the zones asked for, who is who, and how to stream classified names. */

import { classifyOwner, type OwnedName, ownerSids } from '../assess/owner-class.ts';
import { DirectoryError, type Problem } from '../errors.ts';
import { counted } from '../formats/counted.ts';
import { createDescriptorDecoder, type DescriptorDecoder } from '../formats/node-descriptor.ts';
import type { SddlContext } from '../formats/sddl.ts';
import { type Estate, type EstateOptions, readEstate } from '../records/estate.ts';
import type { DnsNode } from '../records/node.ts';
import { PrincipalBook } from '../records/principal-book.ts';
import { type NodePage, readNodes, readZones, selectZones } from '../records/read.ts';
import type { DirectoryInfo, DirectorySource, NodeDetail } from '../records/source.ts';
import type { Zone } from '../records/zone.ts';
import type { JsonCommon } from '../report/json.ts';
import type { TicketOrigin } from '../report/ticket.ts';
import type { Stages } from './answer/stages.ts';
import type { Deps } from './deps.ts';

/** A directory opened for one command. */
export interface Reading {
  readonly source: DirectorySource;
  readonly info: DirectoryInfo;
  readonly zones: readonly Zone[];
  /** Every zone object of the partitions, whether it was asked for or not. */
  readonly allZones: readonly Zone[];
  readonly book: PrincipalBook;
  readonly estate: Estate;
  /** Everything that went wrong so far; grows while names are read. */
  readonly problems: Problem[];
  readonly descriptors: DescriptorDecoder;
  readonly stages: Stages;
  /** The names of a zone that are being read since the reading was begun. */
  readonly begun: { readonly zone: Zone; readonly pages: AsyncIterable<NodePage> } | null;
}

/** Counts what came by, to tell an empty zone from an unreadable one. */
export interface Tally {
  names: number;
  unreadable: number;
}

/**
 * Finds the zones and who is who.
 *
 * @param detail what will be asked of every name, so that the first zone can be begun meanwhile; null when only
 *   single names will be
 * @throws UsageError when no zone matches or an account cannot be found
 */
export async function startReading(
  source: DirectorySource,
  patterns: readonly string[],
  partition: string,
  options: EstateOptions,
  detail: NodeDetail | null,
  stages: Stages,
): Promise<Reading> {
  const info = await source.describe();
  const { values, problems } = await readZones(source, partition);
  const zones = selectZones(values, patterns);
  const descriptors = createDescriptorDecoder();
  const [zone] = zones;
  const begun =
    zone === undefined || detail === null
      ? null
      : { zone, pages: readNodes(source, zone, detail, descriptors) };
  const book = new PrincipalBook(source, info);
  const estate = await readEstate(source, info, book, options);
  return {
    source,
    info,
    zones,
    allZones: values,
    book,
    estate,
    problems: [...problems, ...estate.problems],
    descriptors,
    stages,
    begun,
  };
}

/** Streams the names of every zone, page by page, and notes the problems. */
export async function* streamNodes(
  reading: Reading,
  detail: NodeDetail,
  tally: Tally,
): AsyncGenerator<readonly DnsNode[], void> {
  for (const zone of reading.zones) {
    const { begun } = reading;
    const pages =
      begun?.zone === zone ? begun.pages : readNodes(reading.source, zone, detail, reading.descriptors);
    for await (const page of pages) {
      reading.problems.push(...page.problems);
      tally.names += page.nodes.length;
      for (const node of page.nodes) if (node.descriptor.kind === 'unreadable') tally.unreadable += 1;
      yield page.nodes;
    }
  }
}

/** Resolves the owners of a page in one go and classifies them. */
export async function classifyPage(
  reading: Reading,
  nodes: readonly DnsNode[],
): Promise<readonly OwnedName[]> {
  await reading.book.resolve(ownerSids(nodes));
  return nodes.map((node) => ({ ...node, owner: classifyOwner(node, reading.book, reading.estate) }));
}

/**
 * Says so when there was nothing to look at, or nothing that this account may see.
 *
 * @throws DirectoryError `not-found` when the zones hold no names, `rights` when no descriptor could be read
 */
export function demandReadableNames(reading: Reading, tally: Tally): void {
  const zones = reading.zones.map((zone) => zone.name).join(', ');
  if (tally.names === 0) {
    const message = `There is nothing to look at: ${zones} holds no names, or this account may not list them`;
    throw new DirectoryError('not-found', message, { operation: 'read names' });
  }
  if (tally.unreadable === tally.names) {
    const message = `Cannot read a single descriptor of the ${counted(tally.names, 'name')} in ${zones}: this account lacks READ_CONTROL on them, or the export left nTSecurityDescriptor out`;
    throw new DirectoryError('rights', message, { operation: 'read descriptors' });
  }
}

/** Everything that went wrong so far, while resolving accounts too. */
export function allProblems(reading: Reading): readonly Problem[] {
  return [...reading.problems, ...reading.book.problems];
}

/** What every JSON answer about the zones that were read begins with. */
export function commonOf(command: string, reading: Reading, generatedAt: Date): JsonCommon {
  return {
    command,
    generatedAt,
    server: reading.info.server,
    zones: reading.zones.map((zone) => zone.name),
    problems: allProblems(reading),
  };
}

/** Where the answer comes from, for tickets. */
export function originOf({ info }: Reading, { io, tool }: Pick<Deps, 'io' | 'tool'>): TicketOrigin {
  return { server: info.server, generatedAt: io.now(), tool };
}

/** True when something went wrong that the answer cannot be trusted without. */
export function hasErrors(reading: Reading): boolean {
  return allProblems(reading).some((problem) => problem.severity === 'error');
}

/** The domains that SDDL aliases stand for. */
export function sddlContext(info: DirectoryInfo): SddlContext {
  return { domainSid: info.domain?.sid ?? null, rootDomainSid: info.rootDomain?.sid ?? null };
}
