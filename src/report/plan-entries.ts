/** The access list of a changed name, old against new, as lines with fields for a page. */

import { type Ace, aceEffect, aceKey, isInherited } from '../formats/ace.ts';
import { parseAce, type SddlContext } from '../formats/sddl.ts';
import { type Sid, sidRid, wellKnownName } from '../formats/sid.ts';
import type { Plan, PlannedAce, PlannedChange } from '../plan/plan.ts';
import { FIELD_SEPARATOR } from './page-model.ts';
import { rightsInWords } from './plan-rows.ts';
import { type DiffLine, diffSddl } from './sddl-diff.ts';

const EFFECT_WORDS = { grants: 'allow', denies: 'deny' } as const;

/** RIDs that are the same in every domain. [MS-DTYP] 2.4.2.4 */
const DOMAIN_GROUPS: ReadonlyMap<number, string> = new Map([
  [512, 'Domain Admins'],
  [513, 'Domain Users'],
  [515, 'Domain Computers'],
  [516, 'Domain Controllers'],
  [519, 'Enterprise Admins'],
]);

/** What an ACE says, without the reason for changing it. */
interface Entry {
  readonly key: string;
  readonly fields: readonly string[];
  /** The line of one that stays. */
  readonly kept: string;
}

/** The lines of a change, and what of it they were made of besides the list that it gives. */
interface MadeLines {
  readonly before: string;
  readonly reasons: string;
  readonly lines: readonly string[];
}

/** Makes the function that gives the lines of one change: mark, kind, account, rights and reason, tabs between. */
export function createEntryLines(
  plan: Pick<Plan, 'domainSid' | 'changes'>,
): (change: PlannedChange) => readonly string[] {
  const context = { domainSid: plan.domainSid, rootDomainSid: plan.domainSid };
  const names = namesIn(plan.changes);
  // The same few ACEs stand on every name.
  const entries = new Map<string, Entry>();
  const entryOf = (text: string): Entry => {
    const known = entries.get(text);
    if (known !== undefined) return known;
    const made = readEntry(text, context, names);
    entries.set(text, made);
    return made;
  };
  const lineOf = ({ mark, text }: DiffLine, change: PlannedChange): string => {
    if (!isAce(text)) return [mark, 'list', '', text, ''].join(FIELD_SEPARATOR);
    const { key, fields, kept } = entryOf(text);
    if (mark === ' ') return kept;
    const planned = mark === '+' ? change.add : change.remove;
    const same = ({ ace }: PlannedAce): boolean => entryOf(ace).key === key;
    const reason = planned.find(same)?.reason ?? '';
    return [mark, ...fields, reason].join(FIELD_SEPARATOR);
  };
  const linesOf = (change: PlannedChange): readonly string[] =>
    diffSddl(change.before.sddl, change.after.sddl)
      .filter(({ mark, text }) => mark !== ' ' || isAce(text))
      .map((line) => lineOf(line, change));
  // A plan that was just made has one object for the lists that came out the same.
  const made = new WeakMap<PlannedChange['after'], MadeLines>();
  return (change) => {
    const { before, after } = change;
    const reasons = [...change.add, ...change.remove].map(({ reason }) => reason).join('\n');
    const known = made.get(after);
    if (known?.before === before.sddl && known.reasons === reasons) return known.lines;
    const lines = linesOf(change);
    made.set(after, { before: before.sddl, reasons, lines });
    return lines;
  };
}

/** Not the owner, the group and the flags of the list, which stand before the first ACE. */
function isAce(text: string): boolean {
  return text.startsWith('(');
}

function readEntry(text: string, context: SddlContext, names: ReadonlyMap<Sid, string>): Entry {
  const ace = parseAce(text, context);
  const fields = [kindOf(ace), accountOf(ace, names), rightsInWords(ace) ?? text];
  return { key: aceKey(ace), fields, kept: [' ', ...fields, ''].join(FIELD_SEPARATOR) };
}

function kindOf(ace: Ace): string {
  const effect = aceEffect(ace);
  const word = effect === null ? 'other' : EFFECT_WORDS[effect];
  return isInherited(ace) ? `${word}, inherited` : word;
}

function accountOf(ace: Ace, names: ReadonlyMap<Sid, string>): string {
  if (ace.kind === 'unknown') return '';
  return names.get(ace.sid) ?? wellKnownName(ace.sid) ?? groupName(ace.sid) ?? ace.sid;
}

/** The groups that stand on every name; a plan knows no names but those of its own entries. */
function groupName(sid: Sid): string | null {
  return DOMAIN_GROUPS.get(sidRid(sid) ?? 0) ?? null;
}

/** Whoever the plan knows by name. */
function namesIn(changes: readonly PlannedChange[]): ReadonlyMap<Sid, string> {
  const names = new Map<Sid, string>();
  for (const { add, remove, withheld } of changes) {
    for (const { principal } of [...add, ...remove, ...withheld]) {
      if (principal.name !== null) names.set(principal.sid, principal.name);
    }
  }
  return names;
}
