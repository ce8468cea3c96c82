/** What the tests of the security formats share: vectors, their JSON form, and damage. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { FormatError } from '../../src/errors.ts';
import type { SddlContext } from '../../src/formats/sddl.ts';
import { parseSid } from '../../src/formats/sid.ts';

/** A row of test/vectors; which of the optional fields there are depends on the format and the kind. */
export interface Vector {
  readonly name: string;
  readonly source: string;
  readonly hex?: string;
  readonly text?: string;
  readonly value?: unknown;
  readonly canonicalHex?: string;
  readonly canonicalText?: string;
  readonly offset?: number;
}

export type VectorKind = 'valid' | 'noncanonical' | 'invalid';

export const DOMAIN: SddlContext = {
  domainSid: parseSid('S-1-5-21-1047456448-2337630968-2720937775'),
  rootDomainSid: parseSid('S-1-5-21-11-22-33'),
};

export function loadVectors(format: string, kind: VectorKind): readonly Vector[] {
  const url = new URL(`../vectors/${format}/${kind}.json`, import.meta.url);
  return JSON.parse(readFileSync(url, 'utf8'));
}

/** The bytes of a row that has them. */
export function bytesOf(hex: string | undefined): Uint8Array {
  assert.notEqual(hex, undefined);
  return new Uint8Array(Buffer.from(hex as string, 'hex'));
}

export function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

/** A decoded value as the vectors write it: byte arrays in hexadecimal. */
export function toJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (_, item) => (item instanceof Uint8Array ? hexOf(item) : item)));
}

/** Decodes every cut-off prefix and 300 seeded damages of `bytes`: each must give a value or a FormatError. */
export function assertSurvivesDamage(bytes: Uint8Array, decode: (bytes: Uint8Array) => unknown): void {
  for (let length = 0; length < bytes.length; length++) valueOrFormatError(bytes.slice(0, length), decode);
  const random = seededRandom(bytes.length);
  for (let round = 0; round < 300 && bytes.length > 0; round++) {
    valueOrFormatError(damage(bytes, random), decode);
  }
}

/** The value, or the FormatError that was thrown instead; any other error fails the test. */
export function valueOrFormatError<T>(bytes: Uint8Array, decode: (bytes: Uint8Array) => T): T | FormatError {
  try {
    return decode(bytes);
  } catch (error) {
    assert.ok(error instanceof FormatError, `${hexOf(bytes)}: ${error}`);
    return error;
  }
}

/** A copy with one to three bytes changed. */
export function damage(bytes: Uint8Array, random: () => number): Uint8Array {
  const damaged = bytes.slice();
  const count = 1 + Math.floor(random() * 3);
  for (let change = 0; change < count; change++) {
    damaged[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
  }
  return damaged;
}

/** Numbers from 0 to below 1 that are the same in every run. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
