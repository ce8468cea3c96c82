/**
 * DHCP servers that are authorised in the directory. [MS-DHCPE] 7.3
 *
 * A value of dhcpServers is a list of fields that end in `$`, each with a one-letter tag:
 * `i` IPv4 address, `r` relative path, `f` flags, `s` server name. Order and unknown tags do not matter.
 */

import { rdnOf } from '../formats/dn.ts';
import { textsOf } from './entry.ts';
import type { RawEntry } from './source.ts';

/** One server as the list names it. */
export interface DhcpServerEntry {
  readonly name: string;
  readonly address: string | null;
}

/** The servers of one dHCPClass object; the object's own name stands in when a value names none. */
export function readDhcpServers(entry: RawEntry): readonly DhcpServerEntry[] {
  const common = rdnOf(entry.dn).value;
  return textsOf(entry, 'dhcpservers').map((value) => {
    const fields = value.split('$').filter((field) => field !== '');
    const name = fields.find((field) => field.startsWith('s'))?.slice(1);
    const address = fields.find((field) => field.startsWith('i'))?.slice(1);
    return { name: name === undefined || name === '' ? common : name, address: address ?? null };
  });
}
