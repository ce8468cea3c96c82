/**
 * Which cluster registers the names of a clustered role: from each virtual computer object (VCO) to its cluster name
 * object (CNO). No attribute links the two; who owns, created or fully controls the VCO tells.
 */

import type { Problem } from '../errors.ts';
import { FULL_CONTROL, hasRights } from '../formats/access-mask.ts';
import { aceEffect } from '../formats/ace.ts';
import { createDescriptorDecoder, type DescriptorDecoder } from '../formats/node-descriptor.ts';
import { decodeSid, type Sid } from '../formats/sid.ts';
import type { Account } from './account.ts';
import { bytesOf } from './entry.ts';
import type { PrincipalBook } from './principal-book.ts';
import type { DirectorySource, RawEntry } from './source.ts';

/** True for a CNO or a VCO, which carry the service principal names of the cluster service. */
export function isClusterAccount(account: Account): boolean {
  return account.serviceNames.cluster !== null;
}

/**
 * The cluster name objects behind each virtual computer object, by its SID; one request, whatever their number. A
 * virtual computer object whose descriptor is corrupt becomes a problem.
 */
export async function readClusters(
  source: DirectorySource,
  book: PrincipalBook,
): Promise<{
  readonly values: ReadonlyMap<Sid, readonly Account[]>;
  readonly problems: readonly Problem[];
}> {
  const entries = await source.clusterComputers();
  const accounts = book.learn(entries);
  const clusters = new Map(accounts.filter(isClusterNameObject).map((account) => [account.sid, account]));
  const entryOf = new Map(entries.map((entry) => [entry.dn, entry]));
  const values = new Map<Sid, readonly Account[]>();
  const problems: Problem[] = [];
  const decoder = createDescriptorDecoder();
  for (const account of accounts) {
    const entry = entryOf.get(account.dn);
    if (entry === undefined || isClusterNameObject(account)) continue;
    const controllers = readControllers(entry, decoder, problems);
    const found = [...new Set(controllers)].flatMap((sid) => clusters.get(sid) ?? []);
    if (found.length > 0) values.set(account.sid, found);
  }
  return { values, problems };
}

function isClusterNameObject(account: Account): boolean {
  return account.serviceNames.cluster === 'name-object';
}

function readControllers(entry: RawEntry, decoder: DescriptorDecoder, problems: Problem[]): readonly Sid[] {
  try {
    return controllersOf(entry, decoder);
  } catch (error) {
    const { message } = error as Error;
    problems.push({ severity: 'warning', code: 'bad-cluster-account', where: entry.dn, message });
    return [];
  }
}

/** Whoever owns, created or fully controls a computer object. */
function controllersOf(entry: RawEntry, decoder: DescriptorDecoder): readonly Sid[] {
  const creator = bytesOf(entry, 'ms-ds-creatorsid');
  const sids: Sid[] = creator === null ? [] : [decodeSid(creator)];
  const bytes = bytesOf(entry, 'ntsecuritydescriptor');
  if (bytes === null) return sids;
  const { owner, explicit } = decoder.decode(bytes);
  if (owner !== null) sids.push(owner);
  for (const ace of explicit) {
    const full = ace.kind === 'basic' && aceEffect(ace) === 'grants' && hasRights(ace.mask, FULL_CONTROL);
    if (full) sids.push(ace.sid);
  }
  return sids;
}
