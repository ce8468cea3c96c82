/** Finds out what doctor judges, with a number of requests that does not grow with the zones. */

import type { LiveFacts } from '../assess/connection-checks.ts';
import type { DoctorFacts, FoundAccount } from '../assess/doctor.ts';
import { namesOfFewOwners, sampleNames } from '../assess/name-sample.ts';
import { classifyOwner, type OwnedName, ownerSids } from '../assess/owner-class.ts';
import type { SampledName, ZoneFacts } from '../assess/zone-rights.ts';
import { type Problem, UsageError } from '../errors.ts';
import type { Dn } from '../formats/dn.ts';
import { createDescriptorDecoder } from '../formats/node-descriptor.ts';
import { CONTROL_FLAGS } from '../formats/security-descriptor.ts';
import { isSidText } from '../formats/sid.ts';
import { type Principal, principalOf } from '../records/account.ts';
import { type Estate, type EstateOptions, readEstate } from '../records/estate.ts';
import { findPrincipal } from '../records/find-principal.ts';
import type { Identity, Inspection } from '../records/inspection.ts';
import { readMembers } from '../records/members.ts';
import type { DnsNode } from '../records/node.ts';
import { PrincipalBook } from '../records/principal-book.ts';
import { readNodes } from '../records/read.ts';
import type { DirectoryInfo, DirectorySource } from '../records/source.ts';
import type { Zone } from '../records/zone.ts';

/** Where doctor looks. */
export interface DoctorPlace {
  readonly source: DirectorySource;
  /** null offline. */
  readonly inspection: Inspection | null;
  readonly zones: readonly Zone[];
  readonly now: () => Date;
}

interface Surroundings extends DoctorPlace {
  readonly info: DirectoryInfo;
  readonly book: PrincipalBook;
}

/** Zones that are tried; the others are counted. */
const ZONES_TRIED = 25;
/** Names of a zone that are tried. */
const NAMES_TRIED = 16;
/** Owners of a zone that are looked up. */
const OWNERS_LOOKED_UP = 30;

/** Asks everything; `problems` takes what went wrong on the way. */
export async function gatherDoctorFacts(
  place: DoctorPlace,
  options: EstateOptions,
  problems: Problem[],
): Promise<DoctorFacts> {
  const info = await place.source.describe();
  const around: Surroundings = { ...place, info, book: new PrincipalBook(place.source, info) };
  const identity = (await place.inspection?.readIdentity()) ?? null;
  const principal = identity === null ? null : await findOwnAccount(identity, around);
  const live = await readLive(around, identity, principal);
  const computers = await countComputers(place.source);
  const dhcpAccounts = await findDhcpAccounts(options.dhcpAccounts, around);
  const found = dhcpAccounts.flatMap(({ found }) => (found === null ? [] : [found.sid]));
  const estate = await readEstate(place.source, info, around.book, { ...options, dhcpAccounts: found });
  const tried = place.zones.slice(0, ZONES_TRIED);
  const hosts = await readHosts(tried, place.source);
  const zones: ZoneFacts[] = [];
  for (const zone of tried) {
    const own = hosts.get(zone.partition.namingContext) ?? null;
    zones.push(await readZoneFacts(zone, own, estate, around, problems));
  }
  problems.push(...around.book.problems, ...estate.problems);
  return {
    server: info.server,
    live,
    principal,
    computers,
    dhcpAccounts,
    proxyMembers: await countProxyMembers(around),
    zones,
    zonesSeen: place.zones.length,
  };
}

async function readLive(
  { inspection, now }: Surroundings,
  identity: Identity | null,
  principal: Principal | null,
): Promise<LiveFacts | null> {
  if (inspection === null || identity === null) return null;
  const { connection } = inspection;
  const account =
    principal === null ? identity.name : `${principal.name ?? identity.name} (${principal.sid})`;
  return { connection, identity, account, server: await inspection.readServer(now) };
}

/** The account among the SIDs of the token; on a server that lists groups only, the one with the name it tells. */
async function findOwnAccount(
  { name, tokenSids }: Identity,
  { source, info, book }: Surroundings,
): Promise<Principal | null> {
  await book.resolve(tokenSids);
  const accounts = tokenSids.flatMap((sid) => book.account(sid) ?? []).filter(({ kind }) => kind !== 'group');
  const [only] = accounts;
  if (only !== undefined && accounts.length === 1) return principalOf(only);
  if (name === null) return null;
  return findOrNull(() => findPrincipal(source, info, book, name, '--user'));
}

async function findOrNull(find: () => Promise<Principal>): Promise<Principal | null> {
  try {
    return await find();
  } catch (error) {
    if (error instanceof UsageError) return null;
    throw error;
  }
}

/** The first answer only: whether there are any is the question. */
async function countComputers(source: DirectorySource): Promise<DoctorFacts['computers']> {
  let seen: number | null = null;
  for await (const page of source.computers(({ dn }) => dn)) {
    if (seen !== null) return { seen, complete: false };
    seen = page.length;
  }
  return { seen: seen ?? 0, complete: true };
}

async function findDhcpAccounts(
  references: readonly string[],
  { source, info, book }: Surroundings,
): Promise<readonly FoundAccount[]> {
  const accounts: FoundAccount[] = [];
  for (const reference of references) {
    try {
      const found = await findPrincipal(source, info, book, reference, '--dhcp-account');
      const isMissing = isSidText(reference) && book.account(found.sid) === null;
      const reason = isMissing ? `no account has the SID ${reference}` : null;
      accounts.push({ reference, found: isMissing ? null : found, reason });
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      accounts.push({ reference, found: null, reason: error.message });
    }
  }
  return accounts;
}

async function countProxyMembers({ source, book }: Surroundings): Promise<number | null> {
  const groups = book.learn(await source.byName('DnsUpdateProxy')).filter(({ kind }) => kind === 'group');
  if (groups.length === 0) return null;
  return (
    await readMembers(
      source,
      groups.map(({ dn }) => dn),
    )
  ).all.size;
}

/** Who holds each partition that the zones lie in; nobody offline, where that is not known. */
async function readHosts(
  zones: readonly Zone[],
  source: DirectorySource,
): Promise<ReadonlyMap<Dn, readonly string[]>> {
  const hosts = new Map<Dn, readonly string[]>();
  for (const context of new Set(zones.map(({ partition }) => partition.namingContext))) {
    const replicas = await source.replicasOf(context);
    if (replicas !== null)
      hosts.set(
        context,
        replicas.map(({ hostName, dn }) => hostName ?? dn),
      );
  }
  return hosts;
}

async function readZoneFacts(
  zone: Zone,
  hosts: readonly string[] | null,
  estate: Estate,
  around: Surroundings,
  problems: Problem[],
): Promise<ZoneFacts> {
  const { inspection } = around;
  const { nodes, complete } = await readSomeNames(zone, around.source, problems);
  return {
    zone: zone.name,
    dn: zone.dn,
    objectGuid: zone.objectGuid,
    hosts,
    descriptorRead: zone.descriptor !== null,
    rights: (await inspection?.readRights(zone.dn)) ?? null,
    looked: nodes.length,
    unreadable: nodes.filter(({ descriptor }) => descriptor.kind === 'unreadable').length,
    complete,
    sample: await tryNames(await chooseNames(nodes, estate, around), inspection),
  };
}

/** The names of the first page that holds any, and whether those are all. */
async function readSomeNames(
  zone: Zone,
  source: DirectorySource,
  problems: Problem[],
): Promise<{ readonly nodes: readonly DnsNode[]; readonly complete: boolean }> {
  let nodes: readonly DnsNode[] = [];
  for await (const page of readNodes(source, zone, 'descriptor', createDescriptorDecoder())) {
    if (nodes.length > 0) return { nodes, complete: false };
    nodes = page.nodes;
    // What single access lists cannot be read is counted, and judged as a whole.
    problems.push(...page.problems.filter(({ code }) => code !== 'unreadable-descriptor'));
  }
  return { nodes, complete: true };
}

async function chooseNames(
  nodes: readonly DnsNode[],
  estate: Estate,
  { book }: Surroundings,
): Promise<readonly OwnedName[]> {
  const some = namesOfFewOwners(nodes, OWNERS_LOOKED_UP);
  await book.resolve(ownerSids(some));
  const owned = some.map((node) => ({ ...node, owner: classifyOwner(node, book, estate) }));
  return sampleNames(owned, NAMES_TRIED);
}

function tryNames(
  names: readonly OwnedName[],
  inspection: Inspection | null,
): Promise<readonly SampledName[]> {
  return Promise.all(
    names.map(async ({ fqdn, dn, owner, descriptor }) => ({
      fqdn,
      ownerClass: owner.class,
      inherits: descriptor.kind !== 'read' || (descriptor.value.control & CONTROL_FLAGS.daclProtected) === 0,
      rights: (await inspection?.readRights(dn)) ?? null,
    })),
  );
}
