/** The names that a command is about, streamed page by page with their owners classified. */

import type { OwnedName } from '../assess/owner-class.ts';
import type { Problem } from '../errors.ts';
import { counted } from '../formats/counted.ts';
import type { NodeDetail } from '../records/source.ts';
import { createTargetList, type TargetFile, type TargetList } from './changes/targets.ts';
import type { NameFilter } from './filter.ts';
import { classifyPage, demandReadableNames, type Reading, streamNodes, type Tally } from './reading.ts';

/**
 * Streams the names of the zones that pass the filter and, when a file was given, are listed in it. Names of the file
 * that are in no zone become problems at the end.
 *
 * @throws DirectoryError when the zones hold nothing, or nothing that may be read
 */
export async function* streamOwned(
  reading: Reading,
  filter: NameFilter,
  file: TargetFile | null,
  detail: NodeDetail,
): AsyncGenerator<readonly OwnedName[], void> {
  const targets = file === null ? null : createTargetList(file.rows, reading.zones);
  const isEveryName = targets === null && filter.isOpen;
  const tally: Tally = { names: 0, unreadable: 0 };
  let chosenNames = 0;
  for await (const page of streamNodes(reading, detail, tally)) {
    const chosen = isEveryName
      ? page
      : page.filter(
          (node) => (targets === null || targets.take(node).length > 0) && filter.matchesNode(node),
        );
    const classified = await classifyPage(reading, chosen);
    const owned = isEveryName ? classified : classified.filter((name) => filter.matchesOwner(name));
    chosenNames += owned.length;
    if (owned.length > 0) yield owned;
  }
  demandReadableNames(reading, tally);
  if (chosenNames === 0 && !filter.isOpen) reading.problems.push(noMatch(reading, tally));
  if (file !== null && targets !== null) reading.problems.push(...missingNames(targets, file.path));
}

/** The first names of a stream, which knows afterwards whether they were all. */
export interface FirstNames<T> extends AsyncIterable<readonly T[]> {
  /** What was left out, once they were read; null when nothing was. */
  cut(): string | null;
}

/** The first `limit` names of a stream; it is read no further than needed. */
export function atMost<T>(limit: number, pages: AsyncIterable<readonly T[]>): FirstNames<T> {
  let met = 0;
  async function* first(): AsyncGenerator<readonly T[], void> {
    for await (const page of pages) {
      yield page.slice(0, limit - met);
      met += page.length;
      if (met >= limit) return;
    }
  }
  return {
    [Symbol.asyncIterator]: first,
    cut: () => {
      if (met < limit) return null;
      const known = met === limit ? counted(limit, 'name') : `${limit} of at least ${met} names`;
      return `Showing ${known}: --limit ended the reading there`;
    },
  };
}

/** By zone, then name, then DN: the order of everything that is not streamed. */
export function byZoneThenName(
  a: { readonly zone: string; readonly fqdn: string; readonly dn: string },
  b: { readonly zone: string; readonly fqdn: string; readonly dn: string },
): number {
  return compare(a.zone, b.zone) || compare(a.fqdn, b.fqdn) || compare(a.dn, b.dn);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** An empty answer is told from a filter that was mistyped. */
export function noMatch(reading: Pick<Reading, 'zones'>, tally: Tally): Problem {
  const where = reading.zones.map((zone) => zone.name).join(', ');
  const message = `none of the ${counted(tally.names, 'name')} passes --name, --type and --owner`;
  return { severity: 'warning', code: 'no-match', where, message };
}

function missingNames(targets: TargetList, path: string): readonly Problem[] {
  return targets.missing().map((row) => ({
    severity: 'error',
    code: 'no-such-name',
    where: `${path}:${row.line}`,
    message: `there is no name ${JSON.stringify(row.name)} in the zones that were read`,
  }));
}
