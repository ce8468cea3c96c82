/** The small test directory with a zone and accounts as somebody with bad intentions would name them. */

import { appendFileSync, copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { childDn, type Dn, parseDn } from '../../src/formats/dn.ts';
import { encodeSid } from '../../src/formats/sid.ts';
import type { RawEntry } from '../../src/records/source.ts';
import { aRecord, DOMAIN, domainSid, entryOf, INHERITED, PARTITION, recordBytes, SOME_HOUR } from './corp.ts';
import { ldifOf, SMALL_SNAPSHOT } from './make-small-snapshot.ts';
import { type NameSpec, nodeEntry } from './small-names.ts';

/** Its name is hostile too. */
export const HOSTILE_ZONE = 'evil\u001b[2J\u202e.example.com';
export const SCRIPT = '<script>alert(1)</script>';

/** What strangers write, each with what it would do where it is shown as it is. */
export const HOSTILE_LABELS: readonly string[] = [
  '\u001b[31mred', // colours the terminal
  '\u001b]0;title\u0007', // sets its title
  '\u009b2J', // clears it, as a C1 control
  'a\u0000b',
  'line\r\nbreak',
  'tab\tbed',
  'over\u202etxt.exe', // shows as "overexe.txt"
  'iso\u2066late\u2069',
  'zero\u200bwidth\ufeff',
  'para\u2029graph\u2028line',
  'tag\u{e0041}\u{e0042}',
  SCRIPT,
  '<img src=x onerror=alert(1)>',
  '"><svg onload=alert(1)>',
  "=cmd|'/c calc'!A0",
  '+1+1',
  '-2+3',
  '@SUM(A1)',
  '＝1+1',
  '|pipe|',
  '[link](javascript:alert(1))',
  '`code`',
  '# heading',
  "'; rm -rf ~ #",
  '$(reboot)',
  '%PATH%',
  'comma,semi;quote"',
  '宽宽宽宽宽宽宽宽宽宽宽宽宽宽宽宽宽宽宽宽',
  'e\u0301e\u0301',
  'x'.repeat(63),
  `${'l'.repeat(63)}.${'m'.repeat(63)}.${'n'.repeat(63)}.${'o'.repeat(40)}`,
];

const EVIL_RIDS = [2201, 2202, 2203] as const;
const EVIL_ACCOUNTS = ['=1+1\u001b[31m$', `${SCRIPT}\u202e$`, '|a|\u009b$'] as const;

/** Writes the snapshot as hostile.ldif in `folder`. */
export function hostileSnapshot(folder: string, zoneName: string = HOSTILE_ZONE): string {
  const zoneDn: Dn = childDn('DC', zoneName, PARTITION.container);
  const file = join(folder, 'hostile.ldif');
  copyFileSync(SMALL_SNAPSHOT, file);
  const accounts = EVIL_RIDS.map((rid, at) =>
    account(rid, EVIL_ACCOUNTS[at] ?? '', HOSTILE_LABELS[at] ?? ''),
  );
  const zone = entryOf(zoneDn, { objectClass: ['top', 'dnsZone'], dNSProperty: PROPERTIES });
  const names = HOSTILE_LABELS.map((label, at) => nodeEntry(specOf(label, at), zoneDn, 0x800 + at));
  appendFileSync(file, ldifOf([...accounts, zone, ...names]));
  return file;
}

function account(rid: number, sam: string, host: string): RawEntry {
  return entryOf(childDn('CN', sam, parseDn(`CN=Users,${DOMAIN.dn}`)), {
    objectClass: ['top', 'person', 'organizationalPerson', 'user', 'computer'],
    objectSid: encodeSid(domainSid(rid)),
    sAMAccountName: sam,
    dNSHostName: `${host}.${HOSTILE_ZONE}`,
    servicePrincipalName: [`HOST/${host}.${HOSTILE_ZONE}`],
  });
}

/** A primary zone with AllowUpdate 1: lengths, flag, version, id, data, trailer. [MS-DNSP] 2.3.2.1 */
const PROPERTIES: readonly Uint8Array[] = [
  Uint8Array.of(4, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0),
  Uint8Array.of(1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 0),
];

/** Every third one is owned by a hostile account; all have a text record as hostile as their name. */
function specOf(label: string, at: number): NameSpec {
  const rid = EVIL_RIDS[at % 6];
  const owner = rid === undefined ? 'SY' : domainSid(rid);
  const strings = [Buffer.from(label).subarray(0, 255)];
  return {
    name: label,
    sddl: `O:${owner}G:SYD:AI(A;;FULL;;;SY)${INHERITED}`,
    records: [aRecord(`10.9.0.${at}`), recordBytes(16, { kind: 'strings', strings }, SOME_HOUR)],
  };
}
