/** The filters that choose names, from flags to one test. */

import { OWNER_CLASSES, type OwnedName } from '../assess/owner-class.ts';
import type { Principal } from '../records/account.ts';
import { findPrincipal } from '../records/find-principal.ts';
import { globMatcher } from '../records/glob.ts';
import type { DnsNode } from '../records/node.ts';
import type { FilterFlags } from './options.ts';
import type { Reading } from './reading.ts';

/** Two tests: what the node alone tells comes first, because it needs nothing resolved. */
export interface NameFilter {
  /** Nothing was asked for, so every name passes. */
  readonly isOpen: boolean;
  matchesNode(node: DnsNode): boolean;
  matchesOwner(name: OwnedName): boolean;
}

/** @throws UsageError when an owner is neither a class nor a principal that can be found */
export async function createFilter(flags: FilterFlags, reading: Reading): Promise<NameFilter> {
  const globs = (flags.name ?? []).map((pattern) => globMatcher(pattern));
  const types = new Set(flags.type ?? []);
  const classes = new Set<string>();
  const sids = new Set<string>();
  for (const owner of flags.owner ?? []) {
    const ownerClass = owner.toLowerCase();
    if ((OWNER_CLASSES as readonly string[]).includes(ownerClass)) classes.add(ownerClass);
    else sids.add((await findOwner(reading, owner)).sid);
  }
  return {
    isOpen: globs.length + types.size + classes.size + sids.size === 0,
    matchesNode: (node) =>
      (globs.length === 0 || globs.some((matches) => matches(node.name) || matches(node.fqdn))) &&
      (types.size === 0 || node.records.some((record) => types.has(record.type))),
    matchesOwner: ({ owner }) =>
      (classes.size === 0 && sids.size === 0) ||
      classes.has(owner.class) ||
      (owner.sid !== null && sids.has(owner.sid)),
  };
}

function findOwner({ source, info, book }: Reading, owner: string): Promise<Principal> {
  return findPrincipal(source, info, book, owner, '--owner', OWNER_CLASSES);
}
