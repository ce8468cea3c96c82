/**
 * The leases and reservations in the XML of `Export-DhcpServer -Leases`.
 *
 *     DHCPServer
 *       IPv4, IPv6
 *         Scopes / Scope
 *           Reservations / Reservation: Name, IPAddress, ClientId or ClientDuid, Type, …
 *           Leases / Lease: IPAddress, HostName, AddressState (IPv4), LeaseExpiryTime, ServerIP, …
 *
 * Only the root, Lease and Reservation with their direct children count, wherever they stand; names are compared
 * without prefix and case. A reservation whose address has a lease says nothing more and is left out. The document is
 * read as a stream of tags, in linear time: a document type is skipped, no entity but those of XML is known, and
 * nothing is ever fetched. What is not well-formed ends the reading there.
 */

import sax, { type SAXParser } from 'sax';
import { FormatError, type Problem } from '../errors.ts';
import { decodeText, type InputFile, unusableFile } from '../formats/text-file.ts';
import { type Lease, readLease } from './lease.ts';

/** A Lease or Reservation with the text of its children by lower-case name. */
interface LeaseElement {
  readonly kind: 'lease' | 'reservation';
  /** The line its start tag ends on, from 1. */
  readonly line: number;
  readonly fields: Map<string, string>;
}

/** Where the reading stands in the document. */
interface Cursor {
  rootSeen: boolean;
  element: LeaseElement | null;
  /** How many tags are open below `element`. */
  depth: number;
  /** The text since the last start tag. */
  text: string;
}

const ROOT = 'dhcpserver';
const EXPECTED =
  'needs DHCPServer as Export-DhcpServer -Leases writes it, or the CSV of Get-DhcpServerv4Lease | Export-Csv';

/** Thrown out of the parser, which would otherwise go on after an error. */
class NotWellFormed extends Error {}

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
  const brokenOff = readElements(decodeText(bytes, file, 'a list of leases'), file, take);
  if (brokenOff !== null) problems.push(brokenOff);
  else if (!leaseSeen) problems.push(noLeases(file));
  const leased = new Set(leases.map((lease) => lease.address));
  return { values: [...leases, ...reservations.filter(({ address }) => !leased.has(address))], problems };
}

/** Hands every Lease and Reservation on, in the order of the document. @returns where and why it breaks off */
function readElements(text: string, file: InputFile, take: (element: LeaseElement) => void): Problem | null {
  const parser = sax.parser(true);
  const cursor: Cursor = { rootSeen: false, element: null, depth: 0, text: '' };
  followElements(parser, cursor, take);
  followText(parser, cursor);
  refuseOthers(parser, cursor, file);
  try {
    parser.write(text).close();
  } catch (error) {
    if (!(error instanceof NotWellFormed)) throw error;
    if (!cursor.rootSeen) {
      throw unusableFile(file, 'a list of leases', `it is not well-formed XML, ${EXPECTED}`, error);
    }
    const message = `Cannot read on from here: the XML is not well-formed (${error.message}), and no later lease was read`;
    return problemAt(file, parser.line + 1, 'broken-lease-list', message);
  }
  if (!cursor.rootSeen)
    throw unusableFile(file, 'a list of leases', `its root element is missing, ${EXPECTED}`);
  return null;
}

function followElements(parser: SAXParser, cursor: Cursor, take: (element: LeaseElement) => void): void {
  parser.onopentag = ({ name }) => {
    const local = localName(name);
    cursor.text = '';
    if (cursor.element !== null) cursor.depth += 1;
    else if (local === 'lease' || local === 'reservation') {
      cursor.element = { kind: local, line: parser.line + 1, fields: new Map() };
    }
  };
  parser.onclosetag = (name) => {
    if (cursor.element === null) return;
    if (cursor.depth === 0) {
      take(cursor.element);
      cursor.element = null;
      return;
    }
    if (cursor.depth === 1) cursor.element.fields.set(localName(name), cursor.text);
    cursor.depth -= 1;
  };
}

function followText(parser: SAXParser, cursor: Cursor): void {
  parser.ontext = (text) => {
    cursor.text += text;
  };
  parser.oncdata = parser.ontext;
}

/** Stops at a root element that is not the expected one, and at the first error. */
function refuseOthers(parser: SAXParser, cursor: Cursor, file: InputFile): void {
  parser.onopentagstart = ({ name }) => {
    if (!cursor.rootSeen && localName(name) !== ROOT) {
      throw unusableFile(file, 'a list of leases', `its root element is ${name}, ${EXPECTED}`);
    }
    cursor.rootSeen = true;
  };
  parser.onerror = (error) => {
    throw new NotWellFormed(error.message.split('\n', 1)[0]);
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

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1).toLowerCase();
}

function problemAt(file: InputFile, line: number, code: string, message: string): Problem {
  return { severity: 'error', code, where: `${file.name}:${line}`, message };
}

function noLeases(file: InputFile): Problem {
  const message = 'It holds no leases: export it again with Export-DhcpServer -Leases';
  return { severity: 'warning', code: 'no-leases', where: file.name, message };
}
