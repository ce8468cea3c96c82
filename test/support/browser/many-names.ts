/** Audited names in any number, as varied as those of a large zone, without a directory behind them. */

import { VERDICTS } from '../../../src/assess/audit.ts';
import { CASES } from '../../../src/assess/case.ts';
import { finding } from '../../../src/assess/findings.ts';
import { OWNER_CLASSES } from '../../../src/assess/owner-class.ts';
import { parseDn } from '../../../src/formats/dn.ts';
import { dateToHours } from '../../../src/formats/filetime.ts';
import type { AuditRow } from '../../../src/report/audit-rows.ts';
import { domainSid } from '../corp.ts';

const ZONE = 'corp.example.com';

/** The names `pc000000` and so on. */
export function* manyNames(count: number, now: Date): Generator<AuditRow> {
  const hour = dateToHours(now);
  for (let at = 0; at < count; at += 1) {
    const name = `pc${String(at).padStart(6, '0')}`;
    const account = `CORP\\${name.toUpperCase()}$`;
    const principal = { sid: domainSid(2000 + at), name: account, kind: 'computer' } as const;
    yield {
      zone: ZONE,
      name,
      fqdn: `${name}.${ZONE}`,
      dn: parseDn(`DC=${name},DC=${ZONE},CN=MicrosoftDNS,DC=DomainDnsZones,DC=corp,DC=example,DC=com`),
      objectGuid: null,
      tombstoned: false,
      dynamic: true,
      records: [recordOf(at, hour - (at % 2400))],
      label: null,
      unreadable: null,
      descriptorVersion: null,
      metadata: null,
      owner: { ...principal, class: OWNER_CLASSES[at % OWNER_CLASSES.length] ?? 'other' },
      case: CASES[at % CASES.length] ?? 'none',
      evidence: ['its computer account exists', 'it is owned by SYSTEM'],
      verdict: VERDICTS[(at * 7) % VERDICTS.length] ?? 'unknown',
      reason: `${account} cannot update it`,
      updaters: [],
      findings: at % 5 === 0 ? [finding('open'), finding('stale')] : [],
    };
  }
}

function recordOf(at: number, timestampHours: number): AuditRow['records'][number] {
  const address = `10.${(at >> 16) & 255}.${(at >> 8) & 255}.${at & 255}`;
  return {
    type: 1,
    version: 5,
    rank: 0xf0,
    flags: 0,
    serial: 1,
    ttlSeconds: 1200,
    reserved: 0,
    timestampHours,
    data: { kind: 'a', address },
    raw: null,
  };
}
