/**
 * The domain that the tests of records, assess, plan and apply speak of: corp.example.com, with real bytes for its
 * objects. In SDDL, `DOM` stands for the SID of the domain and `FULL` for full control.
 */

import { parseDn } from '../../src/formats/dn.ts';
import { type DnsRecord, encodeDnsRecord, type Rdata } from '../../src/formats/dns-record.ts';
import { encodeGuid, type Guid, parseGuid } from '../../src/formats/guid.ts';
import { createDescriptorDecoder, type NodeDescriptor } from '../../src/formats/node-descriptor.ts';
import { parseSddl, type SddlContext } from '../../src/formats/sddl.ts';
import { encodeSecurityDescriptor } from '../../src/formats/security-descriptor.ts';
import { encodeSid, parseSid, type Sid, sidOf } from '../../src/formats/sid.ts';
import { type Account, decodeAccount } from '../../src/records/account.ts';
import { type DnsNode, decodeNode } from '../../src/records/node.ts';
import type { DirectoryInfo, DomainInfo, RawEntry, ZonePartition } from '../../src/records/source.ts';
import { decodeZone, type Zone } from '../../src/records/zone.ts';

export const DOMAIN_SID: Sid = parseSid('S-1-5-21-1047456448-2337630968-2720937775');
export const SDDL: SddlContext = { domainSid: DOMAIN_SID, rootDomainSid: DOMAIN_SID };

export const RIDS = {
  host: 1109,
  dhcpServer: 1110,
  dhcpUpdate: 1155,
  dnsAdmins: 1101,
  dnsUpdateProxy: 1102,
  helpdesk: 1130,
  orphan: 1187,
} as const;

export const DOMAIN: DomainInfo = {
  dn: parseDn('DC=corp,DC=example,DC=com'),
  dnsName: 'corp.example.com',
  netbiosName: 'CORP',
  sid: DOMAIN_SID,
  inForest: true,
  answered: true,
};

/** A domain of the same forest that this source cannot search. */
export const CHILD_DOMAIN: DomainInfo = {
  dn: parseDn('DC=child,DC=corp,DC=example,DC=com'),
  dnsName: 'child.corp.example.com',
  netbiosName: 'CHILD',
  sid: null,
  inForest: true,
  answered: false,
};

export const PARTITION: ZonePartition = {
  kind: 'domain',
  namingContext: parseDn('DC=DomainDnsZones,DC=corp,DC=example,DC=com'),
  container: parseDn('CN=MicrosoftDNS,DC=DomainDnsZones,DC=corp,DC=example,DC=com'),
  server: 'dc1.corp.example.com',
};

export const INFO: DirectoryInfo = {
  server: 'dc1.corp.example.com',
  live: false,
  takenAt: null,
  domains: [DOMAIN, CHILD_DOMAIN],
  domain: DOMAIN,
  rootDomain: DOMAIN,
  configurationDn: parseDn('CN=Configuration,DC=corp,DC=example,DC=com'),
  namesOf: null,
  partitions: [PARTITION],
  problems: [],
};

/** What a new name gets besides the ACE of its creator. */
export const INHERITED: string =
  '(A;CIID;CCDCLCSWRPWPDTCRSDRCWDWO;;;ED)(A;CIID;FULL;;;EA)(A;CIID;LC;;;RU)(A;CIID;CCLCSWRPWPLOCRSDRCWDWO;;;BA)';
/** A name whose first registration was a nonsecure update. */
export const OWNED_BY_SYSTEM: string = `O:SYG:SYD:AI(A;;LCRPLORC;;;WD)(A;;FULL;;;ED)(A;;FULL;;;SY)(A;;FULL;;;SY)(A;;FULL;;;DA)${INHERITED}`;

/** The SID of an account of the domain. */
export function domainSid(rid: number): Sid {
  return sidOf(DOMAIN_SID, rid);
}

/** SDDL with `DOM` and `FULL` spelled out. */
export function fullSddl(text: string): string {
  return text.replaceAll('FULL', 'CCDCLCSWRPWPDTLOCRSDRCWDWO').replaceAll('DOM', DOMAIN_SID);
}

/** The stored bytes of a descriptor. */
export function descriptorBytes(sddl: string): Uint8Array {
  return encodeSecurityDescriptor(parseSddl(fullSddl(sddl), SDDL));
}

/** The descriptor as an audit reads it. */
export function nodeDescriptor(sddl: string): NodeDescriptor {
  return createDescriptorDecoder().decode(descriptorBytes(sddl));
}

export type Value = string | Uint8Array;

/** An object as the directory returns it; text becomes UTF-8. */
export function entryOf(
  dn: string,
  attributes: Readonly<Record<string, Value | readonly Value[] | null>> = {},
): RawEntry {
  const filled = Object.entries(attributes).flatMap(([name, value]) =>
    value === null
      ? []
      : [[name.toLowerCase(), [value].flat().map((item) => toBytes(item as Value))] as const],
  );
  return { dn: parseDn(dn), attributes: new Map(filled) };
}

export interface AccountSpec {
  readonly rid: number;
  readonly sam: string;
  readonly kind?: 'computer' | 'user' | 'group' | 'gmsa';
  readonly uac?: number;
  readonly primaryGroup?: number;
  readonly host?: string;
  readonly spns?: readonly string[];
  readonly additional?: readonly string[];
  readonly sidHistory?: readonly Sid[];
  readonly deleted?: boolean;
  readonly domain?: DomainInfo;
  readonly domainSid?: Sid;
}

const CLASSES = {
  computer: ['top', 'person', 'organizationalPerson', 'user', 'computer'],
  user: ['top', 'person', 'organizationalPerson', 'user'],
  group: ['top', 'group'],
  gmsa: ['top', 'user', 'computer', 'msDS-GroupManagedServiceAccount'],
} as const;

/** An account or group as the directory returns it. */
export function accountEntry(spec: AccountSpec): RawEntry {
  const { kind = 'computer', domain = DOMAIN } = spec;
  return entryOf(`CN=${spec.sam.replace(/\$$/, '')},CN=Users,${domain.dn}`, {
    objectClass: CLASSES[kind],
    objectSid: encodeSid(sidOf(spec.domainSid ?? DOMAIN_SID, spec.rid)),
    sAMAccountName: spec.sam,
    userAccountControl: spec.uac === undefined ? null : String(spec.uac),
    primaryGroupID: spec.primaryGroup === undefined ? null : String(spec.primaryGroup),
    dNSHostName: spec.host ?? null,
    servicePrincipalName: spec.spns ?? null,
    'msDS-AdditionalDnsHostName': spec.additional ?? null,
    sIDHistory: spec.sidHistory?.map(encodeSid) ?? null,
    isDeleted: spec.deleted === true ? 'TRUE' : null,
  });
}

/** The same, decoded. */
export function accountOf(spec: AccountSpec): Account {
  return decodeAccount(accountEntry(spec), INFO) as Account;
}

/** The bytes of one dnsRecord value; `timestampHours` 0 is static. A TTL of 1200 s is what Windows clients set. */
export function recordBytes(type: number, data: Rdata, timestampHours = 0, ttlSeconds = 1200): Uint8Array {
  const header: Omit<DnsRecord, 'type' | 'data' | 'timestampHours'> = {
    version: 5,
    rank: 0xf0,
    flags: 0,
    serial: 110,
    ttlSeconds,
    reserved: 0,
    raw: null,
  };
  return encodeDnsRecord({ ...header, type, data, timestampHours });
}

/** 2024-03-15 10:00 UTC. */
export const SOME_HOUR = 3709714;

export function aRecord(address: string, timestampHours: number = SOME_HOUR): Uint8Array {
  return recordBytes(1, { kind: 'a', address }, timestampHours);
}

export function ptrRecord(target: string): Uint8Array {
  return recordBytes(12, { kind: 'name', target }, SOME_HOUR);
}

/** An ordinary zone. */
export function zoneOf(name = 'corp.example.com'): Zone {
  return decodeZone(entryOf(`DC=${name},${PARTITION.container}`), PARTITION).zone;
}

export const SOME_GUID: Guid = parseGuid('6f2a8a5e-1b1c-4d6e-9f00-0123456789ab');

export interface NodeSpec {
  readonly name?: string;
  readonly zone?: string;
  /** null leaves the descriptor out. */
  readonly sddl?: string | null;
  readonly records?: readonly Uint8Array[];
}

/** A dnsNode as the directory returns it. */
export function nodeEntry(spec: NodeSpec = {}): RawEntry {
  const { name = 'pc1', sddl = OWNED_BY_SYSTEM, records = [aRecord('10.0.0.1')] } = spec;
  return entryOf(`DC=${name},${zoneOf(spec.zone).dn}`, {
    dnsRecord: records,
    objectGUID: encodeGuid(SOME_GUID),
    nTSecurityDescriptor: sddl === null ? null : descriptorBytes(sddl),
  });
}

/** The same, decoded. */
export function nodeOf(spec: NodeSpec = {}): DnsNode {
  const descriptors = createDescriptorDecoder();
  return decodeNode(nodeEntry(spec), { zone: zoneOf(spec.zone), descriptors, keepBytes: true }, []);
}

function toBytes(value: Value): Uint8Array {
  return typeof value === 'string' ? new TextEncoder().encode(value) : value;
}
