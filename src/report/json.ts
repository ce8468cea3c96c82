/**
 * JSON output: one document with a common head, or one line per value. In a document, values that JSON has no form
 * for become text in one way:
 *
 * | value      | becomes                                        |
 * | ---------- | ---------------------------------------------- |
 * | Date       | ISO 8601 UTC in seconds `2026-11-20T21:00:00Z` |
 * | Uint8Array | base64                                         |
 * | bigint     | decimal digits in a string                     |
 *
 * Keys keep the order in which they were set, so that two runs over the same data give the same bytes.
 */

import type { Problem } from '../errors.ts';
import { safeForJson } from './safe-text.ts';

/** The head that every JSON document has, after `schemaVersion`. */
export interface JsonCommon {
  readonly command: string;
  readonly generatedAt: Date;
  /** The pinned DC or the snapshot's file name; null when nothing was read. */
  readonly server: string | null;
  readonly zones: readonly string[];
  readonly problems: readonly Problem[];
}

/**
 * A whole document: the common head first, then `body`, indented by two, with a final line end. A key of the
 * head that `body` sets again (the `zones` command does) keeps its place and takes the body's value.
 */
export function jsonDocument(common: JsonCommon, body: Readonly<Record<string, unknown>>): string {
  const { command, generatedAt, server, zones, problems } = common;
  const document = { schemaVersion: 1, command, generatedAt, server, zones, problems, ...body };
  return `${safeForJson(JSON.stringify(document, plainValue, 2))}\n`;
}

/**
 * One value on one line, without a line end. The value has to be plain JSON, dates as `isoSeconds` writes them: a zone
 * has a line for each name, and converting on the way out would double what writing costs.
 */
export function jsonLine(value: Readonly<Record<string, unknown>>): string {
  return safeForJson(JSON.stringify(value));
}

/** The same with its line end. */
export function ndjsonLine(value: Readonly<Record<string, unknown>>): string {
  return `${jsonLine(value)}\n`;
}

/** A replacer. It looks at the holder because `value` has been through toJSON, which Date and Buffer have. */
function plainValue(this: unknown, key: string, value: unknown): unknown {
  const original = (this as Readonly<Record<string, unknown>>)[key];
  if (original instanceof Date) return isoSeconds(original);
  if (original instanceof Uint8Array) return Buffer.from(original).toString('base64');
  return typeof original === 'bigint' ? original.toString() : value;
}

/** ISO 8601 UTC in seconds: `2026-11-20T21:00:00Z`. @throws RangeError when the date is invalid */
export function isoSeconds(date: Date): string {
  return date.toISOString().replace(/\.\d{3}Z$/, 'Z');
}
