/** Names that look like one that was not found, for "did you mean". */

/** At most this many are worth reading. */
const SUGGESTIONS = 3;

/** The candidates that differ from `wanted` by few enough edits to be meant, nearest first; case is ignored. */
export function nearNames(wanted: string, candidates: Iterable<string>): readonly string[] {
  const key = wanted.toLowerCase();
  const allowed = Math.max(1, Math.floor(key.length / 3));
  return [...new Set(candidates)]
    .map((name) => ({ name, distance: editDistance(key, name.toLowerCase()) }))
    .filter(({ distance }) => distance <= allowed)
    .sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1))
    .slice(0, SUGGESTIONS)
    .map(({ name }) => name);
}

/** `; did you mean a or b?`, to go behind what was not found; empty when nothing looks like it. */
export function didYouMean(wanted: string, candidates: Iterable<string>): string {
  const near = nearNames(wanted, candidates);
  return near.length === 0 ? '' : `; did you mean ${near.join(' or ')}?`;
}

/** Levenshtein distance in UTF-16 units. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
