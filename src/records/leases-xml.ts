/**
 * The leases and reservations in the XML of `Export-DhcpServer -Leases`.
 *
 *     DHCPServer
 *       IPv4, IPv6
 *         Scopes / Scope
 *           Reservations / Reservation: Name, IPAddress, ClientId or ClientDuid, Type, …
 *           Leases / Lease: IPAddress, HostName, AddressState (IPv4), LeaseExpiryTime, ServerIP, …
 *
 * Only Lease and Reservation with their direct children count, wherever they stand. A reservation whose address has a
 * lease says nothing more and is left out.
 */

import { FormatError, type Problem } from '../errors.ts';
import { decodeText, type InputFile } from '../formats/text-file.ts';
import { type DhcpXmlHandler, readDhcpXml } from './dhcp-xml.ts';
import { type Lease, readLease } from './lease.ts';

/** A Lease or Reservation with the text of its children by lower-case name. */
interface LeaseElement {
  readonly kind: 'lease' | 'reservation';
  /** The line its start tag ends on, from 1. */
  readonly line: number;
  readonly fields: Map<string, string>;
}

const USE = {
  format: 'a list of leases',
  expected:
    'needs DHCPServer as Export-DhcpServer -Leases writes it, or the CSV of Get-DhcpServerv4Lease | Export-Csv',
};

/**
 * Reads an XML list of leases. A bad lease is a problem `bad-lease` at `file:line`; where the XML breaks off there is
 * a problem `broken-lease-list`, and no lease after it; a list without any lease is a warning `no-leases`.
 *
 * @throws UsageError when the file is no such list
 */
export function parseLeasesXml(
  bytes: Uint8Array,
  file: InputFile,
): { readonly values: readonly Lease[]; readonly problems: readonly Problem[] } {
  const leases: Lease[] = [];
  const reservations: Lease[] = [];
  const problems: Problem[] = [];
  let leaseSeen = false;
  const take = (element: LeaseElement): void => {
    leaseSeen ||= element.kind === 'lease';
    try {
      (element.kind === 'lease' ? leases : reservations).push(leaseOf(element));
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      problems.push(problemAt(file, element.line, 'bad-lease', error.message));
    }
  };
  const brokenOff = readDhcpXml(decodeText(bytes, file, USE.format), file, USE, leaseElements(take));
  if (brokenOff !== null) {
    const message = `Cannot read on from here: the XML is not well-formed (${brokenOff.reason}), and no later lease was read`;
    problems.push(problemAt(file, brokenOff.line, 'broken-lease-list', message));
  } else if (!leaseSeen) problems.push(noLeases(file));
  const leased = new Set(leases.map((lease) => lease.address));
  return { values: [...leases, ...reservations.filter(({ address }) => !leased.has(address))], problems };
}

/** Hands every Lease and Reservation on, in the order of the document. */
function leaseElements(take: (element: LeaseElement) => void): DhcpXmlHandler {
  let element: LeaseElement | null = null;
  /** How many tags are open below it. */
  let depth = 0;
  return {
    open: (name, line) => {
      if (element !== null) depth += 1;
      else if (name === 'lease' || name === 'reservation') element = { kind: name, line, fields: new Map() };
    },
    close: (name, text) => {
      if (element === null) return;
      if (depth === 0) {
        take(element);
        element = null;
        return;
      }
      if (depth === 1) element.fields.set(name, text);
      depth -= 1;
    },
  };
}

/** @throws FormatError when the address is none */
function leaseOf({ kind, fields }: LeaseElement): Lease {
  const field = (name: string): string => fields.get(name) ?? '';
  const isLease = kind === 'lease';
  return readLease({
    address: field('ipaddress'),
    hostName: field(isLease ? 'hostname' : 'name'),
    state: isLease ? field('addressstate') : 'ActiveReservation',
    expiresAt: field('leaseexpirytime'),
    server: field('serverip'),
  });
}

function problemAt(file: InputFile, line: number, code: string, message: string): Problem {
  return { severity: 'error', code, where: `${file.name}:${line}`, message };
}

function noLeases(file: InputFile): Problem {
  const message = 'It holds no leases: export it again with Export-DhcpServer -Leases';
  return { severity: 'warning', code: 'no-leases', where: file.name, message };
}
