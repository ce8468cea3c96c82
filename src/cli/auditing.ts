/** What every judging command needs besides the names: computers, groups, clusters, leases, and who else is expected. */

import { type AuditContext, type AuditedName, auditName, updateAcesOf } from '../assess/audit.ts';
import { ComputerIndex } from '../assess/computer-index.ts';
import type { ExtraUpdater } from '../assess/expected-updaters.ts';
import type { OwnedName } from '../assess/owner-class.ts';
import { updateTrustees } from '../assess/update-right.ts';
import type { Problem } from '../errors.ts';
import { dnKey, parentDn } from '../formats/dn.ts';
import type { Sid } from '../formats/sid.ts';
import { checkDhcpAccount } from '../records/account-health.ts';
import { readClusters } from '../records/clusters.ts';
import { findPrincipal } from '../records/find-principal.ts';
import { globMatcher } from '../records/glob.ts';
import { GroupBook } from '../records/group-book.ts';
import type { LeaseIndex } from '../records/leases.ts';
import type { Zone } from '../records/zone.ts';
import type { Reading } from './reading.ts';

/** The context of an audit, and the groups that it fills page by page. */
export interface Auditing extends AuditContext {
  readonly groups: GroupBook;
}

/** An updater that the configuration expects on the names it lists. */
export interface ConfiguredUpdater {
  readonly names: readonly string[];
  readonly principal: string;
  readonly reason?: string | undefined;
}

/** What an audit is told besides the directory. */
export interface AuditingOptions {
  readonly leases: LeaseIndex | null;
  readonly extraUpdaters: readonly ConfiguredUpdater[];
  readonly now: Date;
}

const BUILTIN = /^S-1-5-32-\d+$/;

/** Loads the computers in one sweep, the clusters in one request. */
export async function startAuditing(reading: Reading, options: AuditingOptions): Promise<Auditing> {
  const { source, book, estate } = reading;
  for (const problem of await checkDhcpAccounts(reading, options.now)) reading.problems.push(problem);
  const computers = new ComputerIndex(reading.info.domain?.dnsName ?? null);
  for await (const page of book.learnComputers()) for (const account of page) computers.add(account);
  const clusters = await readClusters(source, book);
  reading.problems.push(...clusters.problems);
  return {
    computers,
    book,
    estate,
    groups: new GroupBook(source),
    clusters: clusters.values,
    extras: await resolveExtras(reading, options.extraUpdaters),
    leases: options.leases,
    now: options.now,
  };
}

async function checkDhcpAccounts({ source, book, estate }: Reading, now: Date): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  for (const { sid } of estate.dhcpAccounts) {
    const account = book.account(sid);
    const entry = account === null ? null : await source.account(account.dn);
    if (account !== null && entry !== null)
      problems.push(...checkDhcpAccount(account, entry, estate.proxySids, now));
  }
  return problems;
}

/** Audits a page: first whom its access lists name, then which of them are groups, then each name. */
export async function auditPage(
  reading: Reading,
  auditing: Auditing,
  names: readonly OwnedName[],
): Promise<readonly AuditedName[]> {
  const aces = names.map(updateAcesOf);
  await learnTrustees(reading, auditing, updateTrustees(aces));
  return names.map((name, at) => auditName(name, zoneOf(reading.zones, name), auditing, aces[at]));
}

/** Makes the accounts and groups behind these SIDs known. */
export async function learnTrustees(
  reading: Reading,
  auditing: Auditing,
  sids: ReadonlySet<Sid>,
): Promise<void> {
  await reading.book.resolve(sids);
  const groups = [...sids].filter((sid) => BUILTIN.test(sid) || reading.book.account(sid)?.kind === 'group');
  await auditing.groups.load(groups);
}

/** The zone that a name lies in. */
export function zoneOf(zones: readonly Zone[], name: OwnedName): Zone {
  if (zones.length === 1) return zones[0] as Zone;
  const parent = parentDn(name.dn);
  const key = parent === null ? '' : dnKey(parent);
  return zones.find((zone) => dnKey(zone.dn) === key) ?? (zones[0] as Zone);
}

async function resolveExtras(
  reading: Reading,
  updaters: readonly ConfiguredUpdater[],
): Promise<readonly ExtraUpdater[]> {
  const extras: ExtraUpdater[] = [];
  for (const { names, principal: reference, reason } of updaters) {
    const globs = names.map(globMatcher);
    extras.push({
      matches: (node) => globs.some((matches) => matches(node.name) || matches(node.fqdn)),
      principal: await findPrincipal(reading.source, reading.info, reading.book, reference, 'extraUpdaters'),
      reason: reason ?? 'the configuration expects it',
    });
  }
  return extras;
}
