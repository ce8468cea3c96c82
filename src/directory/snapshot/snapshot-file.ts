/**
 * Snapshot files: LDIF (RFC 2849), plain or gzip, as ldapsearch, ldifde or dnsacl wrote it. This file opens them as
 * streams and tells the kinds of entries apart, also where an export left objectClass out.
 */

import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { UsageError } from '../../errors.ts';
import { type Dn, parentDn, rdnOf } from '../../formats/dn.ts';
import { type LdifItem, readLdif } from '../../formats/ldif.ts';
import type { RawEntry } from '../../records/source.ts';

export type EntryKind = 'root' | 'zone' | 'node' | 'account' | 'crossref' | 'dhcp' | 'domain' | 'other';

/**
 * Streams the items of a snapshot.
 *
 * @throws UsageError when the file cannot be opened, or ends in the middle of its compression
 */
export async function* readSnapshot(file: string): AsyncGenerator<LdifItem, void> {
  const compressed = await isGzip(file);
  try {
    // Closed also when the reader leaves early: Windows removes no file, and no folder around it, that is open.
    await using handle = await open(file);
    const raw = handle.createReadStream({ highWaterMark: 256 * 1024 });
    // pipeline hands an error of the file on to the reader of the unpacked stream; there it is caught below.
    const bytes = compressed ? pipeline(raw, createGunzip({ chunkSize: 256 * 1024 }), () => {}) : raw;
    yield* readLdif(bytes);
  } catch (error) {
    throw new UsageError(`Cannot read the snapshot ${file}: ${(error as Error).message}`, '--snapshot', {
      cause: error,
    });
  }
}

/** What an entry is, by its class or, where the export has none, by its place. */
export function kindOf(record: RawEntry): EntryKind {
  if (record.dn === '') return 'root';
  const classes = record.attributes
    .get('objectclass')
    ?.map((value) => Buffer.from(value).toString('latin1').toLowerCase());
  if (classes === undefined) return kindByPlace(record);
  if (classes.includes('dnsnode')) return 'node';
  if (classes.includes('dnszone')) return isInZoneContainer(record.dn) ? 'zone' : 'other';
  if (classes.includes('crossref')) return 'crossref';
  if (classes.includes('dhcpclass')) return 'dhcp';
  if (classes.includes('domaindns') && record.attributes.has('objectsid')) return 'domain';
  // Also one whose name may not be read, and a foreign principal, which has none: they are not orphans.
  return record.attributes.has('objectsid') ? 'account' : 'other';
}

function kindByPlace(record: RawEntry): EntryKind {
  if (record.attributes.has('objectsid')) {
    return rdnOf(record.dn).type.toLowerCase() === 'dc' ? 'domain' : 'account';
  }
  if (record.attributes.has('ncname')) return 'crossref';
  const parent = parentDn(record.dn);
  if (parent === null) return 'other';
  if (isZoneContainer(parent)) return 'zone';
  if (isInZoneContainer(parent)) return 'node';
  return isNamed(parent, 'netservices') && record.attributes.has('dhcptype') ? 'dhcp' : 'other';
}

/** True for the `CN=MicrosoftDNS` that holds the zones of a partition. */
export function isZoneContainer(dn: Dn): boolean {
  return isNamed(dn, 'microsoftdns');
}

/** A deleted zone keeps its class, but not its place. */
function isInZoneContainer(dn: Dn): boolean {
  const parent = parentDn(dn);
  return parent !== null && isZoneContainer(parent);
}

function isNamed(dn: Dn, name: string): boolean {
  const { type, value } = rdnOf(dn);
  return type.toLowerCase() === 'cn' && value.toLowerCase() === name;
}

async function isGzip(file: string): Promise<boolean> {
  try {
    await using handle = await open(file, 'r');
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer.readUInt16BE(0) === 0x1f8b;
  } catch (error) {
    throw new UsageError(`Cannot open the snapshot ${file}: ${(error as Error).message}`, '--snapshot', {
      cause: error,
    });
  }
}
