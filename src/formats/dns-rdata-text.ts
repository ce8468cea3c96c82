/**
 * What a record says, as a line of a zone file would put it: RFC 1035 5.1 for the types of old, RFC 2782 for SRV,
 * RFC 3403 for NAPTR, and the `\# length hex` of RFC 3597 5 for everything kept as bytes.
 */

import { escapeBytes } from './dns-name.ts';
import type { Rdata } from './dns-rdata.ts';
import { filetimeToDate } from './filetime.ts';

/**
 * The presentation form of a record's data, names with their trailing dot.
 *
 * A tombstone has none in the DNS; it gives the time of its death in ISO 8601, or the bare FILETIME when that is no
 * date.
 */
export function formatRdata(record: { readonly data: Rdata }): string {
  const { data } = record;
  switch (data.kind) {
    case 'tombstone':
      return filetimeToDate(data.entombedTime)?.toISOString() ?? String(data.entombedTime);
    case 'a':
    case 'aaaa':
      return data.address;
    case 'name':
      return absolute(data.target);
    case 'soa':
      return [
        absolute(data.primaryServer),
        absolute(data.administrator),
        data.serial,
        data.refreshSeconds,
        data.retrySeconds,
        data.expireSeconds,
        data.minimumTtlSeconds,
      ].join(' ');
    case 'srv':
      return `${data.priority} ${data.weight} ${data.port} ${absolute(data.target)}`;
    case 'mx':
      return `${data.preference} ${absolute(data.target)}`;
    case 'strings':
      return data.strings.map(quoted).join(' ');
    case 'two-names':
      return `${absolute(data.first)} ${absolute(data.second)}`;
    case 'naptr':
      return [
        data.order,
        data.preference,
        ...[data.flags, data.service, data.regexp].map(quoted),
        absolute(data.replacement),
      ].join(' ');
    case 'wks':
      return [data.address, data.protocol, ...portsOf(data.bitmask)].join(' ');
    case 'unknown':
      return ['\\#', data.bytes.length, Buffer.from(data.bytes).toString('hex')].join(' ').trimEnd();
    default:
      return data satisfies never;
  }
}

function absolute(name: string): string {
  return name === '.' ? name : `${name}.`;
}

function quoted(string: Uint8Array): string {
  return `"${escapeBytes(string, '"\\', 0x20)}"`;
}

/** The ports of a WKS bit mask: the highest bit of the first byte is port 0. RFC 1035 3.4.2 */
function portsOf(bitmask: Uint8Array): number[] {
  const ports: number[] = [];
  for (const [index, byte] of bitmask.entries()) {
    for (let bit = 0; bit < 8; bit += 1) if (byte & (0x80 >> bit)) ports.push(index * 8 + bit);
  }
  return ports;
}
