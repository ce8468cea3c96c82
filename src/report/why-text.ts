/** `why` in words a colleague understands: one screen per name. */

import type { AuditedName } from '../assess/audit.ts';
import type { Because } from '../assess/expected-updaters.ts';
import type { ExplainedAccess, ExplainedAce } from '../assess/explain-access.ts';
import { describeRights, FULL_CONTROL, mapGenericRights } from '../formats/access-mask.ts';
import { formatRdata, isStatic, recordTypeName } from '../formats/dns-record.ts';
import { hoursToDate } from '../formats/filetime.ts';
import { SCHEMA_GUIDS } from '../formats/guid.ts';
import { formatAce, type SddlContext } from '../formats/sddl.ts';
import type { Principal } from '../records/account.ts';
import type { Column } from './columns.ts';
import { safeForTerminal } from './safe-text.ts';
import { renderTable, type TableOptions } from './table.ts';

/** What is asked about one principal. */
export interface Check {
  readonly principal: Principal;
  /** Why this principal is asked about. */
  readonly because: Because;
  readonly reason: string;
  readonly explained: ExplainedAccess;
}

/** Everything that `why` says about one name. `audited` is null for a name that does not exist. */
export interface Explanation {
  readonly fqdn: string;
  readonly zone: string;
  readonly audited: AuditedName | null;
  readonly checks: readonly Check[];
  /** The one command that helps; null when there is nothing to do, or nothing that a command could. */
  readonly cure: string | null;
  /** The name of a trustee, by its SID. */
  readonly nameOf: (sid: Principal['sid']) => string;
}

const ANSWER_WORDS = {
  update: { yes: 'can update it', no: 'cannot update it', unknown: 'may or may not update it' },
  create: { yes: 'can register it', no: 'cannot register it', unknown: 'may or may not register it' },
} as const;

/** One screen of text, ending in a line end. */
export function renderExplanation(
  explanation: Explanation,
  context: SddlContext,
  options: TableOptions,
): string {
  const { audited, fqdn, checks, cure } = explanation;
  const lines = [safeForTerminal(fqdn)];
  if (audited === null) lines.push(...missingLines(explanation));
  else lines.push(...nameLines(audited));
  if (checks.length > 0) lines.push('', ...checks.map(checkLine), ...aceLines(explanation, context, options));
  if (audited !== null && audited.findings.length > 0) {
    lines.push('', 'findings');
    for (const { id, message, cure: remedy } of audited.findings) {
      lines.push(safeForTerminal(`  ${id}: ${message}`), `    cure: ${remedy}`);
    }
  }
  if (cure !== null) lines.push('', `cure: ${safeForTerminal(cure)}`);
  return `${lines.join('\n')}\n`;
}

/** The JSON value of one check. */
export function checkValue(
  explanation: Explanation,
  check: Check,
  context: SddlContext,
): Readonly<Record<string, unknown>> {
  const { right, decision, aces } = check.explained;
  return {
    fqdn: explanation.fqdn,
    zone: explanation.zone,
    exists: explanation.audited !== null,
    verdict: explanation.audited?.verdict ?? null,
    case: explanation.audited?.case ?? null,
    principal: check.principal,
    because: check.reason,
    right,
    access: decision.access,
    reason: decision.reason,
    decidedBy: decision.decidedBy === null ? null : formatAce(decision.decidedBy, context),
    steps: aces.map(({ ace, effect, role }) => ({
      ace: formatAce(ace, context),
      effect,
      trustee: { sid: ace.sid, name: explanation.nameOf(ace.sid) },
      role,
    })),
    cure: explanation.cure,
  };
}

function nameLines(name: AuditedName): readonly string[] {
  const owner = name.owner.name ?? name.owner.sid ?? 'not readable';
  return [
    safeForTerminal(`  records   ${recordWords(name)}`),
    safeForTerminal(`  owner     ${owner} (${name.owner.class})`),
    `  case      ${name.case}${name.evidence.length === 0 ? '' : safeForTerminal(`: ${name.evidence.join('; ')}`)}`,
    safeForTerminal(`  verdict   ${name.verdict}: ${name.reason}`),
  ];
}

function missingLines({ zone, checks }: Explanation): readonly string[] {
  const asked = checks.length === 0 ? '; name somebody with --as to see whether they may register it' : '';
  return [
    `  records   none: there is no such name in ${safeForTerminal(zone)}`,
    `  verdict   whoever may create names in the zone can register it${asked}`,
  ];
}

function recordWords(name: AuditedName): string {
  if (name.tombstoned) return 'none: the name is tombstoned';
  if (name.records.length === 0) return 'none';
  return name.records
    .map((record) => {
      const age = isStatic(record)
        ? 'static'
        : `refreshed ${hoursToDate(record.timestampHours)?.toISOString().slice(0, 13) ?? 'at some time'}h`;
      return `${recordTypeName(record.type)} ${formatRdata(record)} (${age})`;
    })
    .join(', ');
}

function checkLine({ principal, because, reason, explained }: Check): string {
  const { right, decision } = explained;
  const who = principal.name ?? principal.sid;
  const role = because === 'named' ? reason : `expected as ${reason}`;
  return safeForTerminal(`${who} ${ANSWER_WORDS[right][decision.access]}: ${decision.reason}; ${role}`);
}

/** Every ACE that speaks about the right, once, and what it did for each principal that was asked about. */
function aceLines(explanation: Explanation, context: SddlContext, options: TableOptions): readonly string[] {
  const [first] = explanation.checks;
  if (first === undefined) return [];
  const { aces, decision } = first.explained;
  if (aces.length === 0)
    return decision.access === 'unknown' ? [] : ['', 'No entry speaks about this right.'];
  const rows = aces.map(({ ace, effect }, index) => ({ ace, effect, index }));
  return [
    '',
    ...renderTable(aceColumns(explanation, context, options.width), rows, options)
      .trimEnd()
      .split('\n'),
  ];
}

/** Narrower terminals leave the SDDL of each entry out, so that what it says in words is not cut. */
const WIDE_COLUMNS = 150;

interface AceLine extends Pick<ExplainedAce, 'ace' | 'effect'> {
  readonly index: number;
}

function aceColumns(
  explanation: Explanation,
  context: SddlContext,
  width: number | null,
): readonly Column<AceLine>[] {
  const perCheck = explanation.checks.map(({ principal, explained }): Column<AceLine> => {
    const roleAt = (index: number): ExplainedAce['role'] | undefined => explained.aces[index]?.role;
    return {
      id: principal.sid,
      title: `For ${(principal.name ?? principal.sid).replace(/^.*\\/, '')}`,
      value: ({ index }) => (roleAt(index) === 'names somebody else' ? null : (roleAt(index) ?? null)),
      paint: ({ index }) => (roleAt(index) === 'decides' ? 'good' : 'dim'),
    };
  });
  const sddl: Column<AceLine> = { id: 'sddl', title: 'SDDL', value: ({ ace }) => formatAce(ace, context) };
  return [
    { id: 'effect', title: 'Entry', value: ({ effect }) => effect },
    { id: 'rights', title: 'Rights', value: ({ ace }) => rightsWords(ace) },
    { id: 'trustee', title: 'Trustee', value: ({ ace }) => explanation.nameOf(ace.sid) },
    ...perCheck,
    ...(width === null || width >= WIDE_COLUMNS ? [sddl] : []),
  ];
}

function rightsWords(ace: ExplainedAce['ace']): string {
  const shown = maskWords(ace.mask);
  if (ace.kind !== 'object' || ace.objectType === null) return shown;
  const attribute = Object.entries(SCHEMA_GUIDS).find(([, guid]) => guid === ace.objectType)?.[0];
  return `${shown} ${attribute ?? ace.objectType}`;
}

/** Short enough for a table: what little is missing from full control, or what little is there. */
function maskWords(mask: number): string {
  const missing = describeRights(FULL_CONTROL & ~mapGenericRights(mask));
  if (missing.length > 0 && missing.length <= 3) return `full control but ${missing.join(', ')}`;
  const words = describeRights(mask);
  return words.length > 3 ? `${words.slice(0, 3).join(', ')}, ...` : words.join(', ');
}
