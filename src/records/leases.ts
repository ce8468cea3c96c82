/**
 * The DHCP servers' own lists of leases, as evidence of who registers a name: which address was given to which host.
 * The lists come from PowerShell on the DHCP servers, as CSV (leases-csv.ts) or as XML (leases-xml.ts).
 */

import type { Problem } from '../errors.ts';
import type { InputFile } from '../formats/text-file.ts';
import type { Lease } from './lease.ts';
import { parseLeasesCsv } from './leases-csv.ts';
import { parseLeasesXml } from './leases-xml.ts';

export type { Lease, LeaseState } from './lease.ts';
export { LeaseIndex, type LeaseMatch } from './lease-index.ts';

const BEFORE_CONTENT: ReadonlySet<number> = new Set([
  ...[0xef, 0xbb, 0xbf, 0xfe, 0xff], // byte order marks
  ...[0x00, 0x09, 0x0a, 0x0d, 0x20], // white space, and the other half of UTF-16
]);
const LESS_THAN = 0x3c;

/**
 * Reads a list of leases, CSV or XML; leases are in the order of the list. What could not be read is a problem at
 * `file:line`, and not among the values.
 *
 * @throws UsageError for `--leases` when the file is neither
 */
export function parseLeases(
  bytes: Uint8Array,
  fileName: string,
): { readonly values: readonly Lease[]; readonly problems: readonly Problem[] } {
  const file: InputFile = { name: fileName, flag: '--leases' };
  const first = bytes.find((byte) => !BEFORE_CONTENT.has(byte));
  return first === LESS_THAN ? parseLeasesXml(bytes, file) : parseLeasesCsv(bytes, file);
}
