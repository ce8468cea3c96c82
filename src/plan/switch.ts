/**
 * The switch of a zone: which value of its dNSProperty is AllowUpdate, and which octets take its place. [MS-DNSP]
 * 2.3.2.1.1 DSPROPERTY_ZONE_ALLOW_UPDATE
 *
 * One value is changed and only where there is no doubt which: the specification names no default for a zone without
 * it, nor which of several a server goes by, and neither is guessed here.
 */

import { FormatError } from '../errors.ts';
import {
  allowUpdateOf,
  DNS_PROPERTY_IDS,
  decodeDnsProperty,
  UPDATE_MODES,
  withAllowUpdate,
} from '../formats/dns-property.ts';
import { u32leAt } from '../formats/reader.ts';

/** A way in which a zone takes dynamic updates. */
export type SetMode = (typeof UPDATE_MODES)[keyof typeof UPDATE_MODES];

/** The AllowUpdate of a zone: its value, or why it cannot be told. */
export type StoredMode =
  | { readonly kind: 'set'; readonly octets: Uint8Array; readonly mode: SetMode }
  | { readonly kind: 'unclear'; readonly reason: string };

const ID_OFFSET = 16;
const HEADER_BYTES = 20;

/** Finds AllowUpdate among the values of a zone's dNSProperty. */
export function findMode(properties: readonly Uint8Array[]): StoredMode {
  const candidates = properties.filter(mayBeAllowUpdate);
  const [octets] = candidates;
  if (properties.length === 0)
    return unclear('it has no properties at all, or this account may not read dNSProperty');
  if (octets === undefined) return unclear('it has no AllowUpdate property');
  if (candidates.length > 1) {
    const list = candidates.map((value) => Buffer.from(value).toString('hex')).join(', ');
    return unclear(`${candidates.length} values may be its AllowUpdate property (${list})`);
  }
  try {
    const property = decodeDnsProperty(octets);
    const number = allowUpdateOf(property);
    if (property.data.length !== 1 || number === null)
      return unclear(`its AllowUpdate property holds ${property.data.length} bytes of data, needs 1`);
    const mode = (UPDATE_MODES as Readonly<Record<number, SetMode>>)[number];
    return mode === undefined
      ? unclear(`its AllowUpdate is ${number}, needs 0, 1 or 2`)
      : { kind: 'set', octets, mode };
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    return unclear(`its AllowUpdate property is damaged: ${error.message}`);
  }
}

/** The octets that say `mode` in place of those of a stored AllowUpdate. */
export function octetsFor(mode: SetMode, stored: Uint8Array): Uint8Array {
  const number = Object.entries(UPDATE_MODES).find(([, word]) => word === mode)?.[0];
  return withAllowUpdate(stored, Number(number));
}

/** True when `now` is `before` with one value taken out and the other put in, and nothing else; order does not count. */
export function isOnlySwap(
  before: readonly Uint8Array[],
  now: readonly Uint8Array[],
  removed: Uint8Array,
  added: Uint8Array,
): boolean {
  const left = sortedKeys(before);
  left.splice(left.indexOf(keyOf(removed)), 1, keyOf(added));
  const right = sortedKeys(now);
  return left.length === right.length && left.sort().every((key, at) => key === right[at]);
}

/** True when one of the values is, byte for byte, `wanted`. */
export function holdsValue(values: readonly Uint8Array[], wanted: Uint8Array): boolean {
  return values.some((value) => Buffer.compare(value, wanted) === 0);
}

/** A value cut off before its Id may be any property. */
function mayBeAllowUpdate(value: Uint8Array): boolean {
  return value.length < HEADER_BYTES || u32leAt(value, ID_OFFSET) === DNS_PROPERTY_IDS.ALLOW_UPDATE;
}

function unclear(reason: string): StoredMode {
  return { kind: 'unclear', reason };
}

function sortedKeys(values: readonly Uint8Array[]): string[] {
  return values.map(keyOf).sort();
}

function keyOf(value: Uint8Array): string {
  return Buffer.from(value).toString('base64');
}
