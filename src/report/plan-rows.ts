/** A plan as rows, for reviewing, and as a summary in words. */

import { describeRights } from '../formats/access-mask.ts';
import { type Guid, SCHEMA_GUIDS } from '../formats/guid.ts';
import { parseAce, type SddlContext } from '../formats/sddl.ts';
import type { Plan, PlannedAce, PlannedChange, SkippedName } from '../plan/plan.ts';
import type { Column } from './columns.ts';

/** One ACE of one change. */
export interface AceRow {
  readonly action: 'add' | 'remove';
  readonly change: PlannedChange;
  readonly ace: PlannedAce;
  /** The rights in words: `full control`, `write property dnsRecord`. */
  readonly rights: string;
}

/** One line per ACE. The column ids make the CSV valid input for `grant --csv`. */
export const ACE_COLUMNS: readonly Column<AceRow>[] = [
  { id: 'name', title: 'Name', value: (row) => row.change.fqdn },
  {
    id: 'action',
    title: 'Action',
    value: (row) => row.action,
    paint: (row) => (row.action === 'add' ? 'good' : 'bad'),
  },
  { id: 'principal', title: 'Principal', value: (row) => row.ace.principal.name ?? row.ace.principal.sid },
  { id: 'rights', title: 'Rights', value: (row) => row.rights },
  { id: 'reason', title: 'Reason', value: (row) => row.ace.reason },
  { id: 'zone', title: 'Zone', value: (row) => row.change.zone },
  { id: 'ace', title: 'ACE', value: (row) => row.ace.ace },
  { id: 'sid', title: 'SID', value: (row) => row.ace.principal.sid },
  { id: 'dn', title: 'DN', value: (row) => row.change.dn },
];

/** The columns that fit a terminal; CSV has them all. */
export const ACE_TABLE_COLUMNS: readonly Column<AceRow>[] = ACE_COLUMNS.slice(0, 5);

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
  const context: SddlContext = { domainSid: plan.domainSid, rootDomainSid: plan.domainSid };
  const row = (action: AceRow['action'], change: PlannedChange, ace: PlannedAce): AceRow => {
    return { action, change, ace, rights: rightsInWords(ace.ace, context) };
  };
  return plan.changes.flatMap((change) => [
    ...change.remove.map((ace) => row('remove', change, ace)),
    ...change.add.map((ace) => row('add', change, ace)),
  ]);
}

function rightsInWords(sddl: string, context: SddlContext): string {
  const ace = parseAce(sddl, context);
  if (ace.kind === 'unknown') return sddl;
  const words = describeRights(ace.mask).join(', ');
  return ace.kind === 'object' && ace.objectType !== null
    ? `${words} ${attributeName(ace.objectType)}`
    : words;
}

function attributeName(guid: Guid): string {
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
  return `${names} names looked at: ${changes} to change (${add} ACEs added${removed}), ${skipped} skipped`;
}
