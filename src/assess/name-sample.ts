/** Choosing a few names that stand for many: evenly spread, and over all kinds of owners. */

import type { Sid } from '../formats/sid.ts';
import type { DnsNode } from '../records/node.ts';
import { OWNER_CLASSES, type OwnedName } from './owner-class.ts';

/** At most `count` of the items, evenly spread and in their order. */
export function spread<T>(items: readonly T[], count: number): readonly T[] {
  if (items.length <= count) return items;
  return Array.from({ length: count }, (_, index) => items[Math.floor((index * items.length) / count)] as T);
}

/**
 * The names of at most `count` owners, and those without a readable one: each owner has to be looked up before it can
 * be classified, and a zone has nearly as many owners as hosts.
 */
export function namesOfFewOwners(nodes: readonly DnsNode[], count: number): readonly DnsNode[] {
  const owners = new Set(nodes.map(ownerOf));
  const chosen = new Set([null, ...spread([...owners], count)]);
  return nodes.filter((node) => chosen.has(ownerOf(node)));
}

function ownerOf({ descriptor }: DnsNode): Sid | null {
  return descriptor.kind === 'read' ? descriptor.value.owner : null;
}

/** At most `count` names, as many of each owner class as there is room for, in the order of the classes. */
export function sampleNames(names: readonly OwnedName[], count: number): readonly OwnedName[] {
  const byClass = Map.groupBy(names, (name) => name.owner.class);
  const queues = OWNER_CLASSES.flatMap((ownerClass) => {
    const own = byClass.get(ownerClass);
    return own === undefined ? [] : [own];
  });
  const taken = queues.map(() => 0);
  for (let left = Math.min(count, names.length); left > 0; ) {
    for (const [index, queue] of queues.entries()) {
      if (left === 0 || (taken[index] ?? 0) >= queue.length) continue;
      taken[index] = (taken[index] ?? 0) + 1;
      left -= 1;
    }
  }
  return queues.flatMap((queue, index) => spread(queue, taken[index] ?? 0));
}
