/** Filters as the replay server understands them: read from a search request, then held against packed entries. RFC 4511 4.5.1.7 */

import type { BerCursor } from '../src/directory/ldap/ldap-wire.ts';
import { comparable, type EntrySet } from './entry-set.ts';

/** A filter; attribute names are lower case, values as they are compared. */
export type Filter =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Filter[] }
  | { readonly kind: 'not'; readonly part: Filter }
  | Comparison
  | { readonly kind: 'like'; readonly type: string; readonly pieces: readonly Piece[] }
  | { readonly kind: 'present'; readonly type: string };

interface Comparison {
  readonly kind: 'equals' | 'least' | 'most';
  readonly type: string;
  readonly value: Buffer;
}

/** A piece of a substring filter: at the start, anywhere, or at the end. */
interface Piece {
  readonly place: number;
  readonly text: string;
}

const TAGS = {
  and: 0xa0,
  or: 0xa1,
  not: 0xa2,
  equals: 0xa3,
  like: 0xa4,
  least: 0xa5,
  most: 0xa6,
  present: 0x87,
} as const;
const INITIAL = 0x80;
const FINAL = 0x82;

/** Reads the filter under the cursor. @throws Error when it is of a kind that nobody here sends */
export function readFilter(cursor: BerCursor): Filter {
  const tag = cursor.peek();
  const end = cursor.enter(null, 'filter');
  switch (tag) {
    case TAGS.and:
    case TAGS.or: {
      const parts: Filter[] = [];
      while (cursor.offset < end) parts.push(readFilter(cursor));
      return { kind: tag === TAGS.and ? 'and' : 'or', parts };
    }
    case TAGS.not:
      return { kind: 'not', part: readFilter(cursor) };
    case TAGS.equals:
    case TAGS.least:
    case TAGS.most: {
      const type = cursor.text('attributeDesc').toLowerCase();
      const value = cursor.content(0x04, 'assertionValue');
      return { kind: tag === TAGS.equals ? 'equals' : tag === TAGS.least ? 'least' : 'most', type, value };
    }
    case TAGS.like:
      return readSubstrings(cursor);
    case TAGS.present: {
      const type = cursor.bytes.toString('utf8', cursor.offset, end).toLowerCase();
      cursor.offset = end;
      return { kind: 'present', type };
    }
    default:
      throw new Error(
        `Cannot answer a filter with tag 0x${tag.toString(16)}: the replay server has no such filter`,
      );
  }
}

/** The entries that a filter chooses, in their order; by an index where it can. */
export function selectEntries(set: EntrySet, filter: Filter): Uint32Array {
  const terms = filter.kind === 'or' ? filter.parts : [filter];
  const equalities = terms.filter((term): term is Comparison => term.kind === 'equals');
  if (equalities.length === terms.length) {
    const found = new Set(equalities.flatMap(({ type, value }) => set.find(type, value)));
    return Uint32Array.from(found).sort();
  }
  const chosen: number[] = [];
  for (let index = 0; index < set.count; index++) if (matches(set, index, filter)) chosen.push(index);
  return Uint32Array.from(chosen);
}

function readSubstrings(cursor: BerCursor): Filter {
  const type = cursor.text('type').toLowerCase();
  const end = cursor.enter(0x30, 'substrings');
  const pieces: Piece[] = [];
  while (cursor.offset < end) {
    const place = cursor.peek();
    pieces.push({ place, text: comparable(type, cursor.content(null, 'substring')) });
  }
  return { kind: 'like', type, pieces };
}

function matches(set: EntrySet, index: number, filter: Filter): boolean {
  switch (filter.kind) {
    case 'and':
      return filter.parts.every((part) => matches(set, index, part));
    case 'or':
      return filter.parts.some((part) => matches(set, index, part));
    case 'not':
      return !matches(set, index, filter.part);
    case 'present':
      return filter.type === 'objectclass' || set.values(index, filter.type).length > 0;
    case 'like':
      return textsOf(set, index, filter.type).some((text) => isLike(text, filter.pieces));
    case 'equals':
    case 'least':
    case 'most': {
      const wanted = comparable(filter.type, filter.value);
      return textsOf(set, index, filter.type).some((text) =>
        filter.kind === 'equals'
          ? text === wanted
          : filter.kind === 'least'
            ? text >= wanted
            : text <= wanted,
      );
    }
  }
}

function textsOf(set: EntrySet, index: number, type: string): readonly string[] {
  return set.values(index, type).map((value) => comparable(type, value));
}

function isLike(text: string, pieces: readonly Piece[]): boolean {
  let from = 0;
  for (const { place, text: piece } of pieces) {
    const at = place === FINAL ? text.length - piece.length : text.indexOf(piece, from);
    const fits = place === INITIAL ? text.startsWith(piece) : at >= from && text.startsWith(piece, at);
    if (!fits) return false;
    from = (place === INITIAL ? 0 : at) + piece.length;
  }
  return true;
}
