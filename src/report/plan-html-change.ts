/** One change as HTML: the access list of a name, old against new, with what is added and removed marked. */

import { type Ace, aceEffect, aceKey, isInherited } from '../formats/ace.ts';
import { parseAce, type SddlContext } from '../formats/sddl.ts';
import { type Sid, sidRid, wellKnownName } from '../formats/sid.ts';
import type { Plan, PlannedAce, PlannedChange } from '../plan/plan.ts';
import { type Html, html, NO_HTML } from './html.ts';
import { rightsInWords } from './plan-rows.ts';
import { safeDn } from './safe-text.ts';
import { type DiffLine, diffSddl } from './sddl-diff.ts';

/** Above this many changes only the entries that change are shown: nobody reads the others, and browsers suffer. */
const MOST_WITH_KEPT_ENTRIES = 1000;

const MARK_WORDS = { '+': 'added', '-': 'removed', ' ': 'kept' } as const;
const EFFECT_WORDS = { grants: 'allow', denies: 'deny' } as const;

/** RIDs that are the same in every domain. [MS-DTYP] 2.4.2.4 */
const DOMAIN_GROUPS: ReadonlyMap<number, string> = new Map([
  [512, 'Domain Admins'],
  [513, 'Domain Users'],
  [515, 'Domain Computers'],
  [516, 'Domain Controllers'],
  [519, 'Enterprise Admins'],
]);

/** What the rows of all changes share. */
interface Shared {
  readonly context: SddlContext;
  readonly names: ReadonlyMap<Sid, string>;
  readonly showKept: boolean;
}

/** Makes the function that renders the changes of one plan. */
export function createChangeRenderer(plan: Plan): (change: PlannedChange) => Html {
  const context = { domainSid: plan.domainSid, rootDomainSid: plan.domainSid };
  const showKept = plan.changes.length <= MOST_WITH_KEPT_ENTRIES;
  const shared: Shared = { context, names: namesIn(plan), showKept };
  return (change) => renderChange(change, shared);
}

function renderChange(change: PlannedChange, shared: Shared): Html {
  const { fqdn, zone, ownerClass, dn, before, after, withheld, notes } = change;
  const lines = diffSddl(before.sddl, after.sddl).filter(
    ({ mark, text }) => mark !== ' ' || (shared.showKept && isAce(text)),
  );
  const rows = lines.map((line) => renderLine(line, change, shared));
  const remarks = [
    ...notes,
    ...withheld.map(({ principal, reason }) => `withheld from ${principal.name ?? principal.sid}: ${reason}`),
  ];
  const where = ownerClass === 'zone' ? 'the zone itself' : `zone ${zone}, owner ${ownerClass}`;
  return html`<article>
<h3>${fqdn}</h3>
<p class="meta">${where}, <span class="sddl">${safeDn(dn)}</span></p>
<div class="scroll"><table class="diff"><caption>Access list of ${fqdn}, old against new</caption>
<thead><tr><th scope="col">Change</th><th scope="col">Entry</th><th scope="col">Account</th><th scope="col">Rights</th><th scope="col">Reason</th></tr></thead>
<tbody>
${rows}</tbody></table></div>
${remarks.length === 0 ? NO_HTML : html`<ul>${remarks.map((text) => html`<li>${text}</li>`)}</ul>\n`}</article>
`;
}

function renderLine({ mark, text }: DiffLine, change: PlannedChange, shared: Shared): Html {
  const word = MARK_WORDS[mark];
  const marked = html`<td><span class="mark" aria-hidden="true">${mark}</span>${word}</td>`;
  if (!isAce(text)) {
    return html`<tr class="${word}">${marked}<td colspan="4" class="sddl">${text}</td></tr>\n`;
  }
  const ace = parseAce(text, shared.context);
  const reason = mark === ' ' ? '' : (plannedFor(ace, mark, change, shared)?.reason ?? '');
  return html`<tr class="${word}">${marked}<td>${kindOf(ace)}</td><td>${accountOf(ace, shared)}</td><td>${rightsInWords(ace) ?? text}</td><td>${reason}</td></tr>\n`;
}

/** Not the owner, the group and the flags of the list, which stand before the first ACE. */
function isAce(text: string): boolean {
  return text.startsWith('(');
}

function plannedFor(
  ace: Ace,
  mark: '+' | '-',
  change: PlannedChange,
  { context }: Shared,
): PlannedAce | null {
  const key = aceKey(ace);
  const planned = mark === '+' ? change.add : change.remove;
  return planned.find((item) => aceKey(parseAce(item.ace, context)) === key) ?? null;
}

function kindOf(ace: Ace): string {
  const effect = aceEffect(ace);
  const word = effect === null ? 'other' : EFFECT_WORDS[effect];
  return isInherited(ace) ? `${word}, inherited` : word;
}

function accountOf(ace: Ace, { names }: Shared): string {
  if (ace.kind === 'unknown') return '';
  return names.get(ace.sid) ?? wellKnownName(ace.sid) ?? groupName(ace.sid) ?? ace.sid;
}

/** The groups that stand on every name; a plan knows no names but those of its own entries. */
function groupName(sid: Sid): string | null {
  return DOMAIN_GROUPS.get(sidRid(sid) ?? 0) ?? null;
}

/** Whoever the plan knows by name. */
function namesIn({ changes }: Plan): ReadonlyMap<Sid, string> {
  const names = new Map<Sid, string>();
  for (const { add, remove, withheld } of changes) {
    for (const { principal } of [...add, ...remove, ...withheld]) {
      if (principal.name !== null) names.set(principal.sid, principal.name);
    }
  }
  return names;
}
