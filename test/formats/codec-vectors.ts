/** What the tests of codecs share: rows of test/vectors, values in the form those files have, and damaged input. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { FormatError } from '../../src/errors.ts';

/** A row of a binary format. `error` is a part of the message that an invalid row gives. */
export interface HexRow {
  readonly name: string;
  readonly source: string;
  readonly hex: string;
  readonly value?: unknown;
  readonly canonicalHex?: string;
  readonly error?: string;
}

/** A row of a text format. */
export interface TextRow<Value> {
  readonly name: string;
  readonly source: string;
  readonly text: string;
  readonly value: Value;
}

/** Reads `test/vectors/<format>/<file>.json`. */
export function loadRows<Row>(format: string, file: string): readonly Row[] {
  const url = new URL(`../vectors/${format}/${file}.json`, import.meta.url);
  const rows: readonly Row[] = JSON.parse(readFileSync(url, 'utf8'));
  assert.ok(rows.length > 0);
  return rows;
}

/** A value as vector files write it: bytes as hex, bigint as decimal text, dates in ISO 8601, maps as objects. */
export function asJson(value: unknown): unknown {
  if (value instanceof Uint8Array) return hexOf(value);
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(asJson);
  if (value instanceof Map) return asJson(Object.fromEntries(value));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, asJson(field)]));
}

/** Plain bytes, not a Buffer. */
export function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex, 'hex'));
}

export function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

/** Decodes a row that must fail and checks what is said. */
export function assertRefused(decode: (bytes: Uint8Array) => unknown, row: HexRow): void {
  assert.throws(
    () => decode(bytesOf(row.hex)),
    (error: unknown) => {
      assert.ok(error instanceof FormatError);
      assert.ok(error.message.includes(row.error ?? 'the row has no error'), error.message);
      return true;
    },
  );
}

/** Every cut-off prefix and 300 damaged copies must decode to a value or give a FormatError, nothing else. */
export function assertSurvivesDamage(decode: (bytes: Uint8Array) => unknown, hex: string): void {
  const bytes = bytesOf(hex);
  for (const damaged of [...prefixesOf(bytes), ...flippedCopiesOf(bytes, 300)]) {
    try {
      assert.notEqual(decode(damaged), undefined);
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
    }
  }
}

/** A repeatable source of numbers from 0 to `limit` - 1 (xorshift). */
export function seededRandom(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
}

function prefixesOf(bytes: Uint8Array): Uint8Array[] {
  return Array.from(bytes, (_, length) => bytes.slice(0, length));
}

function flippedCopiesOf(bytes: Uint8Array, count: number): Uint8Array[] {
  const random = seededRandom(20_261_120);
  return Array.from({ length: bytes.length === 0 ? 0 : count }, () => {
    const copy = bytes.slice();
    for (let flips = random(3) + 1; flips > 0; flips -= 1) copy[random(copy.length)] = random(256);
    return copy;
  });
}
