/**
 * The vocabulary of SDDL: the letters for SIDs, ACE types, flags and rights. [MS-DTYP] 2.5.1.1
 *
 * The same two letters mean different things in different places (WD is Everyone as a SID and "write DACL" as a
 * right), hence one table per place. The ACE type letters follow [MS-DTYP] 2.4.4.1, which the table of 2.5.1.1
 * contradicts for XU and ZA.
 */

import { ACCESS_RIGHTS } from './access-mask.ts';
import { ACE_FLAGS, ACE_TYPES } from './ace.ts';
import { parseSid, type Sid, sidDomain, sidOf, sidRid, WELL_KNOWN_SIDS } from './sid.ts';

/** The domains that aliases such as DA (Domain Admins) stand for; null when unknown. */
export interface SddlContext {
  /** The domain at hand. */
  readonly domainSid: Sid | null;
  /** The forest root domain, whose EA, SA and RO are meant. */
  readonly rootDomainSid: Sid | null;
}

/** Letters for AceType, in ascending order of the type. */
export const ACE_TYPE_LETTERS: readonly (readonly [letters: string, aceType: number])[] = [
  ['A', ACE_TYPES.accessAllowed],
  ['D', ACE_TYPES.accessDenied],
  ['AU', ACE_TYPES.systemAudit],
  ['AL', ACE_TYPES.systemAlarm],
  ['OA', ACE_TYPES.accessAllowedObject],
  ['OD', ACE_TYPES.accessDeniedObject],
  ['OU', ACE_TYPES.systemAuditObject],
  ['OL', ACE_TYPES.systemAlarmObject],
  ['XA', ACE_TYPES.accessAllowedCallback],
  ['XD', ACE_TYPES.accessDeniedCallback],
  ['ZA', ACE_TYPES.accessAllowedCallbackObject],
  ['XU', ACE_TYPES.systemAuditCallback],
  ['ML', ACE_TYPES.systemMandatoryLabel],
  ['RA', ACE_TYPES.systemResourceAttribute],
  ['SP', ACE_TYPES.systemScopedPolicyId],
];

/** Letters for AceFlags, in ascending order of the bit, as Windows prints them. */
export const ACE_FLAG_LETTERS: readonly (readonly [letters: string, bit: number])[] = [
  ['OI', ACE_FLAGS.objectInherit],
  ['CI', ACE_FLAGS.containerInherit],
  ['NP', ACE_FLAGS.noPropagateInherit],
  ['IO', ACE_FLAGS.inheritOnly],
  ['ID', ACE_FLAGS.inherited],
  ['SA', ACE_FLAGS.successfulAccess],
  ['FA', ACE_FLAGS.failedAccess],
];

/** What stands in the flags of `D:` and `S:` for an ACL that is NULL. */
export const NULL_ACL_WORD = 'NO_ACCESS_CONTROL';

/** Rights that are printed as letters; AS and MA are not, because Windows has no letters for them. */
export const PRINTED_RIGHTS: readonly (readonly [letters: string, bit: number])[] = Object.entries(
  ACCESS_RIGHTS,
).filter(([letters]) => letters !== 'AS' && letters !== 'MA');

/** Rights of a mandatory label (ML): no write-up, no read-up, no execute-up. [MS-DTYP] 2.4.4.13 */
export const LABEL_RIGHTS: readonly (readonly [letters: string, bit: number])[] = [
  ['NW', 0x1],
  ['NR', 0x2],
  ['NX', 0x4],
];

/** Everything that may stand in the rights field: the above, and file and registry rights, which are only read. */
export const PARSED_RIGHTS: ReadonlyMap<string, number> = new Map([
  ...Object.entries(ACCESS_RIGHTS),
  ...LABEL_RIGHTS,
  ['FA', 0x1f01ff],
  ['FR', 0x120089],
  ['FW', 0x120116],
  ['FX', 0x1200a0],
  ['KA', 0xf003f],
  ['KR', 0x20019],
  ['KW', 0x20006],
  ['KX', 0x20019],
] as const);

const FIXED_ALIASES: Readonly<Record<string, Sid>> = {
  WD: WELL_KNOWN_SIDS.everyone,
  CO: WELL_KNOWN_SIDS.creatorOwner,
  CG: WELL_KNOWN_SIDS.creatorGroup,
  OW: WELL_KNOWN_SIDS.ownerRights,
  NU: WELL_KNOWN_SIDS.network,
  IU: WELL_KNOWN_SIDS.interactive,
  SU: WELL_KNOWN_SIDS.service,
  AN: WELL_KNOWN_SIDS.anonymous,
  ED: WELL_KNOWN_SIDS.enterpriseDomainControllers,
  PS: WELL_KNOWN_SIDS.principalSelf,
  AU: WELL_KNOWN_SIDS.authenticatedUsers,
  RC: WELL_KNOWN_SIDS.restricted,
  SY: WELL_KNOWN_SIDS.system,
  LS: WELL_KNOWN_SIDS.localService,
  NS: WELL_KNOWN_SIDS.networkService,
  WR: WELL_KNOWN_SIDS.writeRestricted,
  BA: WELL_KNOWN_SIDS.administrators,
  BU: WELL_KNOWN_SIDS.users,
  BG: WELL_KNOWN_SIDS.guests,
  PU: WELL_KNOWN_SIDS.powerUsers,
  AO: WELL_KNOWN_SIDS.accountOperators,
  SO: WELL_KNOWN_SIDS.serverOperators,
  PO: WELL_KNOWN_SIDS.printOperators,
  BO: WELL_KNOWN_SIDS.backupOperators,
  RE: WELL_KNOWN_SIDS.replicator,
  RU: WELL_KNOWN_SIDS.preWindows2000CompatibleAccess,
  RD: WELL_KNOWN_SIDS.remoteDesktopUsers,
  NO: WELL_KNOWN_SIDS.networkConfigurationOperators,
  MU: WELL_KNOWN_SIDS.performanceMonitorUsers,
  LU: WELL_KNOWN_SIDS.performanceLogUsers,
  IS: parseSid('S-1-5-32-568'),
  CY: parseSid('S-1-5-32-569'),
  ER: parseSid('S-1-5-32-573'),
  CD: parseSid('S-1-5-32-574'),
  RA: parseSid('S-1-5-32-575'),
  ES: parseSid('S-1-5-32-576'),
  MS: parseSid('S-1-5-32-577'),
  HA: parseSid('S-1-5-32-578'),
  AA: parseSid('S-1-5-32-579'),
  RM: parseSid('S-1-5-32-580'),
  AC: parseSid('S-1-15-2-1'),
  LW: parseSid('S-1-16-4096'),
  ME: parseSid('S-1-16-8192'),
  MP: parseSid('S-1-16-8448'),
  HI: parseSid('S-1-16-12288'),
  SI: parseSid('S-1-16-16384'),
  UD: parseSid('S-1-5-84-0-0-0-0-0'),
};

const DOMAIN_ALIASES: Readonly<Record<string, number>> = {
  LA: 500,
  LG: 501,
  DA: 512,
  DU: 513,
  DG: 514,
  DC: 515,
  DD: 516,
  CA: 517,
  PA: 520,
  CN: 522,
  RS: 553,
};

const ROOT_ALIASES: Readonly<Record<string, number>> = { RO: 498, SA: 518, EA: 519 };

/** Aliases that Windows Server 2012 R2 and later know: read, but printed as SIDs so that older readers cope. */
const NEWER_FIXED_ALIASES: Readonly<Record<string, Sid>> = {
  AS: WELL_KNOWN_SIDS.authenticationAuthorityAssertedIdentity,
  SS: WELL_KNOWN_SIDS.serviceAssertedIdentity,
};
const NEWER_DOMAIN_ALIASES: Readonly<Record<string, number>> = { AP: 525, KA: 526 };
const NEWER_ROOT_ALIASES: Readonly<Record<string, number>> = { EK: 527 };

const READ_FIXED: ReadonlyMap<string, Sid> = new Map(
  Object.entries({ ...FIXED_ALIASES, ...NEWER_FIXED_ALIASES }),
);
const READ_DOMAIN: ReadonlyMap<string, number> = new Map(
  Object.entries({ ...DOMAIN_ALIASES, ...NEWER_DOMAIN_ALIASES }),
);
const READ_ROOT: ReadonlyMap<string, number> = new Map(
  Object.entries({ ...ROOT_ALIASES, ...NEWER_ROOT_ALIASES }),
);
const PRINT_FIXED: ReadonlyMap<Sid, string> = new Map(
  Object.entries(FIXED_ALIASES).map(([alias, sid]) => [sid, alias]),
);
const PRINT_DOMAIN: ReadonlyMap<number, string> = new Map(
  Object.entries(DOMAIN_ALIASES).map(([alias, rid]) => [rid, alias]),
);
const PRINT_ROOT: ReadonlyMap<number, string> = new Map(
  Object.entries(ROOT_ALIASES).map(([alias, rid]) => [rid, alias]),
);

/**
 * The SID that an alias (upper case) stands for.
 *
 * @returns `no-alias` when there is no such alias, `no-domain` when its domain is not known in this context
 */
export function sidOfAlias(alias: string, context: SddlContext): Sid | 'no-alias' | 'no-domain' {
  const fixed = READ_FIXED.get(alias);
  if (fixed !== undefined) return fixed;
  const rid = READ_DOMAIN.get(alias);
  if (rid !== undefined) return context.domainSid === null ? 'no-domain' : sidOf(context.domainSid, rid);
  const rootRid = READ_ROOT.get(alias);
  if (rootRid === undefined) return 'no-alias';
  return context.rootDomainSid === null ? 'no-domain' : sidOf(context.rootDomainSid, rootRid);
}

/** The alias that Windows prints for a SID, or the SID itself: accounts of other domains have no alias. */
export function aliasOrSid(sid: Sid, context: SddlContext): string {
  return PRINT_FIXED.get(sid) ?? domainAlias(sid, context) ?? sid;
}

function domainAlias(sid: Sid, context: SddlContext): string | undefined {
  const domain = sidDomain(sid);
  const rid = sidRid(sid);
  if (domain === null || rid === null) return undefined;
  const alias = domain === context.domainSid ? PRINT_DOMAIN.get(rid) : undefined;
  return alias ?? (domain === context.rootDomainSid ? PRINT_ROOT.get(rid) : undefined);
}
