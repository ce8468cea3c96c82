/** A plan as rows, for reviewing, and as a summary in words. */

import { ACCESS_RIGHTS, describeRights, FULL_CONTROL } from '../formats/access-mask.ts';
import { ACE_FLAGS, type Ace, aceEffect, isConditional, isInherited, isInheritOnly } from '../formats/ace.ts';
import { counted } from '../formats/counted.ts';
import { type Guid, SCHEMA_GUIDS } from '../formats/guid.ts';
import { parseAce, type SddlContext } from '../formats/sddl.ts';
import { type Sid, sidDomain } from '../formats/sid.ts';
import type { Plan, PlannedAce, PlannedChange, SkippedName, WithheldGrant } from '../plan/plan.ts';
import type { Principal } from '../records/account.ts';
import type { Column } from './columns.ts';
import { safeDn } from './safe-text.ts';

const UPDATE_ATTRIBUTES: readonly Guid[] = [SCHEMA_GUIDS.dnsRecord, SCHEMA_GUIDS.dNSTombstoned];

/** One ACE of one change. */
export interface AceRow {
  readonly action: 'add' | 'remove';
  readonly change: PlannedChange;
  readonly ace: PlannedAce;
  /** The rights as `grant` names them; null when they are neither. */
  readonly rights: 'full' | 'update' | null;
  /** The rights in words: `full control`, `write property dnsRecord`, `deny full control`. */
  readonly rightsInWords: string;
}

const NAME: Column<AceRow> = { id: 'name', title: 'Name', value: (row) => row.change.fqdn };
const ACTION: Column<AceRow> = {
  id: 'action',
  title: 'Action',
  value: (row) => row.action,
  paint: (row) => (row.action === 'add' ? 'good' : 'bad'),
};
const REASON: Column<AceRow> = { id: 'reason', title: 'Reason', value: (row) => row.ace.reason };

/** One line per ACE, in words for a terminal. */
export const ACE_TABLE_COLUMNS: readonly Column<AceRow>[] = [
  NAME,
  ACTION,
  { id: 'principal', title: 'Principal', value: (row) => row.ace.principal.name ?? row.ace.principal.sid },
  { id: 'rights', title: 'Rights', value: (row) => row.rightsInWords },
  REASON,
];

/** One line per ACE with everything about it; this CSV is valid input for `grant --csv` and plans the same again. */
export const ACE_COLUMNS: readonly Column<AceRow>[] = [
  NAME,
  ACTION,
  { id: 'principal', title: 'Principal', value: (row) => referenceTo(row.ace.principal) },
  { id: 'rights', title: 'Rights', value: (row) => row.rights },
  REASON,
  { id: 'zone', title: 'Zone', value: (row) => row.change.zone },
  { id: 'ace', title: 'ACE', value: (row) => row.ace.ace },
  { id: 'sid', title: 'SID', value: (row) => row.ace.principal.sid },
  { id: 'dn', title: 'DN', value: (row) => safeDn(row.change.dn) },
];

/** An expected updater of a changed name who gets nothing. */
export interface WithheldRow extends WithheldGrant {
  readonly fqdn: string;
}

/** One line per expected updater who gets nothing although the name is changed. */
export const WITHHELD_COLUMNS: readonly Column<WithheldRow>[] = [
  { id: 'name', title: 'Withheld on', value: (row) => row.fqdn },
  {
    id: 'principal',
    title: 'From',
    value: (row) => row.principal.name ?? row.principal.sid,
    paint: () => 'warn',
  },
  { id: 'reason', title: 'Reason', value: (row) => row.reason },
];

/** One line per skipped name. */
export const SKIPPED_COLUMNS: readonly Column<SkippedName>[] = [
  { id: 'name', title: 'Skipped name', value: (row) => row.fqdn },
  {
    id: 'code',
    title: 'Why',
    value: (row) => row.code,
    paint: (row) => (row.code === 'already' ? 'dim' : 'warn'),
  },
  { id: 'reason', title: 'Reason', value: (row) => row.reason },
];

/** How many names were skipped for one reason. */
export interface SkipCount {
  readonly code: string;
  readonly names: number;
  /** A reason seen with this code, to make it concrete. */
  readonly example: string;
}

/** One line per reason for skipping. */
export const SKIP_COUNT_COLUMNS: readonly Column<SkipCount>[] = [
  { id: 'code', title: 'Skipped', value: (row) => row.code },
  { id: 'names', title: 'Names', value: (row) => row.names, align: 'right' },
  { id: 'example', title: 'For example', value: (row) => row.example },
];

/** The ACEs of all changes, in the order of the plan. */
export function aceRows(plan: Plan): readonly AceRow[] {
  const { domainSid } = plan;
  return plan.changes.flatMap((change) => [
    ...change.remove.map((ace) => aceRow('remove', change, ace, domainSid)),
    ...change.add.map((ace) => aceRow('add', change, ace, domainSid)),
  ]);
}

/** One ACE of one change. @param domainSid of the plan, for the aliases in its SDDL */
export function aceRow(
  action: AceRow['action'],
  change: PlannedChange,
  ace: PlannedAce,
  domainSid: Sid | null,
): AceRow {
  const context: SddlContext = { domainSid, rootDomainSid: domainSid };
  const parsed = parseAce(ace.ace, context);
  return { action, change, ace, rights: rightsOf(parsed), rightsInWords: entryInWords(parsed) ?? ace.ace };
}

/** Everybody who is expected on a changed name and gets nothing, in the order of the plan. */
export function withheldRows(plan: Plan): readonly WithheldRow[] {
  return plan.changes.flatMap(({ fqdn, withheld }) => withheld.map((held) => ({ fqdn, ...held })));
}

/** By name where the name can be looked up again: only accounts of a domain can. */
export function referenceTo({ sid, name }: Principal): string {
  return name === null || sidDomain(sid) === null ? sid : name;
}

/** Null for what `grant` cannot plan again: other rights, entries that pass on, that deny, that hang on a condition. */
function rightsOf(ace: Ace): AceRow['rights'] {
  if (ace.kind === 'unknown' || ace.aceFlags !== 0) return null;
  if (aceEffect(ace) !== 'grants' || isConditional(ace)) return null;
  if (ace.kind !== 'object' || ace.objectType === null) return ace.mask === FULL_CONTROL ? 'full' : null;
  return ace.mask === ACCESS_RIGHTS.WP && UPDATE_ATTRIBUTES.includes(ace.objectType) ? 'update' : null;
}

/** What an ACE says but for its account; null for a type without a known layout. */
export function entryInWords(ace: Ace): string | null {
  const words = rightsInWords(ace);
  return words !== null && aceEffect(ace) === 'denies' ? `deny ${words}` : words;
}

/** What an ACE is about, such as `write property dnsRecord`; null for a type without a known layout. */
export function rightsInWords(ace: Ace): string | null {
  if (ace.kind === 'unknown') return null;
  const words = describeRights(ace.mask).join(', ');
  const condition = isConditional(ace) ? ', under a condition' : '';
  if (ace.kind === 'basic') return words + reachOf(ace, null) + condition;
  const { objectType, inheritedObjectType } = ace;
  const about = objectType === null ? '' : ` ${schemaName(objectType)}`;
  return words + about + reachOf(ace, inheritedObjectType) + condition;
}

/** Where an explicit entry passes on to; of an inherited one only what it does here is of interest. */
function reachOf(ace: Ace, inheritedObjectType: Guid | null): string {
  if (isInherited(ace) || (ace.aceFlags & ACE_FLAGS.containerInherit) === 0) return '';
  const below =
    inheritedObjectType === null ? 'everything below' : `every ${schemaName(inheritedObjectType)} below`;
  return isInheritOnly(ace) ? ` of ${below}` : ` here and of ${below}`;
}

function schemaName(guid: Guid): string {
  return Object.entries(SCHEMA_GUIDS).find(([, known]) => known === guid)?.[0] ?? guid;
}

/** The skipped names counted by reason, most first. */
export function skipCounts(plan: Plan): readonly SkipCount[] {
  const counts = Object.entries(plan.summary.bySkipCode).map(([code, names]) => {
    const example = plan.skipped.find((item) => item.code === code);
    return { code, names, example: example === undefined ? '' : `${example.fqdn}: ${example.reason}` };
  });
  return counts.sort((a, b) => b.names - a.names || (a.code < b.code ? -1 : 1));
}

/** What the plan comes to, in one line. */
export function planTotals(plan: Plan): string {
  const { names, changes, add, remove, skipped } = plan.summary;
  const removed = remove === 0 ? '' : `, ${remove} removed`;
  return `${counted(names, 'name')} looked at: ${changes} to change (${counted(add, 'ACE')} added${removed}), ${skipped} skipped`;
}
