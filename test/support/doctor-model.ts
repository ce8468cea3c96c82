/** What doctor may find out: an account for which everything is there, and the ways in which something is not. */

import type { LiveFacts } from '../../src/assess/connection-checks.ts';
import type { DoctorFacts } from '../../src/assess/doctor.ts';
import type { SampledName, ZoneFacts } from '../../src/assess/zone-rights.ts';
import { childDn } from '../../src/formats/dn.ts';
import { parseGuid } from '../../src/formats/guid.ts';
import type { Principal } from '../../src/records/account.ts';
import type { EffectiveRights } from '../../src/records/inspection.ts';
import { domainSid, PARTITION } from './corp.ts';

export const ANNA: Principal = { sid: domainSid(1130), name: 'CORP\\anna', kind: 'user' };

export const LIVE: LiveFacts = {
  connection: {
    signIn: 'simple bind',
    protection: { layer: 'tls', signed: true, sealed: true, detail: 'TLSv1.3 TLS_AES_256_GCM_SHA384' },
    verified: true,
  },
  identity: { name: 'CORP\\anna', tokenSids: [ANNA.sid, domainSid(513)] },
  account: `CORP\\anna (${ANNA.sid})`,
  server: { vendor: null, levels: { forest: 7, domain: 7, controller: 10 }, clockAheadMs: -400 },
};

/** Rights on one object. @param writes sDRightsEffective; null when the server does not tell */
export function rights(writes: number | null, attributes: readonly string[] | null = []): EffectiveRights {
  return {
    descriptorRead: true,
    descriptorWrites: writes,
    attributeWrites: attributes === null ? null : new Set(attributes),
  };
}

export function sampled(name: string, writes: number | null, extra: Partial<SampledName> = {}): SampledName {
  const fqdn = `${name}.corp.example.com`;
  return { fqdn, ownerClass: 'system', inherits: true, rights: rights(writes), ...extra };
}

/** A zone in which everything is allowed, but for what `changes` says. */
export function zoneFacts(changes: Partial<ZoneFacts> = {}): ZoneFacts {
  const zone = 'corp.example.com';
  return {
    zone,
    dn: childDn('DC', zone, PARTITION.container),
    objectGuid: parseGuid('0f7f2a8a-5e1b-4d6e-9f00-0123456789ab'),
    hosts: ['DC1', 'DC2'],
    descriptorRead: true,
    rights: rights(4, ['dnsproperty']),
    looked: 120,
    unreadable: 0,
    complete: true,
    sample: [sampled('pc1', 4), sampled('pc2', 7, { ownerClass: 'self' })],
    ...changes,
  };
}

/** A place where everything is as it should be, but for what `changes` says. */
export function doctorFacts(changes: Partial<DoctorFacts> = {}): DoctorFacts {
  return {
    server: 'dc1.corp.example.com',
    live: LIVE,
    principal: ANNA,
    computers: { seen: 80, complete: true },
    dhcpAccounts: [
      {
        reference: 'dhcp_update',
        found: { sid: domainSid(1155), name: 'CORP\\dhcp_update', kind: 'user' },
        reason: null,
      },
    ],
    proxyMembers: 0,
    zones: [zoneFacts()],
    zonesSeen: 1,
    ...changes,
  };
}
