/** Plans for names of corp.example.com, made the way the program makes them. */

import type { Token } from '../../src/assess/access-check.ts';
import type { AuditedName } from '../../src/assess/audit.ts';
import type { ExpectedUpdater } from '../../src/assess/expected-updaters.ts';
import type { OwnedName } from '../../src/assess/owner-class.ts';
import { tokenOfSid } from '../../src/assess/token.ts';
import { checkUpdate } from '../../src/assess/update-right.ts';
import { type Sid, WELL_KNOWN_SIDS } from '../../src/formats/sid.ts';
import { type GrantPolicy, planGrant } from '../../src/plan/grant.ts';
import {
  draftPlan,
  type NameOutcome,
  type Plan,
  type PlanHead,
  type PlannedChange,
} from '../../src/plan/plan.ts';
import { sealPlan } from '../../src/plan/plan-file.ts';
import {
  DOMAIN_SID,
  domainSid,
  type NodeSpec,
  nodeOf,
  OWNED_BY_SYSTEM,
  PARTITION,
  RIDS,
  SDDL,
} from './corp.ts';

export const POLICY: GrantPolicy = { rights: 'full', sddl: SDDL };

export const HEAD: PlanHead = {
  createdAt: '2026-11-20T21:00:00.000Z',
  tool: 'dnsacl 0.1.0',
  server: 'dc1.corp.example.com',
  domainSid: DOMAIN_SID,
  options: { zone: ['corp.example.com'], rights: 'full' },
  zones: [{ name: 'corp.example.com', dn: `DC=corp.example.com,${PARTITION.container}`, names: 10 }],
};

/** The computer of pc1, a member of Domain Computers. */
export const COMPUTER: ExpectedUpdater = {
  principal: { sid: domainSid(RIDS.host), name: 'CORP\\PC1$', kind: 'computer' },
  because: 'computer',
  reason: 'computer account: its dNSHostName is this host',
  token: tokenWith(domainSid(RIDS.host), domainSid(515)),
};

export const DHCP: ExpectedUpdater = {
  principal: { sid: domainSid(RIDS.dhcpUpdate), name: 'CORP\\dhcp_update', kind: 'user' },
  because: 'dhcp-account',
  reason: 'the account that DHCP servers use for DNS',
  token: tokenWith(domainSid(RIDS.dhcpUpdate), domainSid(513)),
};

/** A name whose owner was found to be SYSTEM. */
export function ownedNode(spec: NodeSpec = {}): OwnedName {
  const owner = { sid: WELL_KNOWN_SIDS.system, name: 'SYSTEM', kind: 'wellknown', class: 'system' } as const;
  return { ...nodeOf(spec), owner };
}

/** A name as the directory holds it, with a version and a GUID of its own. */
export function storedNode(
  name: string,
  sddl: string = OWNED_BY_SYSTEM,
  version: number | null = 3,
): OwnedName {
  return { ...ownedNode({ name, sddl }), objectGuid: null, descriptorVersion: version };
}

/** The name as the audit hands it to a planner, with what each of these can do. */
export function auditedNode(
  sddl: string | null,
  updaters: readonly ExpectedUpdater[] = [COMPUTER, DHCP],
): AuditedName {
  const node = ownedNode({ sddl });
  const { descriptor } = node;
  const withAccess = updaters.map((updater) => {
    const decision =
      descriptor.kind === 'read'
        ? checkUpdate(descriptor.value, updater.token)
        : ({ access: 'unknown', decidedBy: null, reason: '', steps: [] } as const);
    return { ...updater, access: decision.access, decision };
  });
  const judged = { case: 'unsure', evidence: [], verdict: 'blocked', reason: '', findings: [] } as const;
  return { ...node, ...judged, updaters: withAccess };
}

/** The change that lets both updaters update `node`. */
export function changeOf(node: OwnedName): PlannedChange {
  const outcome = planGrant(node, [COMPUTER, DHCP], POLICY);
  if (outcome.kind === 'skipped') throw new Error(outcome.skipped.reason);
  return outcome.change;
}

/** A sealed plan for `nodes`. */
export function planOf(nodes: readonly OwnedName[]): Plan {
  return sealedPlan(nodes.map((node) => planGrant(node, [COMPUTER, DHCP], POLICY)));
}

export function sealedPlan(outcomes: readonly NameOutcome[]): Plan {
  return sealPlan(draftPlan(HEAD, outcomes));
}

function tokenWith(account: Sid, group: Sid): Token {
  const { sids } = tokenOfSid(account);
  return { sids: { has: (sid) => sid === group || sids.has(sid) } };
}
