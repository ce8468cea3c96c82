/**
 * From crossRef objects to domains and to the partitions that may hold zones. [MS-ADTS] 6.1.1.2.1.1
 *
 * The names of the DNS partitions can be configured on each server, so they are discovered here and never built.
 */

import { type Dn, dnKey, dnsNameOfDn, rdnOf } from '../formats/dn.ts';
import { decodeSid, type Sid } from '../formats/sid.ts';
import type { DomainInfo, PartitionKind, RawEntry, ZonePartition } from '../records/source.ts';
import { CROSS_REF_FLAGS } from './schema.ts';

/** The domains that crossRef objects name. [MS-ADTS] 6.1.1.2.1.1 */
export function domainsOf(
  crossRefs: readonly RawEntry[],
  domainDn: Dn,
  domainSid: Sid | null,
): readonly DomainInfo[] {
  const domain = CROSS_REF_FLAGS.ntdsNc | CROSS_REF_FLAGS.ntdsDomain;
  return namingContextsOf(crossRefs, domain).map(({ dn, entry }) => {
    const atHand = dnKey(dn) === dnKey(domainDn);
    return {
      dn,
      dnsName: textOf(entry, 'dnsroot') ?? dnsNameOfDn(dn),
      netbiosName: textOf(entry, 'netbiosname'),
      sid: atHand ? domainSid : null,
      answered: atHand && domainSid !== null,
    };
  });
}

/** The containers that may hold zones: one per application partition, and the old one inside the domain. */
export function partitionsOf(crossRefs: readonly RawEntry[], domainDn: Dn): readonly ZonePartition[] {
  const application = CROSS_REF_FLAGS.ntdsNc | CROSS_REF_FLAGS.notGcReplicated;
  return [
    ...namingContextsOf(crossRefs, application).map(({ dn }) => partitionOf(dn)),
    { kind: 'legacy', namingContext: domainDn, container: `CN=MicrosoftDNS,CN=System,${domainDn}` as Dn },
  ];
}

/** The partition with this naming context; its kind by the names that Windows gives. */
export function partitionOf(namingContext: Dn): ZonePartition {
  const name = rdnOf(namingContext).value.toLowerCase();
  const kind: PartitionKind =
    name === 'domaindnszones' ? 'domain' : name === 'forestdnszones' ? 'forest' : 'custom';
  return { kind, namingContext, container: `CN=MicrosoftDNS,${namingContext}` as Dn };
}

/** The enabled crossRefs of one sort; an export can lack the attribute that says what they stand for. */
function namingContextsOf(crossRefs: readonly RawEntry[], flags: number): { dn: Dn; entry: RawEntry }[] {
  return crossRefs
    .filter((entry) => flagsOf(entry) === flags && isEnabled(entry))
    .map((entry) => ({ dn: (textOf(entry, 'ncname') ?? '') as Dn, entry }))
    .filter(({ dn }) => dn !== '');
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
