/**
 * Who may do what with the zone object: create names in it, write its properties (and so take the switch back), and
 * change its access list or owner.
 *
 * Each trustee is judged by the entries that name itself. What a member of several groups ends up with is not asked:
 * the question is which doors the list opens, not who stands before them.
 */

import { ACCESS_RIGHTS } from '../formats/access-mask.ts';
import { isInheritOnly } from '../formats/ace.ts';
import { SCHEMA_GUIDS } from '../formats/guid.ts';
import type { NodeDescriptor } from '../formats/node-descriptor.ts';
import { type Sid, WELL_KNOWN_SIDS } from '../formats/sid.ts';
import { type AccessRequest, checkAccess, type Token } from './access-check.ts';
import type { Check } from './check.ts';
import { checkCreate } from './update-right.ts';

/** What has to be known of the trustees of a zone. */
export interface Trustees {
  /** An administrator of the domain or of DNS, or a group of these. */
  isAdmin(sid: Sid): boolean;
  nameOf(sid: Sid): string;
}

const WRITE_PROPERTIES: AccessRequest = {
  rights: ACCESS_RIGHTS.WP,
  classGuid: SCHEMA_GUIDS.dnsZone,
  leafGuid: SCHEMA_GUIDS.dNSProperty,
};
const WRITE_DAC: AccessRequest = { ...WRITE_PROPERTIES, rights: ACCESS_RIGHTS.WD, leafGuid: null };
const WRITE_OWNER: AccessRequest = { ...WRITE_DAC, rights: ACCESS_RIGHTS.WO };

/** In no token: they stand for somebody else, and only when an object is created or owned. */
const PLACEHOLDERS: ReadonlySet<Sid> = new Set([
  WELL_KNOWN_SIDS.creatorOwner,
  WELL_KNOWN_SIDS.creatorGroup,
  WELL_KNOWN_SIDS.ownerRights,
  WELL_KNOWN_SIDS.principalSelf,
]);
/** The system itself, which the switch does not concern. */
const SYSTEM: ReadonlySet<Sid> = new Set([
  WELL_KNOWN_SIDS.system,
  WELL_KNOWN_SIDS.enterpriseDomainControllers,
]);
const DOMAIN_CONTROLLERS = /^S-1-5-21-[\d-]+-516$/;
/** Whom nobody has to sign in for. */
const OPEN_TO_ALL: ReadonlySet<Sid> = new Set([WELL_KNOWN_SIDS.everyone, WELL_KNOWN_SIDS.anonymous]);

/** Whom the access list of a zone names, its owner included; resolve these before checking. */
export function zoneTrustees(descriptor: NodeDescriptor): ReadonlySet<Sid> {
  const sids = new Set<Sid>();
  if (descriptor.owner !== null) sids.add(descriptor.owner);
  if (descriptor.dacl !== 'present') sids.add(WELL_KNOWN_SIDS.everyone);
  for (const ace of [...descriptor.explicit, ...descriptor.inherited]) {
    if (ace.kind !== 'unknown' && !isInheritOnly(ace) && !PLACEHOLDERS.has(ace.sid)) sids.add(ace.sid);
  }
  return sids;
}

/** @param descriptor null when it cannot be read */
export function checkZoneAccess(descriptor: NodeDescriptor | null, trustees: Trustees): readonly Check[] {
  if (descriptor === null) return ['zone-create', 'zone-properties', 'zone-control'].map(unreadable);
  return [
    checkCreators(descriptor, trustees),
    checkOthers(descriptor, trustees, {
      id: 'zone-properties',
      requests: [WRITE_PROPERTIES],
      what: 'write dNSProperty of the zone and take the switch back',
    }),
    checkOthers(descriptor, trustees, {
      id: 'zone-control',
      requests: [WRITE_DAC, WRITE_OWNER],
      what: 'change the access list or the owner of the zone',
    }),
  ];
}

function unreadable(id: string): Check {
  const message = 'the access list of the zone cannot be read, or the export left nTSecurityDescriptor out';
  const cure = 'read or export with an account that has READ_CONTROL on the zone';
  return { id, status: 'unknown', message, cure };
}

function checkCreators(descriptor: NodeDescriptor, trustees: Trustees): Check {
  const id = 'zone-create';
  const able = [...zoneTrustees(descriptor)].filter(
    (sid) => checkCreate(descriptor, tokenFor(sid)).access !== 'no',
  );
  const others = able.filter((sid) => !isExpected(sid, trustees));
  if (others.length === 0) {
    const message = 'nobody but administrators and domain controllers can create names';
    const cure = 'let Authenticated Users create dnsNode objects in the zone, or new hosts cannot register';
    return { id, status: 'warn', message, cure };
  }
  const message = `names can be created by ${namesOf(others, trustees)}`;
  if (others.some((sid) => OPEN_TO_ALL.has(sid))) {
    const cure = 'let Authenticated Users create names instead: whoever has not signed in must not';
    return { id, status: 'warn', message, cure };
  }
  return { id, status: 'pass', message: `${message}; secure-only does not change that`, cure: null };
}

interface Door {
  readonly id: string;
  /** Any of these opens it. */
  readonly requests: readonly AccessRequest[];
  readonly what: string;
}

function checkOthers(descriptor: NodeDescriptor, trustees: Trustees, { id, requests, what }: Door): Check {
  const others = [...zoneTrustees(descriptor)].filter(
    (sid) =>
      !isExpected(sid, trustees) &&
      requests.some((request) => checkAccess(descriptor, tokenFor(sid), request).access !== 'no'),
  );
  if (others.length === 0) {
    return { id, status: 'pass', message: `only administrators can ${what}`, cure: null };
  }
  const message = `besides administrators ${namesOf(others, trustees)} can ${what}`;
  return { id, status: 'warn', message, cure: 'take the right away, unless it was delegated on purpose' };
}

function isExpected(sid: Sid, { isAdmin }: Trustees): boolean {
  return SYSTEM.has(sid) || DOMAIN_CONTROLLERS.test(sid) || isAdmin(sid);
}

function tokenFor(sid: Sid): Token {
  return { sids: { has: (other) => other === sid } };
}

function namesOf(sids: readonly Sid[], { nameOf }: Trustees): string {
  return sids.map(nameOf).sort().join(', ');
}
