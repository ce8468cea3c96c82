/**
 * From crossRef objects to domains and to the partitions that may hold zones. [MS-ADTS] 6.1.1.2.1.1
 *
 * The names of the DNS partitions can be configured on each server, so they are discovered here and never built.
 */

import { type Dn, dnKey, dnOfDnsName, dnsNameOfDn, rdnOf } from '../../formats/dn.ts';
import { decodeSid, type Sid } from '../../formats/sid.ts';
import type { DomainInfo, PartitionKind, RawEntry, ZonePartition } from '../../records/source.ts';
import { CROSS_REF_FLAGS } from './schema.ts';

const DOMAIN = CROSS_REF_FLAGS.ntdsNc | CROSS_REF_FLAGS.ntdsDomain;
const APPLICATION = CROSS_REF_FLAGS.ntdsNc | CROSS_REF_FLAGS.notGcReplicated;

/** The domains that crossRef objects name. [MS-ADTS] 6.1.1.2.1.1 */
export function domainsOf(
  crossRefs: readonly RawEntry[],
  domainDn: Dn,
  domainSid: Sid | null,
): readonly DomainInfo[] {
  return namingContextsOf(crossRefs, DOMAIN).map(({ dn, entry }) => {
    const atHand = dnKey(dn) === dnKey(domainDn);
    return {
      dn,
      dnsName: textOf(entry, 'dnsroot') ?? dnsNameOfDn(dn),
      netbiosName: textOf(entry, 'netbiosname'),
      sid: atHand ? domainSid : null,
      inForest: true,
      answered: atHand && domainSid !== null,
    };
  });
}

/** Says who a naming context is read from; null where that is not known. */
export type ServerOf = (namingContext: Dn) => string | null;

/**
 * The containers that may hold zones: one in each application partition, and the old one inside of every domain,
 * that of the domain at hand first.
 */
export function partitionsOf(
  crossRefs: readonly RawEntry[],
  domainDn: Dn,
  serverOf: ServerOf,
): readonly ZonePartition[] {
  const others = namingContextsOf(crossRefs, DOMAIN).filter(({ dn }) => dnKey(dn) !== dnKey(domainDn));
  return [
    ...namingContextsOf(crossRefs, APPLICATION).map(({ dn }) => partitionOf(dn, serverOf(dn))),
    ...[domainDn, ...others.map(({ dn }) => dn)].map((dn) => legacyPartitionOf(dn, serverOf(dn))),
  ];
}

/** The partition with this naming context; its kind by the names that Windows gives. */
export function partitionOf(namingContext: Dn, server: string | null): ZonePartition {
  const name = rdnOf(namingContext).value.toLowerCase();
  const kind: PartitionKind =
    name === 'domaindnszones' ? 'domain' : name === 'forestdnszones' ? 'forest' : 'custom';
  return { kind, namingContext, container: `CN=MicrosoftDNS,${namingContext}` as Dn, server };
}

/** The old place of zones, inside of a domain. */
export function legacyPartitionOf(domainDn: Dn, server: string | null): ZonePartition {
  const container = `CN=MicrosoftDNS,CN=System,${domainDn}` as Dn;
  return { kind: 'legacy', namingContext: domainDn, container, server };
}

/** The enabled crossRefs of one sort; an export can lack the attribute that says what they stand for. */
function namingContextsOf(crossRefs: readonly RawEntry[], flags: number): { dn: Dn; entry: RawEntry }[] {
  return crossRefs
    .filter((entry) => flagsOf(entry) === flags && isEnabled(entry))
    .flatMap((entry) => {
      const dn = namingContextOf(entry);
      return dn === null ? [] : [{ dn, entry }];
    });
}

/** Samba 4.17 hides nCName on a server that does not hold the naming context; dnsRoot names it as well. */
function namingContextOf(crossRef: RawEntry): Dn | null {
  const dn = textOf(crossRef, 'ncname');
  if (dn !== null) return dn as Dn;
  const dnsRoot = textOf(crossRef, 'dnsroot') ?? '';
  return dnsRoot.split('.').includes('') ? null : dnOfDnsName(dnsRoot);
}

function flagsOf(entry: RawEntry): number {
  const mask = CROSS_REF_FLAGS.ntdsNc | CROSS_REF_FLAGS.ntdsDomain | CROSS_REF_FLAGS.notGcReplicated;
  return Number(textOf(entry, 'systemflags') ?? '0') & mask;
}

function isEnabled(entry: RawEntry): boolean {
  return textOf(entry, 'enabled')?.toUpperCase() !== 'FALSE';
}

/** The objectSid of an entry, or null. */
export function sidOf(entry: RawEntry): Sid | null {
  const bytes = entry.attributes.get('objectsid')?.[0];
  return bytes === undefined ? null : decodeSid(bytes);
}

/** The first value of an attribute as text, or null. */
export function textOf(entry: RawEntry, attribute: string): string | null {
  const bytes = entry.attributes.get(attribute)?.[0];
  return bytes === undefined ? null : Buffer.from(bytes).toString('utf8');
}

/** All values of an attribute as text; none when it is missing. */
export function textsOf(entry: RawEntry, attribute: string): readonly string[] {
  const values = entry.attributes.get(attribute) ?? [];
  return values.map((bytes) => Buffer.from(bytes).toString('utf8'));
}
