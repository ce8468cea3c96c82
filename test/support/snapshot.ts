/** Snapshot files made on the fly; each is removed with its test. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { formatLdifRecord } from '../../src/formats/ldif.ts';
import type { RawEntry } from '../../src/records/source.ts';
import { DOMAIN, DOMAIN_SID, entryOf, PARTITION } from './corp.ts';

/** The snapshot that the repository brings along, captured from a real domain controller. */
export const EXAMPLE: string = join(import.meta.dirname, '../../examples/corp.example.com.ldif.gz');

/** An empty folder of the test's own. */
export function makeFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'dnsacl-snapshot-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** Writes a file and returns its path. */
export function writeFile(t: TestContext, name: string, content: string | Uint8Array): string {
  const file = join(makeFolder(t), name);
  writeFileSync(file, content);
  return file;
}

/** Entries as LDIF. */
export function ldifOf(entries: readonly RawEntry[]): string {
  return entries.map(({ dn, attributes }) => formatLdifRecord(dn, attributes)).join('');
}

/** An entry without its objectClass, as an export of chosen attributes has it. */
export function withoutClass({ dn, attributes }: RawEntry): RawEntry {
  return { dn, attributes: new Map([...attributes].filter(([name]) => name !== 'objectclass')) };
}

const CONFIGURATION = `CN=Configuration,${DOMAIN.dn}`;

export const ROOT: RawEntry = entryOf('', {
  defaultNamingContext: DOMAIN.dn,
  rootDomainNamingContext: DOMAIN.dn,
  configurationNamingContext: CONFIGURATION,
});

/** The crossRef of a naming context. @param systemFlags 3 for a domain, 5 for an application partition */
export function crossRef(
  name: string,
  ncName: string | null,
  systemFlags: number,
  enabled?: string,
): RawEntry {
  return entryOf(`CN=${name},CN=Partitions,${CONFIGURATION}`, {
    objectClass: ['top', 'crossRef'],
    nCName: ncName,
    dnsRoot: name.includes('.') ? name : null,
    nETBIOSName: systemFlags === 3 ? (name.split('.')[0] ?? name).toUpperCase() : null,
    systemFlags: String(systemFlags),
    Enabled: enabled ?? null,
  });
}

export const CROSS_REFS: readonly RawEntry[] = [
  crossRef('corp.example.com', DOMAIN.dn, 3),
  crossRef('Enterprise Configuration', CONFIGURATION, 1),
  crossRef('child.corp.example.com', `DC=child,${DOMAIN.dn}`, 3),
  crossRef('domaindns', PARTITION.namingContext, 5),
  crossRef('forestdns', `DC=ForestDnsZones,${DOMAIN.dn}`, 5),
];

/** The head of the domain. @param sid bytes of its objectSid */
export function domainEntry(sid: Uint8Array): RawEntry {
  return entryOf(DOMAIN.dn, { objectClass: ['top', 'domain', 'domainDNS'], objectSid: sid });
}

export function zoneEntry(name: string, container: string = PARTITION.container): RawEntry {
  return entryOf(`DC=${name},${container}`, { objectClass: ['top', 'dnsZone'], dc: name });
}

export function nameEntry(name: string, zone = 'corp.example.com', container?: string): RawEntry {
  const classes = { objectClass: ['top', 'dnsNode'] };
  return entryOf(`DC=${name},DC=${zone},${container ?? PARTITION.container}`, classes);
}

/** The comment that vouches for the accounts of the domain. */
export const COMPLETE: string = `# dnsacl-complete-domain: ${DOMAIN_SID}\n`;
