/**
 * Comparing descriptors by meaning. A domain controller re-sorts explicit ACEs and recomputes inherited ones when it
 * stores a descriptor ([MS-ADTS] 6.1.3), so that what was written may come back in another order.
 */

import { type Ace, aceKey, acesEqual, isInherited } from '../formats/ace.ts';
import {
  CONTROL_FLAGS,
  decodeSecurityDescriptor,
  type SecurityDescriptor,
} from '../formats/security-descriptor.ts';

/** How a descriptor differs from the one that was planned on, or null when owner and DACL are the same. */
export function differenceFromPlan(planned: Uint8Array, found: Uint8Array): string | null {
  // The usual case, and the only one that costs nothing.
  if (sameBytes(planned, found)) return null;
  const [before, now] = [decodeSecurityDescriptor(planned), decodeSecurityDescriptor(found)];
  if (before.owner !== now.owner)
    return `its owner is ${now.owner ?? 'missing'} now, was ${before.owner ?? 'missing'}`;
  if (isProtected(before) !== isProtected(now)) return 'its inheritance was switched on or off';
  if (before.dacl.kind !== now.dacl.kind) return `its DACL is ${now.dacl.kind} now, was ${before.dacl.kind}`;
  if (!sameList(acesOf(before), acesOf(now))) return 'its DACL was changed';
  return null;
}

/**
 * True when `found` has the owner, the protection and exactly the explicit ACEs of `wanted`, in any order, and
 * inherited ACEs where `wanted` has some. Exact duplicates count once: a directory may collapse them.
 */
export function holdsChange(wanted: Uint8Array, found: Uint8Array): boolean {
  if (sameBytes(wanted, found)) return true;
  const [want, have] = [decodeSecurityDescriptor(wanted), decodeSecurityDescriptor(found)];
  return (
    want.owner === have.owner &&
    want.dacl.kind === have.dacl.kind &&
    isProtected(want) === isProtected(have) &&
    sameSet(explicitKeys(want), explicitKeys(have)) &&
    acesOf(want).some(isInherited) === acesOf(have).some(isInherited)
  );
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

function isProtected(descriptor: SecurityDescriptor): boolean {
  return (descriptor.control & CONTROL_FLAGS.daclProtected) !== 0;
}

function acesOf(descriptor: SecurityDescriptor): readonly Ace[] {
  return descriptor.dacl.kind === 'present' ? descriptor.dacl.acl.aces : [];
}

function explicitKeys(descriptor: SecurityDescriptor): readonly string[] {
  const explicit = acesOf(descriptor).filter((ace) => !isInherited(ace));
  return [...new Set(explicit.map(aceKey))].sort();
}

function sameList(a: readonly Ace[], b: readonly Ace[]): boolean {
  return a.length === b.length && a.every((ace, index) => acesEqual(ace, b[index] as Ace));
}

function sameSet(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((key, index) => key === b[index]);
}
