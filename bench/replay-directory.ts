/**
 * What the replay server knows: the captured objects and the names of each zone. It finds what a search asks for and
 * remembers what a modify wrote; it checks no rights and runs none of a directory's rules.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeGuid, parseGuid } from '../src/formats/guid.ts';
import {
  ATTRIBUTE_IDS,
  decodeReplPropertyMetaData,
  encodeReplPropertyMetaData,
} from '../src/formats/repl-metadata.ts';
import { EntrySet } from './entry-set.ts';
import { type Filter, selectEntries } from './replay-filter.ts';
import { attributeOf } from './replay-writer.ts';

/** The files of a capture. */
export const OBJECTS_FILE = 'objects.bin';
const ZONE_FILE: RegExp = /^zone-.*\.bin$/;

/** A search as it was sent; `filterKey` is the same for the same filter. */
export interface Query {
  readonly base: string;
  readonly scope: 'base' | 'one' | 'sub';
  readonly filter: Filter;
  readonly filterKey: string;
}

/** The entries that answer a search: the chosen ones, each as often as there are copies. */
export interface Found {
  readonly set: EntrySet;
  readonly indexes: Uint32Array;
  readonly copies: number;
  /** These are the names of a zone. */
  readonly isZone: boolean;
}

interface Place {
  readonly set: EntrySet;
  readonly index: number;
}

const GUID_DN = /^<guid=([^>]+)>$/i;
const METADATA = 'replpropertymetadata';
const DESCRIPTOR = 'ntsecuritydescriptor';

/** The captured directory. */
export class ReplayDirectory {
  readonly #objects: EntrySet;
  /** By the zone's DN in lower case. */
  readonly #zones = new Map<string, EntrySet>();
  readonly #copies: number;
  /** What was found for each query: the pages of one search ask again and again. */
  readonly #found = new Map<string, Found | null>();

  /** @param copies how often the names of each zone are served, each time under other names */
  constructor(folder: string, copies: number) {
    this.#objects = new EntrySet(readFileSync(join(folder, OBJECTS_FILE)));
    for (const file of readdirSync(folder).filter((name) => ZONE_FILE.test(name))) {
      const set = new EntrySet(readFileSync(join(folder, file)));
      this.#zones.set(parentOf(set.dn(0)), set);
    }
    this.#copies = copies;
  }

  /** The answer to a search, or null when there is no such base. */
  search(query: Query): Found | null {
    const key = `${query.scope} ${query.base} ${query.filterKey}`;
    const known = this.#found.get(key);
    if (known !== undefined) return known;
    const found = this.#search(query);
    this.#found.set(key, found);
    return found;
  }

  /** Puts a new descriptor on an object, as one originating write; false when there is no such object. */
  writeDescriptor(dn: string, descriptor: Uint8Array): boolean {
    const place = this.#locate(dn.toLowerCase());
    if (place === null) return false;
    const { set, index } = place;
    set.write(index, DESCRIPTOR, attributeOf('nTSecurityDescriptor', descriptor));
    const [metadata] = set.values(index, METADATA);
    if (metadata !== undefined)
      set.write(index, METADATA, attributeOf('replPropertyMetaData', raised(metadata)));
    return true;
  }

  #search(query: Query): Found | null {
    const base = query.base.toLowerCase();
    if (query.scope === 'base') {
      const place = this.#locate(base);
      return place === null
        ? null
        : { set: place.set, indexes: Uint32Array.of(place.index), copies: 1, isZone: false };
    }
    const zone = query.scope === 'one' ? this.#zones.get(base) : undefined;
    if (zone !== undefined) {
      return { set: zone, indexes: selectEntries(zone, query.filter), copies: this.#copies, isZone: true };
    }
    const set = this.#objects;
    const below = selectEntries(set, query.filter).filter((index) =>
      isBelow(set.dn(index), base, query.scope),
    );
    return below.length > 0 || this.#hasBelow(base)
      ? { set, indexes: below, copies: 1, isZone: false }
      : null;
  }

  #locate(dn: string): Place | null {
    const guid = GUID_DN.exec(dn)?.[1];
    const [type, value] =
      guid === undefined
        ? ['distinguishedname', Buffer.from(dn)]
        : ['objectguid', Buffer.from(encodeGuid(parseGuid(guid)))];
    for (const set of [this.#objects, ...this.#zones.values()]) {
      const [index] = set.find(type, value);
      if (index !== undefined) return { set, index };
    }
    return null;
  }

  #hasBelow(base: string): boolean {
    for (let index = 0; index < this.#objects.count; index++) {
      if (isBelow(this.#objects.dn(index), base, 'sub')) return true;
    }
    return false;
  }
}

function isBelow(dn: string, base: string, scope: Query['scope']): boolean {
  const lower = dn.toLowerCase();
  return scope === 'sub' ? lower === base || lower.endsWith(`,${base}`) : parentOf(dn) === base;
}

/** The DN behind the first RDN, in lower case. */
function parentOf(dn: string): string {
  return dn.toLowerCase().replace(/^(?:\\.|[^,\\])*,/s, '');
}

/** The metadata after one more write of the descriptor. */
function raised(metadata: Uint8Array): Uint8Array {
  return encodeReplPropertyMetaData(
    decodeReplPropertyMetaData(metadata).map((item) =>
      item.attid === ATTRIBUTE_IDS.nTSecurityDescriptor ? { ...item, version: item.version + 1 } : item,
    ),
  );
}
