/**
 * Comparing descriptors by meaning. A domain controller re-sorts explicit ACEs and recomputes inherited ones when it
 * stores a descriptor ([MS-ADTS] 6.1.3), so that what was written may come back in another order.
 */

import { type Ace, aceKey, acesEqual, isInherited } from '../formats/ace.ts';
import { createDescriptorDecoder, type NodeDescriptor } from '../formats/node-descriptor.ts';
import { CONTROL_FLAGS } from '../formats/security-descriptor.ts';

/** One for all names: their inherited ACEs are mostly the same, and so are not decoded again. */
const { decode } = createDescriptorDecoder();

/** How a descriptor differs from the one that was planned on, or null when owner and DACL are the same. */
export function differenceFromPlan(planned: Uint8Array, found: Uint8Array): string | null {
  // The usual case, and the only one that costs nothing.
  if (sameBytes(planned, found)) return null;
  const [before, now] = [decode(planned), decode(found)];
  if (before.owner !== now.owner)
    return `its owner is ${now.owner ?? 'missing'} now, was ${before.owner ?? 'missing'}`;
  if (isProtected(before) !== isProtected(now)) return 'its inheritance was switched on or off';
  if (before.dacl !== now.dacl) return `its DACL is ${now.dacl} now, was ${before.dacl}`;
  if (!sameList(acesOf(before), acesOf(now))) return 'its DACL was changed';
  return null;
}

/**
 * True when `found` has the owner, the protection and exactly the explicit ACEs of `wanted`, in any order, and
 * inherited ACEs where `wanted` has some. Exact duplicates count once: a directory may collapse them.
 */
export function holdsChange(wanted: Uint8Array, found: Uint8Array): boolean {
  if (sameBytes(wanted, found)) return true;
  const [want, have] = [decode(wanted), decode(found)];
  return (
    want.owner === have.owner &&
    want.dacl === have.dacl &&
    isProtected(want) === isProtected(have) &&
    sameSet(explicitKeys(want), explicitKeys(have)) &&
    hasInherited(want) === hasInherited(have)
  );
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

function isProtected(descriptor: NodeDescriptor): boolean {
  return (descriptor.control & CONTROL_FLAGS.daclProtected) !== 0;
}

function hasInherited({ inherited }: NodeDescriptor): boolean {
  return inherited.length > 0;
}

function acesOf({ explicit, inherited }: NodeDescriptor): readonly Ace[] {
  return [...explicit, ...inherited];
}

function explicitKeys(descriptor: NodeDescriptor): readonly string[] {
  const explicit = acesOf(descriptor).filter((ace) => !isInherited(ace));
  return [...new Set(explicit.map(aceKey))].sort();
}

function sameList(a: readonly Ace[], b: readonly Ace[]): boolean {
  return a.length === b.length && a.every((ace, index) => acesEqual(ace, b[index] as Ace));
}

function sameSet(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((key, index) => key === b[index]);
}
