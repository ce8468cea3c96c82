/**
 * The few DNS messages that finding a server takes: a question, and the SRV and address records of the answer.
 * RFC 1035 4; SRV RFC 2782; AAAA RFC 3596. All numbers are big-endian.
 *
 * | offset | size | field                                                    |
 * | ------ | ---- | -------------------------------------------------------- |
 * | 0      | 2    | ID                                                       |
 * | 2      | 2    | 8000 is an answer, 0200 truncated, 0100 recursion wanted, 000f RCODE |
 * | 4      | 8    | QDCOUNT, ANCOUNT, NSCOUNT, ARCOUNT                       |
 * | 12     |      | questions: name, type 2, class 2                         |
 * |        |      | records: name, type 2, class 2, TTL 4, RDLENGTH 2, RDATA |
 *
 * The resolver of Node cannot be asked: it refuses an SRV record whose target is compressed, as Samba and many small
 * DNS servers send it, and RFC 3597 4 asks to accept.
 */

import { normalizeFqdn } from '../../formats/dns-name.ts';
import { formatIpv4, formatIpv6 } from '../../formats/ip-address.ts';
import { Reader } from '../../formats/reader.ts';
import { readWireName, writeWireName } from '../../formats/wire-name.ts';
import { Writer } from '../../formats/writer.ts';

/** Record types that can be asked for, by their number. */
export const DNS_TYPES = { A: 1, AAAA: 28, SRV: 33 } as const;

export type DnsType = keyof typeof DNS_TYPES;

/** One server of a service. RFC 2782 */
export interface SrvRecord {
  /** Lower goes first. */
  readonly priority: number;
  /** The share of those with the same priority; 0 nearly never goes first. */
  readonly weight: number;
  /** Host name without trailing dot; `.` means that there is no such service. */
  readonly target: string;
}

/** What a DNS server answered. */
export interface DnsAnswer {
  readonly id: number;
  /** The answer did not fit: it is to be asked for again over TCP. */
  readonly truncated: boolean;
  /** 0 success, 2 the server failed, 3 no such name, 5 refused. */
  readonly rcode: number;
  /** The SRV records of the answer section. */
  readonly srv: readonly SrvRecord[];
  /** Addresses of any section, by the normalized name of their host. */
  readonly addresses: ReadonlyMap<string, readonly string[]>;
}

const CLASS_IN = 1;
const IS_ANSWER = 0x8000;
const TRUNCATED = 0x0200;
const RECURSION_WANTED = 0x0100;

/** The message that asks for the records of one type. @throws FormatError when `name` is no DNS name */
export function encodeQuestion(id: number, name: string, type: DnsType): Uint8Array {
  const writer = new Writer().u16be(id).u16be(RECURSION_WANTED);
  writer.u16be(1).u16be(0).u16be(0).u16be(0);
  writeWireName(writer, name);
  return writer.u16be(DNS_TYPES[type]).u16be(CLASS_IN).bytes();
}

/** Reads an answer; records of other types are passed over. @throws FormatError when it is none */
export function decodeAnswer(bytes: Uint8Array): DnsAnswer {
  const reader = new Reader(bytes, 'DNS message');
  const id = reader.u16be('ID');
  const flags = reader.u16be('flags');
  if ((flags & IS_ANSWER) === 0) throw reader.error('it is a question', 2);
  const questions = reader.u16be('QDCOUNT');
  const answers = reader.u16be('ANCOUNT');
  const others = reader.u16be('NSCOUNT') + reader.u16be('ARCOUNT');
  const truncated = (flags & TRUNCATED) !== 0;
  const srv: SrvRecord[] = [];
  const addresses = new Map<string, string[]>();
  // What is left of a truncated message is not looked at.
  if (!truncated) {
    for (let left = questions; left > 0; left--) skipQuestion(reader);
    for (let left = answers; left > 0; left--) readRecord(reader, srv, addresses);
    for (let left = others; left > 0; left--) readRecord(reader, [], addresses);
  }
  return { id, truncated, rcode: flags & 0xf, srv, addresses };
}

function skipQuestion(reader: Reader): void {
  readWireName(reader, 'QNAME');
  reader.skip(4, 'question');
}

function readRecord(reader: Reader, srv: SrvRecord[], addresses: Map<string, string[]>): void {
  const name = normalizeFqdn(readWireName(reader, 'NAME'));
  const type = reader.u16be('TYPE');
  reader.skip(6, 'CLASS and TTL');
  const length = reader.u16be('RDLENGTH');
  const end = reader.offset + length;
  if (type === DNS_TYPES.SRV) {
    const priority = reader.u16be('Priority');
    const weight = reader.u16be('Weight');
    // Which port it is, is settled by how the connection is protected.
    reader.skip(2, 'Port');
    srv.push({ priority, weight, target: readWireName(reader, 'Target') });
  } else if ((type === DNS_TYPES.A && length === 4) || (type === DNS_TYPES.AAAA && length === 16)) {
    const address = reader.take(length, 'ADDRESS');
    const text = length === 4 ? formatIpv4(address) : formatIpv6(address);
    addresses.set(name, [...(addresses.get(name) ?? []), text]);
  }
  reader.seek(end, 'RDLENGTH');
}
