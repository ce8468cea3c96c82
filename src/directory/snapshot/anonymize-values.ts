/** The binary values of a snapshot under pseudonyms: records, zone properties, descriptors, metadata. */

import type { Ace } from '../../formats/ace.ts';
import { DNS_PROPERTY_IDS, decodeDnsProperty } from '../../formats/dns-property.ts';
import { decodeDnsRecord, encodeDnsRecord, type Rdata } from '../../formats/dns-record.ts';
import { decodeReplPropertyMetaData, encodeReplPropertyMetaData } from '../../formats/repl-metadata.ts';
import {
  type AclState,
  decodeSecurityDescriptor,
  encodeSecurityDescriptor,
} from '../../formats/security-descriptor.ts';
import type { Pseudonyms } from './pseudonyms.ts';

const RECORD_HEADER_BYTES = 24;
/** Enough of a condition to be known as one. [MS-DTYP] 2.4.4.17.4 */
const CONDITION_MARK_BYTES = 4;
/** Properties that are numbers or times; the others name servers. */
const PLAIN_PROPERTIES: ReadonlySet<number> = new Set([
  ...[DNS_PROPERTY_IDS.ZONE_TYPE, DNS_PROPERTY_IDS.ALLOW_UPDATE, DNS_PROPERTY_IDS.SECURE_TIME],
  ...[DNS_PROPERTY_IDS.NOREFRESH_INTERVAL, DNS_PROPERTY_IDS.REFRESH_INTERVAL, DNS_PROPERTY_IDS.AGING_STATE],
  ...[DNS_PROPERTY_IDS.AGING_ENABLED_TIME, DNS_PROPERTY_IDS.DCPROMO_CONVERT, DNS_PROPERTY_IDS.NODE_DBFLAGS],
]);

/** A record that cannot be read keeps its header only, so that it still cannot. */
export function anonymizeRecord(bytes: Uint8Array, names: Pseudonyms): Uint8Array {
  try {
    const record = decodeDnsRecord(bytes);
    const data = anonymizeRdata(record.data, names);
    return encodeDnsRecord({ ...record, data, raw: null });
  } catch {
    return Uint8Array.from(bytes, (byte, at) => (at < RECORD_HEADER_BYTES ? byte : 0));
  }
}

function anonymizeRdata(data: Rdata, names: Pseudonyms): Rdata {
  switch (data.kind) {
    case 'tombstone':
      return data;
    case 'a':
      return { ...data, address: names.ipv4(data.address) };
    case 'aaaa':
      return { ...data, address: names.ipv6(data.address) };
    case 'wks':
      return { ...data, address: names.ipv4(data.address) };
    case 'name':
    case 'srv':
    case 'mx':
      return { ...data, target: names.dnsName(data.target) };
    case 'soa': {
      const { primaryServer, administrator } = data;
      return {
        ...data,
        primaryServer: names.dnsName(primaryServer),
        administrator: names.dnsName(administrator),
      };
    }
    case 'two-names':
      return { ...data, first: names.dnsName(data.first), second: names.dnsName(data.second) };
    case 'strings':
      return { ...data, strings: data.strings.map(names.bytes) };
    case 'naptr': {
      const { regexp, replacement } = data;
      return { ...data, regexp: names.bytes(regexp), replacement: names.dnsName(replacement) };
    }
    case 'unknown':
      return { ...data, bytes: names.bytes(data.bytes) };
  }
}

/** Null for a property that names servers, or cannot be read. */
export function anonymizeProperty(bytes: Uint8Array): Uint8Array | null {
  try {
    return PLAIN_PROPERTIES.has(decodeDnsProperty(bytes).id) ? bytes : null;
  } catch {
    return null;
  }
}

/** A descriptor that cannot be read becomes one byte, which cannot be read either. */
export function anonymizeDescriptor(bytes: Uint8Array, names: Pseudonyms): Uint8Array {
  try {
    const sd = decodeSecurityDescriptor(bytes);
    return encodeSecurityDescriptor({
      ...sd,
      owner: sd.owner === null ? null : names.sid(sd.owner),
      group: sd.group === null ? null : names.sid(sd.group),
      dacl: anonymizeAcl(sd.dacl, names),
      sacl: { kind: 'absent' },
    });
  } catch {
    return Uint8Array.of(0);
  }
}

function anonymizeAcl(state: AclState, names: Pseudonyms): AclState {
  if (state.kind !== 'present') return state;
  const aces = state.acl.aces.map((ace) => anonymizeAce(ace, names));
  return { kind: 'present', acl: { ...state.acl, aces, slack: zeros(state.acl.slack, 0) } };
}

function anonymizeAce(ace: Ace, names: Pseudonyms): Ace {
  if (ace.kind === 'unknown') return { ...ace, body: zeros(ace.body, 0) };
  return { ...ace, sid: names.sid(ace.sid), extra: zeros(ace.extra, CONDITION_MARK_BYTES) };
}

function zeros(bytes: Uint8Array, keep: number): Uint8Array {
  return Uint8Array.from(bytes, (byte, at) => (at < keep ? byte : 0));
}

/** Null when it cannot be read. */
export function anonymizeMetadata(bytes: Uint8Array, names: Pseudonyms): Uint8Array | null {
  try {
    const entries = decodeReplPropertyMetaData(bytes);
    return encodeReplPropertyMetaData(
      entries.map((entry) => ({ ...entry, invocationId: names.guid(entry.invocationId) })),
    );
  } catch {
    return null;
  }
}
