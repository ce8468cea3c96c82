/** What a plan is about, for people who decide on it: purpose, share of each zone, reasons, notes, and the commands. */

import { counted } from '../formats/counted.ts';
import type { Plan } from '../plan/plan.ts';
import type { Column } from './columns.ts';

/** How much of one zone a plan changes. */
export interface ZoneShare {
  readonly zone: string;
  readonly names: number;
  readonly changes: number;
  /** In percent with one decimal; null for a zone without names. */
  readonly share: string | null;
  /** The zone's own object is changed. */
  readonly itself: boolean;
}

/** One line per zone. */
export const ZONE_SHARE_COLUMNS: readonly Column<ZoneShare>[] = [
  { id: 'zone', title: 'Zone', value: (row) => row.zone },
  { id: 'names', title: 'Names', value: (row) => row.names, align: 'right' },
  { id: 'changes', title: 'To change', value: (row) => row.changes, align: 'right' },
  { id: 'share', title: 'Share', value: (row) => row.share, align: 'right' },
  { id: 'itself', title: 'Zone object too', value: (row) => row.itself },
];

/** Something said of several names. */
export interface Counted {
  readonly text: string;
  readonly count: number;
  /** The first name it is said of. */
  readonly example: string;
}

/** One line per reason for an entry. */
export const REASON_COLUMNS: readonly Column<Counted>[] = [
  { id: 'reason', title: 'Reason', value: (row) => row.text },
  { id: 'entries', title: 'Entries', value: (row) => row.count, align: 'right' },
  { id: 'example', title: 'For example', value: (row) => row.example },
];

/** One line per note. */
export const NOTE_COLUMNS: readonly Column<Counted>[] = [
  { id: 'note', title: 'Note', value: (row) => row.text },
  { id: 'names', title: 'Names', value: (row) => row.count, align: 'right' },
  { id: 'example', title: 'For example', value: (row) => row.example },
];

const PURPOSES: Readonly<Record<string, string>> = {
  grant:
    'In a zone that takes secure updates only, a name can be updated by accounts that may write it and by no other. These names lack an entry for the account that registers them.',
  revoke: 'These names hold entries that let accounts write them that should not.',
  undo: 'This takes back a run: what it added goes, what it removed comes back, what was changed since stays.',
};

/** What the plan comes to, in a few words. */
export function planTitle({ changes, zones }: Plan): string {
  const [first, ...more] = zones;
  const where =
    first === undefined ? '' : ` in ${first.name}${more.length === 0 ? '' : ` and ${more.length} more`}`;
  return `Change of DNS permissions: ${counted(changes.length, 'name')}${where}`;
}

/** Why there is such a plan. */
export function planPurpose({ options }: Plan): string {
  return PURPOSES[String(options.command)] ?? 'The access lists of these names are to be changed.';
}

/** What made the plan: facts by their titles, for the head of a document. */
export function planFacts(plan: Plan): readonly (readonly [title: string, text: string])[] {
  const options = Object.entries(plan.options).flatMap(([key, value]) => {
    if (value === null || value === false || (Array.isArray(value) && value.length === 0)) return [];
    return [`${key} ${Array.isArray(value) ? value.join(', ') : String(value)}`];
  });
  return [
    ['Checksum', plan.checksum],
    ['Made', `${plan.createdAt} by ${plan.tool}`],
    ['Read from', plan.server],
    ['Options', options.join('; ')],
  ];
}

/** The share of each zone. The zone's own object is no name. */
export function zoneShares({ zones, changes }: Plan): readonly ZoneShare[] {
  return zones.map(({ name, dn, names }) => {
    const here = changes.filter((change) => change.zone === name);
    const changed = here.filter((change) => change.dn !== dn).length;
    const share = names === 0 ? null : `${((100 * changed) / names).toFixed(1)} %`;
    return { zone: name, names, changes: changed, share, itself: changed < here.length };
  });
}

/** The reasons of all entries that are added or removed: most frequent first, else in the order of the plan. */
export function reasonCounts({ changes }: Plan): readonly Counted[] {
  return countTexts(
    changes.flatMap(({ fqdn, add, remove }) =>
      [...remove, ...add].map(({ reason }) => [reason, fqdn] as const),
    ),
  );
}

/** The notes of all changes: most frequent first, else in the order of the plan. */
export function noteCounts({ changes }: Plan): readonly Counted[] {
  return countTexts(changes.flatMap(({ fqdn, notes }) => notes.map((note) => [note, fqdn] as const)));
}

/** How to carry the plan out and to take it back. @param file the plan's file, null when it was not saved */
export function planCommands(plan: Plan, file: string | null): readonly string[] {
  const name = shellWord(file ?? 'PLAN');
  return [`dnsacl apply ${name} --approve ${plan.checksum}`, 'dnsacl undo JOURNAL'];
}

/** A file name as a shell takes it for one word. */
export function shellWord(text: string): string {
  return /^[\w./\\:@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

function countTexts(items: readonly (readonly [text: string, fqdn: string])[]): readonly Counted[] {
  const counts = new Map<string, { count: number; readonly example: string }>();
  for (const [text, example] of items) {
    const known = counts.get(text);
    if (known === undefined) counts.set(text, { count: 1, example });
    else known.count += 1;
  }
  return [...counts]
    .map(([text, { count, example }]) => ({ text, count, example }))
    .sort((a, b) => b.count - a.count);
}
