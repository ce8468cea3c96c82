/** Lists whose order means nothing, but how often a thing is in them does. */

/** What only `old` has, and what only `now` has, each in its own order. */
export function compareMultisets<T>(
  old: readonly T[],
  now: readonly T[],
  keyOf: (item: T) => string,
): { readonly removed: readonly T[]; readonly added: readonly T[] } {
  const counts = new Map<string, number>();
  for (const item of now) counts.set(keyOf(item), (counts.get(keyOf(item)) ?? 0) + 1);
  const removed = old.filter((item) => !take(counts, keyOf(item)));
  const added = now.filter((item) => take(counts, keyOf(item)));
  return { removed, added };
}

function take(counts: Map<string, number>, key: string): boolean {
  const count = counts.get(key) ?? 0;
  if (count > 0) counts.set(key, count - 1);
  return count > 0;
}
