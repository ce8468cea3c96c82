/**
 * What a domain controller answers to an LDAP ping: NETLOGON_SAM_LOGON_RESPONSE_EX. [MS-ADTS] 6.3.1.9, little-endian
 *
 * | offset | size | field                                                                        |
 * | ------ | ---- | ---------------------------------------------------------------------------- |
 * | 0      | 2    | Opcode: 23 the answer, 25 the answer for a user it does not know, 24 paused    |
 * | 2      | 2    | Sbz                                                                          |
 * | 4      | 4    | Flags, see NETLOGON_FLAGS                                                    |
 * | 8      | 16   | DomainGuid                                                                   |
 * | 24     |      | DnsForestName, DnsDomainName, DnsHostName, NetbiosDomainName, NetbiosComputerName, UserName, |
 * |        |      | DcSiteName, ClientSiteName: names of wire-name.ts                            |
 * |        |      | DcSockAddrSize 1 and DcSockAddr, NextClosestSiteName: only when they were asked for |
 * | end-8  | 4    | NtVersion                                                                    |
 * | end-4  | 4    | LmNtToken, Lm20Token                                                         |
 *
 * What comes behind ClientSiteName is not needed and not read.
 */

import { Reader } from '../../formats/reader.ts';
import { readWireName } from '../../formats/wire-name.ts';

/** What a domain controller says about itself. [MS-ADTS] 6.3.1.2 */
export const NETLOGON_FLAGS = {
  /** The server is in the client's site, or in the one that covers it. */
  closest: 0x80,
  writable: 0x100,
} as const;

export interface NetlogonAnswer {
  readonly flags: number;
  /** Names are without trailing dot. */
  readonly forest: string;
  readonly domain: string;
  readonly host: string;
  readonly netbiosDomain: string;
  /** The site of the server. */
  readonly site: string;
  /** The site that the client's address belongs to; null when no subnet is configured for it. */
  readonly clientSite: string | null;
}

const OPCODES = { answer: 23, paused: 24, userUnknown: 25 } as const;

/** @throws FormatError when it is anything else, or the server says that its logon service is paused */
export function decodeNetlogonAnswer(bytes: Uint8Array): NetlogonAnswer {
  const reader = new Reader(bytes, 'NETLOGON_SAM_LOGON_RESPONSE_EX');
  const opcode = reader.u16le('Opcode');
  if (opcode === OPCODES.paused) throw reader.error('the server has paused its logon service', 0);
  if (opcode !== OPCODES.answer && opcode !== OPCODES.userUnknown) {
    throw reader.error(`Opcode is ${opcode}, needs 23 or 25`, 0);
  }
  reader.skip(2, 'Sbz');
  const flags = reader.u32le('Flags');
  reader.skip(16, 'DomainGuid');
  const forest = readWireName(reader, 'DnsForestName');
  const domain = readWireName(reader, 'DnsDomainName');
  const host = readWireName(reader, 'DnsHostName');
  const netbiosDomain = readWireName(reader, 'NetbiosDomainName');
  readWireName(reader, 'NetbiosComputerName');
  readWireName(reader, 'UserName');
  const site = readWireName(reader, 'DcSiteName');
  const clientSite = readWireName(reader, 'ClientSiteName');
  return {
    flags,
    forest,
    domain,
    host,
    netbiosDomain,
    site,
    clientSite: clientSite === '.' ? null : clientSite,
  };
}
