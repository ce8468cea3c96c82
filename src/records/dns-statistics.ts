/**
 * The counters of dynamic updates of a DNS server, as `Get-DnsServerStatistics` exports them. [MS-DNSP] 2.2.10.2.12
 *
 * Three forms are met: the JSON of ConvertTo-Json, where they stand in UpdateStatistics; that of UpdateStatistics
 * alone; and the CSV of `(Get-DnsServerStatistics).UpdateStatistics | Export-Csv`, one row. Export-Csv of the whole
 * object writes type names in place of numbers and is of no use. All count from the start of the DNS service.
 */

import { readCsv } from '../formats/csv.ts';
import { decodeText, type InputFile, unusableFile } from '../formats/text-file.ts';

/** The counters that speak of the switch, in the order in which they are told. */
const UPDATE_COUNTERS = [
  'Received',
  'Completed',
  'RefusedNonSecure',
  'RefusedAccessDenied',
  'SecureSuccess',
  'SecureFailure',
  'SecureDsWriteFailure',
] as const;

export type UpdateCounter = (typeof UPDATE_COUNTERS)[number];

/** The counters of one export; one that it does not hold is missing. */
export type UpdateStatistics = Readonly<Partial<Record<UpdateCounter, number>>>;

/**
 * Reads an export, JSON or CSV.
 *
 * @throws UsageError when it is neither, or holds none of the counters
 */
export function parseDnsStatistics(bytes: Uint8Array, file: InputFile): UpdateStatistics {
  const text = decodeText(bytes, file, 'DNS statistics').trimStart();
  const values = /^[[{]/.test(text) ? fromJson(text, file) : fromCsv(bytes, file);
  const found: Partial<Record<UpdateCounter, number>> = {};
  for (const counter of UPDATE_COUNTERS) {
    const value = values.get(counter.toLowerCase());
    if (value !== undefined) found[counter] = value;
  }
  if (Object.keys(found).length === 0) {
    const cure = '(Get-DnsServerStatistics).UpdateStatistics | ConvertTo-Json, or | Export-Csv';
    throw unusableFile(
      file,
      'DNS statistics',
      `it holds none of ${UPDATE_COUNTERS.join(', ')}; needs ${cure}`,
    );
  }
  return found;
}

function fromJson(text: string, file: InputFile): ReadonlyMap<string, number> {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    throw unusableFile(file, 'JSON', (error as Error).message);
  }
  const first: unknown = Array.isArray(document) ? document[0] : document;
  const update = isObject(first) && isObject(first.UpdateStatistics) ? first.UpdateStatistics : first;
  return countersOf(isObject(update) ? Object.entries(update) : []);
}

function fromCsv(bytes: Uint8Array, file: InputFile): ReadonlyMap<string, number> {
  const { header, rows } = readCsv(bytes, file);
  return countersOf(header.map((name, index) => [name, rows[0]?.fields[index]] as const));
}

function countersOf(entries: readonly (readonly [string, unknown])[]): ReadonlyMap<string, number> {
  const values = new Map<string, number>();
  for (const [name, value] of entries) {
    const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
    if (typeof number === 'number' && Number.isInteger(number)) values.set(name.toLowerCase(), number);
  }
  return values;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
