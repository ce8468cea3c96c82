/**
 * The types of resource records that a zone in Active Directory can hold. [MS-DNSP] 2.2.2.1.1
 */

/** Codes by name, as the specification lists them; ZERO marks a tombstone. [MS-DNSP] 2.2.2.1.1 */
export const DNS_RECORD_TYPES = {
  ZERO: 0,
  A: 1,
  NS: 2,
  MD: 3,
  MF: 4,
  CNAME: 5,
  SOA: 6,
  MB: 7,
  MG: 8,
  MR: 9,
  NULL: 10,
  WKS: 11,
  PTR: 12,
  HINFO: 13,
  MINFO: 14,
  MX: 15,
  TXT: 16,
  RP: 17,
  AFSDB: 18,
  X25: 19,
  ISDN: 20,
  RT: 21,
  SIG: 24,
  KEY: 25,
  AAAA: 28,
  LOC: 29,
  NXT: 30,
  SRV: 33,
  ATMA: 34,
  NAPTR: 35,
  DNAME: 39,
  DS: 43,
  RRSIG: 46,
  NSEC: 47,
  DNSKEY: 48,
  DHCID: 49,
  NSEC3: 50,
  NSEC3PARAM: 51,
  TLSA: 52,
  ALL: 255,
  WINS: 0xff01,
  WINSR: 0xff02,
} as const;

/** The name of a type that this program knows. */
export type DnsRecordTypeName = keyof typeof DNS_RECORD_TYPES;

const NAMES: ReadonlyMap<number, string> = new Map(
  Object.entries(DNS_RECORD_TYPES).map(([name, code]) => [code, name]),
);
const CODES: ReadonlyMap<string, number> = new Map(Object.entries(DNS_RECORD_TYPES));

/** `PTR` for 12; `TYPE65280` for a code without a name (RFC 3597 5). */
export function recordTypeName(code: number): string {
  return NAMES.get(code) ?? `TYPE${code}`;
}

/** The code of a name in any case, `TYPE65280` included; null when there is no such type. */
export function recordTypeCode(name: string): number | null {
  const upper = name.toUpperCase();
  const generic = /^TYPE(\d{1,5})$/.exec(upper)?.[1];
  if (generic === undefined) return CODES.get(upper) ?? null;
  return Number(generic) <= 0xffff ? Number(generic) : null;
}
