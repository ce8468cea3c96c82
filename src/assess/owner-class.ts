/**
 * What kind of principal owns a name. The first test that fits decides.
 *
 * The owner explains how a name came to be; it does not decide who may update it. That is the access check's word.
 */

import { type Sid, WELL_KNOWN_SIDS } from '../formats/sid.ts';
import { type Account, isDomainController, type Principal } from '../records/account.ts';
import type { Estate } from '../records/estate.ts';
import type { DnsNode } from '../records/node.ts';
import type { PrincipalBook } from '../records/principal-book.ts';
import { hostsOf, matchHost } from './host-match.ts';

/** Owner classes in the order in which reports list them. */
export const OWNER_CLASSES = [
  'system',
  'self',
  'dc',
  'dhcp-server',
  'dhcp-account',
  'proxy',
  'admin',
  'computer',
  'other',
  'orphan',
  'unresolved',
  'unreadable',
] as const;

export type OwnerClass = (typeof OWNER_CLASSES)[number];

/** The owner of a name; `sid` is null only when the descriptor could not be read or names no owner. */
export interface Owner {
  readonly sid: Sid | null;
  readonly name: string | null;
  readonly kind: Principal['kind'];
  readonly class: OwnerClass;
}

/** A name with its owner classified. */
export interface OwnedName extends DnsNode {
  readonly owner: Owner;
}

const UNREADABLE: Owner = Object.freeze({ sid: null, name: null, kind: 'unknown', class: 'unreadable' });

/** The owner's SID of each name that has one; resolve these before classifying. */
export function ownerSids(nodes: readonly DnsNode[]): ReadonlySet<Sid> {
  const sids = new Set<Sid>();
  for (const node of nodes) {
    const owner = node.descriptor.kind === 'read' ? node.descriptor.value.owner : null;
    if (owner !== null) sids.add(owner);
  }
  return sids;
}

/** Classifies the owner of one name. The book must have resolved it. */
export function classifyOwner(node: DnsNode, book: PrincipalBook, estate: Estate): Owner {
  const sid = node.descriptor.kind === 'read' ? node.descriptor.value.owner : null;
  if (sid === null) return UNREADABLE;
  const account = book.account(sid);
  const ownerClass = classOf(sid, account, node, book, estate);
  const owners = ownersOf(book);
  const known = owners.get(sid);
  if (known?.account === account && known.owner.class === ownerClass) return known.owner;
  const { name, kind } = book.principal(sid);
  const owner: Owner = { sid, name, kind, class: ownerClass };
  owners.set(sid, { account, owner });
  return owner;
}

/** Few principals own many names, so each owner is kept and shared; a new account or class makes a new one. */
interface KnownOwner {
  readonly account: Account | null;
  readonly owner: Owner;
}

const ownersOfBooks = new WeakMap<PrincipalBook, Map<Sid, KnownOwner>>();

function ownersOf(book: PrincipalBook): Map<Sid, KnownOwner> {
  let owners = ownersOfBooks.get(book);
  if (owners === undefined) {
    owners = new Map();
    ownersOfBooks.set(book, owners);
  }
  return owners;
}

function classOf(
  sid: Sid,
  account: Account | null,
  node: DnsNode,
  book: PrincipalBook,
  estate: Estate,
): OwnerClass {
  if (sid === WELL_KNOWN_SIDS.system) return 'system';
  const state = book.state(sid);
  if (account !== null && state === 'account') {
    if (account.kind === 'computer' && hostsOf(node).some((host) => matchHost(account, host) !== null))
      return 'self';
    if (isDomainController(account)) return 'dc';
  }
  if (estate.dhcpServerSids.has(sid)) return 'dhcp-server';
  if (estate.dhcpAccounts.some((principal) => principal.sid === sid)) return 'dhcp-account';
  if (estate.proxySids.has(sid)) return 'proxy';
  if (estate.adminSids.has(sid)) return 'admin';
  if (state === 'orphan') return 'orphan';
  if (state === 'unresolved') return 'unresolved';
  return account?.kind === 'computer' ? 'computer' : 'other';
}
