/**
 * Is this domain controller there, and what is it? Asked by an LDAP ping: a search for the `netlogon` attribute of
 * the rootDSE over UDP ([MS-ADTS] 6.3.3). Where UDP is dropped on the way the rootDSE is read over the connection
 * that would be used anyway; it does not tell sites.
 */

import { AndFilter, EqualityFilter } from 'ldapts';
import { DirectoryError, FormatError } from '../../errors.ts';
import { type Dn, dnsNameOfDn } from '../../formats/dn.ts';
import type { RawEntry } from '../../records/source.ts';
import { LdapConnection } from '../ldap/ldap-connection.ts';
import { LDAP_TAGS, openMessage } from '../ldap/ldap-wire.ts';
import { textOf } from '../ldap/naming-contexts.ts';
import { encodeSearch } from '../ldap/search-request.ts';
import { openTransport, type TransportOptions } from '../ldap/transport.ts';
import { createEntryReader } from '../ldap/wire-entry.ts';
import { decodeNetlogonAnswer, NETLOGON_FLAGS, type NetlogonAnswer } from './netlogon-answer.ts';
import { askByUdp } from './udp.ts';

/** One server at one of its addresses. */
export interface PingTarget {
  readonly domain: string;
  readonly host: string;
  readonly address: string;
}

/** How the server is asked. */
export interface PingWays {
  /** Where the UDP question goes; 389 unless tests have it elsewhere. */
  readonly udpPort?: number;
  /** How the connection would be opened that is asked where UDP brings no answer. */
  readonly transport: Omit<TransportOptions, 'host' | 'address' | 'connectTimeoutMs'>;
}

const UDP_PORT = 389;
const UDP_PATIENCE = { resendMs: 400, timeoutMs: 1000 };
const TCP_TIMEOUT_MS = 3000;
/** NETLOGON_NT_VERSION_5 and 5EX: the answer that netlogon-answer.ts reads. [MS-ADTS] 6.3.1.1 */
const NT_VERSION = Buffer.of(6, 0, 0, 0);
/** LDAP_CAP_ACTIVE_DIRECTORY_PARTIAL_SECRETS_OID: a read-only domain controller. [MS-ADTS] 3.1.1.3.4.3.6 */
const READ_ONLY_CAPABILITY = '1.2.840.113556.1.4.1920';
const READ_ONLY = 'it is a read-only domain controller';

/**
 * Asks one server.
 *
 * @returns what it says about itself; null when it answered, but only over TCP
 * @throws DirectoryError when it does not answer, or is no writable domain controller of the domain
 * @throws UsageError when the connection cannot be tried as the options are
 */
export async function pingServer(
  target: PingTarget,
  ways: PingWays,
  signal: AbortSignal,
): Promise<NetlogonAnswer | null> {
  const peer = { address: target.address, port: ways.udpPort ?? UDP_PORT };
  let answer: NetlogonAnswer | null;
  try {
    answer = await askByUdp(peer, encodePing(target.domain), readPong, { ...UDP_PATIENCE, signal });
  } catch (error) {
    if (signal.aborted) throw unfit(target, 'no answer in time', error);
    await readRootDse(target, ways);
    return null;
  }
  if (answer === null || !isSameName(answer.domain, target.domain)) throw unfit(target, otherDomain(target));
  if ((answer.flags & NETLOGON_FLAGS.writable) === 0) throw unfit(target, READ_ONLY);
  return answer;
}

function encodePing(domain: string): Uint8Array {
  const filters = [
    new EqualityFilter({ attribute: 'DnsDomain', value: domain }),
    new EqualityFilter({ attribute: 'NtVer', value: NT_VERSION }),
  ];
  const filter = new AndFilter({ filters });
  return encodeSearch({ base: '', scope: 'base', filter, attributes: ['Netlogon'] }, 1, Buffer.alloc(0));
}

/** @returns null when the server has nothing to say about the domain */
function readPong(datagram: Uint8Array): NetlogonAnswer | null {
  const { operation, cursor } = openMessage(Buffer.from(datagram));
  if (operation === LDAP_TAGS.searchDone) return null;
  if (operation !== LDAP_TAGS.searchEntry) {
    throw new FormatError(
      'LDAPMessage',
      `Cannot read the answer to a ping: operation 0x${operation.toString(16)}`,
    );
  }
  const [value] = createEntryReader()(cursor).attributes.get('netlogon') ?? [];
  return value === undefined ? null : decodeNetlogonAnswer(value);
}

/** Nothing but the rootDSE, which everybody may read: nobody is signed in. */
async function readRootDse(target: PingTarget, { transport }: PingWays): Promise<void> {
  const { host, address } = target;
  const stream = await openTransport({ ...transport, host, address, connectTimeoutMs: TCP_TIMEOUT_MS });
  const connection = new LdapConnection(stream, host, TCP_TIMEOUT_MS);
  const attributes = ['defaultNamingContext', 'supportedCapabilities'];
  try {
    const search = { base: '', scope: 'base', filter: '(objectClass=*)', attributes } as const;
    for await (const [root] of connection.search(search)) {
      if (root !== undefined) return judgeRootDse(root, target);
    }
    throw unfit(target, 'it has no rootDSE');
  } finally {
    await connection.close();
  }
}

function judgeRootDse(root: RawEntry, target: PingTarget): void {
  const context = textOf(root, 'defaultnamingcontext');
  if (context === null || !isSameName(dnsNameOfDn(context as Dn), target.domain)) {
    throw unfit(target, otherDomain(target));
  }
  const capabilities = root.attributes.get('supportedcapabilities') ?? [];
  if (capabilities.some((oid) => Buffer.from(oid).toString() === READ_ONLY_CAPABILITY)) {
    throw unfit(target, READ_ONLY);
  }
}

function otherDomain({ domain }: PingTarget): string {
  return `it is no domain controller of ${domain}`;
}

function isSameName(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}

function unfit({ host }: PingTarget, reason: string, cause?: unknown): DirectoryError {
  const context = { operation: 'find a domain controller' };
  return new DirectoryError('unreachable', `Cannot use ${host}: ${reason}`, context, { cause });
}
