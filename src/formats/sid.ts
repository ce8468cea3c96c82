/**
 * Security identifiers: who an ACE or an owner field means. [MS-DTYP] 2.4.2
 *
 * | offset | field               | size | order         |
 * | ------ | ------------------- | ---- | ------------- |
 * | 0      | Revision            | 1    | always 1      |
 * | 1      | SubAuthorityCount   | 1    | at most 15    |
 * | 2      | IdentifierAuthority | 6    | big-endian    |
 * | 8      | SubAuthority[]      | 4    | little-endian |
 *
 * The text shows the authority in decimal, and from 2^32 on as `0x` with twelve digits. [MS-DTYP] 2.4.2.1
 */

import { FormatError } from '../errors.ts';
import { Reader, sameBytesAt } from './reader.ts';
import { Writer } from './writer.ts';

/** Canonical SID text, such as `S-1-5-18`. Made only by decode and parse, so it can serve as a Map key. */
export type Sid = string & { readonly brand: 'Sid' };

/** The most SubAuthority values a SID can hold. */
export const MAX_SUB_AUTHORITIES = 15;

/** The SIDs that are the same everywhere, by the name the code calls them. [MS-DTYP] 2.4.2.4 */
export const WELL_KNOWN_SIDS = {
  nobody: 'S-1-0-0' as Sid,
  everyone: 'S-1-1-0' as Sid,
  local: 'S-1-2-0' as Sid,
  creatorOwner: 'S-1-3-0' as Sid,
  creatorGroup: 'S-1-3-1' as Sid,
  ownerRights: 'S-1-3-4' as Sid,
  network: 'S-1-5-2' as Sid,
  batch: 'S-1-5-3' as Sid,
  interactive: 'S-1-5-4' as Sid,
  service: 'S-1-5-6' as Sid,
  anonymous: 'S-1-5-7' as Sid,
  enterpriseDomainControllers: 'S-1-5-9' as Sid,
  principalSelf: 'S-1-5-10' as Sid,
  authenticatedUsers: 'S-1-5-11' as Sid,
  restricted: 'S-1-5-12' as Sid,
  thisOrganization: 'S-1-5-15' as Sid,
  system: 'S-1-5-18' as Sid,
  localService: 'S-1-5-19' as Sid,
  networkService: 'S-1-5-20' as Sid,
  writeRestricted: 'S-1-5-33' as Sid,
  otherOrganization: 'S-1-5-1000' as Sid,
  administrators: 'S-1-5-32-544' as Sid,
  users: 'S-1-5-32-545' as Sid,
  guests: 'S-1-5-32-546' as Sid,
  powerUsers: 'S-1-5-32-547' as Sid,
  accountOperators: 'S-1-5-32-548' as Sid,
  serverOperators: 'S-1-5-32-549' as Sid,
  printOperators: 'S-1-5-32-550' as Sid,
  backupOperators: 'S-1-5-32-551' as Sid,
  replicator: 'S-1-5-32-552' as Sid,
  preWindows2000CompatibleAccess: 'S-1-5-32-554' as Sid,
  remoteDesktopUsers: 'S-1-5-32-555' as Sid,
  networkConfigurationOperators: 'S-1-5-32-556' as Sid,
  incomingForestTrustBuilders: 'S-1-5-32-557' as Sid,
  performanceMonitorUsers: 'S-1-5-32-558' as Sid,
  performanceLogUsers: 'S-1-5-32-559' as Sid,
  windowsAuthorizationAccessGroup: 'S-1-5-32-560' as Sid,
  terminalServerLicenseServers: 'S-1-5-32-561' as Sid,
  authenticationAuthorityAssertedIdentity: 'S-1-18-1' as Sid,
  serviceAssertedIdentity: 'S-1-18-2' as Sid,
} as const;

/** What Windows calls them in English. */
const WELL_KNOWN_NAMES: ReadonlyMap<Sid, string> = new Map([
  [WELL_KNOWN_SIDS.nobody, 'NULL SID'],
  [WELL_KNOWN_SIDS.everyone, 'Everyone'],
  [WELL_KNOWN_SIDS.local, 'LOCAL'],
  [WELL_KNOWN_SIDS.creatorOwner, 'CREATOR OWNER'],
  [WELL_KNOWN_SIDS.creatorGroup, 'CREATOR GROUP'],
  [WELL_KNOWN_SIDS.ownerRights, 'OWNER RIGHTS'],
  [WELL_KNOWN_SIDS.network, 'NT AUTHORITY\\NETWORK'],
  [WELL_KNOWN_SIDS.batch, 'NT AUTHORITY\\BATCH'],
  [WELL_KNOWN_SIDS.interactive, 'NT AUTHORITY\\INTERACTIVE'],
  [WELL_KNOWN_SIDS.service, 'NT AUTHORITY\\SERVICE'],
  [WELL_KNOWN_SIDS.anonymous, 'NT AUTHORITY\\ANONYMOUS LOGON'],
  [WELL_KNOWN_SIDS.enterpriseDomainControllers, 'NT AUTHORITY\\ENTERPRISE DOMAIN CONTROLLERS'],
  [WELL_KNOWN_SIDS.principalSelf, 'NT AUTHORITY\\SELF'],
  [WELL_KNOWN_SIDS.authenticatedUsers, 'NT AUTHORITY\\Authenticated Users'],
  [WELL_KNOWN_SIDS.restricted, 'NT AUTHORITY\\RESTRICTED'],
  [WELL_KNOWN_SIDS.thisOrganization, 'NT AUTHORITY\\This Organization'],
  [WELL_KNOWN_SIDS.system, 'NT AUTHORITY\\SYSTEM'],
  [WELL_KNOWN_SIDS.localService, 'NT AUTHORITY\\LOCAL SERVICE'],
  [WELL_KNOWN_SIDS.networkService, 'NT AUTHORITY\\NETWORK SERVICE'],
  [WELL_KNOWN_SIDS.writeRestricted, 'NT AUTHORITY\\WRITE RESTRICTED'],
  [WELL_KNOWN_SIDS.otherOrganization, 'NT AUTHORITY\\Other Organization'],
  [WELL_KNOWN_SIDS.administrators, 'BUILTIN\\Administrators'],
  [WELL_KNOWN_SIDS.users, 'BUILTIN\\Users'],
  [WELL_KNOWN_SIDS.guests, 'BUILTIN\\Guests'],
  [WELL_KNOWN_SIDS.powerUsers, 'BUILTIN\\Power Users'],
  [WELL_KNOWN_SIDS.accountOperators, 'BUILTIN\\Account Operators'],
  [WELL_KNOWN_SIDS.serverOperators, 'BUILTIN\\Server Operators'],
  [WELL_KNOWN_SIDS.printOperators, 'BUILTIN\\Print Operators'],
  [WELL_KNOWN_SIDS.backupOperators, 'BUILTIN\\Backup Operators'],
  [WELL_KNOWN_SIDS.replicator, 'BUILTIN\\Replicator'],
  [WELL_KNOWN_SIDS.preWindows2000CompatibleAccess, 'BUILTIN\\Pre-Windows 2000 Compatible Access'],
  [WELL_KNOWN_SIDS.remoteDesktopUsers, 'BUILTIN\\Remote Desktop Users'],
  [WELL_KNOWN_SIDS.networkConfigurationOperators, 'BUILTIN\\Network Configuration Operators'],
  [WELL_KNOWN_SIDS.incomingForestTrustBuilders, 'BUILTIN\\Incoming Forest Trust Builders'],
  [WELL_KNOWN_SIDS.performanceMonitorUsers, 'BUILTIN\\Performance Monitor Users'],
  [WELL_KNOWN_SIDS.performanceLogUsers, 'BUILTIN\\Performance Log Users'],
  [WELL_KNOWN_SIDS.windowsAuthorizationAccessGroup, 'BUILTIN\\Windows Authorization Access Group'],
  [WELL_KNOWN_SIDS.terminalServerLicenseServers, 'BUILTIN\\Terminal Server License Servers'],
  [WELL_KNOWN_SIDS.authenticationAuthorityAssertedIdentity, 'Authentication authority asserted identity'],
  [WELL_KNOWN_SIDS.serviceAssertedIdentity, 'Service asserted identity'],
]);

const SID_TEXT = /^s-1-(0x[0-9a-f]{1,12}|\d{1,15})((?:-\d{1,10})*)$/i;
const DOMAIN_ACCOUNT = /^(S-1-5-21-\d+-\d+-\d+)-(\d+)$/;
const MAX_U32 = 0xffffffff;
const MAX_U48 = 0xffffffffffff;

/**
 * Reads a SID that fills `bytes`, such as a value of objectSid.
 *
 * @throws FormatError when the bytes are no SID, too few or too many
 */
export function decodeSid(bytes: Uint8Array): Sid {
  const reader = new Reader(bytes, 'SID');
  const sid = readSid(reader);
  if (reader.remaining > 0) throw reader.error(`${reader.remaining} bytes follow the SID, needs none`);
  return sid;
}

/** Reads the SID at the cursor. @throws FormatError when the bytes are no SID or end inside it */
export function readSid(reader: Reader): Sid {
  const start = reader.offset;
  const revision = reader.u8('Revision');
  if (revision !== 1) throw reader.error(`Revision of the SID is ${revision}, needs 1`, start);
  const count = reader.u8('SubAuthorityCount');
  if (count > MAX_SUB_AUTHORITIES) {
    throw reader.error(`SubAuthorityCount is ${count}, needs at most ${MAX_SUB_AUTHORITIES}`, start + 1);
  }
  const before = count === 0 ? readAuthority(reader) : readAllButLast(reader, start, count);
  return (count === 0 ? before : `${before}-${reader.u32le('SubAuthority')}`) as Sid;
}

/** The SIDs of a domain differ in the last number only, so the text before it is kept from one to the next. */
const last = { bytes: new Uint8Array(4 * (1 + MAX_SUB_AUTHORITIES)), size: 0, text: '' };

/** The text of a SID without its last SubAuthority; the cursor stands on the authority, then on that one. */
function readAllButLast(reader: Reader, start: number, count: number): string {
  const size = 4 * (1 + count);
  const left = size - (reader.offset - start);
  if (
    last.size === size &&
    left <= reader.remaining &&
    sameBytesAt(last.bytes, 0, reader.bytes, start, size)
  ) {
    reader.skip(left, 'SubAuthority');
    return last.text;
  }
  let text = readAuthority(reader);
  for (let index = 1; index < count; index++) text += `-${reader.u32le('SubAuthority')}`;
  last.bytes.set(reader.bytes.subarray(start, start + size));
  last.size = size;
  last.text = text;
  return text;
}

function readAuthority(reader: Reader): string {
  const authority = reader.u16be('IdentifierAuthority') * 2 ** 32 + reader.u32be('IdentifierAuthority');
  return `S-1-${formatAuthority(authority)}`;
}

/** The stored bytes of a SID: 8 and 4 for each SubAuthority. */
export function encodeSid(sid: Sid): Uint8Array {
  return writeSid(new Writer(sidSizeBytes(sid)), sid).bytes();
}

/** Writes the stored bytes of a SID at the cursor. */
export function writeSid(writer: Writer, sid: Sid): Writer {
  const [, , authorityText, ...subAuthorities] = sid.split('-');
  const authority = Number(authorityText);
  writer
    .u8(1)
    .u8(subAuthorities.length)
    .u16be(Math.floor(authority / 2 ** 32))
    .u32be(authority % 2 ** 32);
  for (const subAuthority of subAuthorities) writer.u32le(Number(subAuthority));
  return writer;
}

/** The bytes that a SID takes when stored, from its text alone: `S-1-<authority>` and one dash per SubAuthority. */
export function sidSizeBytes(sid: Sid): number {
  let dashes = 0;
  for (let at = sid.indexOf('-'); at >= 0; at = sid.indexOf('-', at + 1)) dashes += 1;
  return 8 + 4 * (dashes - 2);
}

/**
 * Reads SID text and makes it canonical: upper-case S, no leading zeros, the authority in the base that fits it.
 *
 * @throws FormatError when the text is no SID or a part is out of range
 */
export function parseSid(text: string): Sid {
  const sid = tryParseSid(text);
  if (sid === null) {
    throw new FormatError(
      'SID',
      `Cannot parse SID: found ${JSON.stringify(text)}, needs S-1-<authority>-<number>-... with numbers of 32 bits`,
    );
  }
  return sid;
}

/** True when `parseSid` would accept the text. */
export function isSidText(text: string): boolean {
  return tryParseSid(text) !== null;
}

/** The domain's SID of a domain account (S-1-5-21-a-b-c-RID); null for every other SID, a domain's own included. */
export function sidDomain(sid: Sid): Sid | null {
  return (DOMAIN_ACCOUNT.exec(sid)?.[1] as Sid | undefined) ?? null;
}

/** The RID of a domain account, its last SubAuthority; null for every other SID. */
export function sidRid(sid: Sid): number | null {
  const rid = DOMAIN_ACCOUNT.exec(sid)?.[2];
  return rid === undefined ? null : Number(rid);
}

/** The SID of the account `rid` in `domain`. @throws RangeError when rid is no unsigned 32-bit number */
export function sidOf(domain: Sid, rid: number): Sid {
  if (!Number.isInteger(rid) || rid < 0 || rid > MAX_U32) {
    throw new RangeError(`Cannot make a SID in ${domain}: RID is ${rid}, needs an unsigned 32-bit number`);
  }
  return `${domain}-${rid}` as Sid;
}

/** The name that Windows shows for a SID that is the same everywhere, such as `NT AUTHORITY\SYSTEM`; else null. */
export function wellKnownName(sid: Sid): string | null {
  return WELL_KNOWN_NAMES.get(sid) ?? null;
}

function tryParseSid(text: string): Sid | null {
  const match = SID_TEXT.exec(text);
  if (match === null) return null;
  const authority = Number(match[1]);
  const subAuthorities = (match[2] as string).split('-').slice(1).map(Number);
  const fits = subAuthorities.length <= MAX_SUB_AUTHORITIES && subAuthorities.every((sub) => sub <= MAX_U32);
  if (!fits || authority > MAX_U48) return null;
  return ['S-1', formatAuthority(authority), ...subAuthorities].join('-') as Sid;
}

function formatAuthority(authority: number): string {
  return authority <= MAX_U32 ? String(authority) : `0x${authority.toString(16).padStart(12, '0')}`;
}
