/**
 * Which cluster registers the names of a clustered role: from each virtual computer object (VCO) to its cluster name
 * object (CNO). No attribute links the two; who owns, created or fully controls the VCO tells. domain.md 8.4
 */

import { FULL_CONTROL, hasRights } from '../formats/access-mask.ts';
import { aceEffect } from '../formats/ace.ts';
import { createDescriptorDecoder } from '../formats/node-descriptor.ts';
import { decodeSid, type Sid } from '../formats/sid.ts';
import type { Account } from './account.ts';
import { bytesOf } from './entry.ts';
import type { PrincipalBook } from './principal-book.ts';
import type { DirectorySource, RawEntry } from './source.ts';

const CLUSTER_SPN = /^MSServerCluster(?:MgmtAPI)?\//i;
const VIRTUAL_SERVER_SPN = /^MSClusterVirtualServer\//i;

/** True for a CNO or a VCO, which carry the service principal names of the cluster service. */
export function isClusterAccount(account: Account): boolean {
  return account.servicePrincipalNames.some((spn) => VIRTUAL_SERVER_SPN.test(spn) || CLUSTER_SPN.test(spn));
}

/** The cluster name objects behind each virtual computer object, by its SID; one request, whatever their number. */
export async function readClusters(
  source: DirectorySource,
  book: PrincipalBook,
): Promise<ReadonlyMap<Sid, readonly Account[]>> {
  const entries = await source.clusterComputers();
  const accounts = book.learn(entries);
  const clusters = new Map(accounts.filter(isClusterNameObject).map((account) => [account.sid, account]));
  const byVirtual = new Map<Sid, readonly Account[]>();
  for (const account of accounts) {
    if (isClusterNameObject(account)) continue;
    const entry = entries.find((candidate) => candidate.dn === account.dn);
    const controllers = entry === undefined ? [] : controllersOf(entry);
    const found = [...new Set(controllers)].flatMap((sid) => clusters.get(sid) ?? []);
    if (found.length > 0) byVirtual.set(account.sid, found);
  }
  return byVirtual;
}

function isClusterNameObject(account: Account): boolean {
  return account.servicePrincipalNames.some((spn) => CLUSTER_SPN.test(spn));
}

/** Whoever owns, created or fully controls a computer object. */
function controllersOf(entry: RawEntry): readonly Sid[] {
  const creator = bytesOf(entry, 'ms-ds-creatorsid');
  const sids: Sid[] = creator === null ? [] : [decodeSid(creator)];
  const bytes = bytesOf(entry, 'ntsecuritydescriptor');
  if (bytes === null) return sids;
  const { owner, explicit } = createDescriptorDecoder().decode(bytes);
  if (owner !== null) sids.push(owner);
  for (const ace of explicit) {
    const full = ace.kind === 'basic' && aceEffect(ace) === 'grants' && hasRights(ace.mask, FULL_CONTROL);
    if (full) sids.push(ace.sid);
  }
  return sids;
}
