/** Audited names as rows, JSON values and summaries. */

import type { AuditedName, Verdict } from '../assess/audit.ts';
import type { AuditSummary } from '../assess/audit-summary.ts';
import type { Ace } from '../formats/ace.ts';
import { formatAce, type SddlContext } from '../formats/sddl.ts';
import type { Column, Role } from './columns.ts';
import { jsonLine } from './json.ts';
import { ownerValue, percent, recordTypes } from './owner-rows.ts';
import { safeDn } from './safe-text.ts';

/** What the colour of a verdict means. */
export const ROLE_OF_VERDICT: Readonly<Record<Verdict, Role | null>> = {
  ready: 'good',
  partly: 'warn',
  blocked: 'bad',
  'no-updater': 'warn',
  dormant: null,
  static: 'dim',
  infrastructure: 'dim',
  unknown: 'warn',
};

/** What the rows of `audit` are made of: an audited name without the bytes it was read from. */
export type AuditRow = Omit<AuditedName, 'descriptor'>;

const NAME: Column<AuditRow> = { id: 'name', title: 'Name', value: (row) => row.fqdn };
const TYPE: Column<AuditRow> = { id: 'type', title: 'Type', value: recordTypes };
const VERDICT: Column<AuditRow> = {
  id: 'verdict',
  title: 'Verdict',
  value: (row) => row.verdict,
  paint: (row) => ROLE_OF_VERDICT[row.verdict],
};
const CASE: Column<AuditRow> = { id: 'case', title: 'Case', value: (row) => row.case };
const CLASS: Column<AuditRow> = { id: 'class', title: 'Owner class', value: (row) => row.owner.class };
const REASON: Column<AuditRow> = { id: 'reason', title: 'Reason', value: (row) => row.reason };
const FINDINGS_COLUMN: Column<AuditRow> = {
  id: 'findings',
  title: 'Findings',
  value: (row) => row.findings.map((finding) => finding.id).join(' ') || null,
};

/** One line of `audit` for a terminal. */
export const AUDIT_TABLE_COLUMNS: readonly Column<AuditRow>[] = [
  NAME,
  TYPE,
  VERDICT,
  CASE,
  CLASS,
  REASON,
  FINDINGS_COLUMN,
];

/**
 * One line of `audit` with everything about it. The CSV is valid input for `grant --csv`: it has no column that names
 * a principal, so that the expected updaters are planned.
 */
export const AUDIT_COLUMNS: readonly Column<AuditRow>[] = [
  NAME,
  { id: 'zone', title: 'Zone', value: (row) => row.zone },
  TYPE,
  VERDICT,
  CASE,
  REASON,
  { id: 'updaters', title: 'Updaters', value: updaterWords },
  { id: 'evidence', title: 'Evidence', value: (row) => row.evidence.join('; ') || null },
  CLASS,
  { id: 'owner', title: 'Owner', value: (row) => row.owner.name ?? row.owner.sid },
  FINDINGS_COLUMN,
  { id: 'dn', title: 'DN', value: (row) => safeDn(row.dn) },
];

/** How many names have a verdict. */
export interface VerdictCount {
  readonly verdict: Verdict;
  readonly names: number;
  readonly total: number;
}

/** One line per verdict. */
export const VERDICT_COLUMNS: readonly Column<VerdictCount>[] = [
  {
    id: 'verdict',
    title: 'Verdict',
    value: (row) => row.verdict,
    paint: (row) => ROLE_OF_VERDICT[row.verdict],
  },
  { id: 'names', title: 'Names', value: (row) => row.names, align: 'right' },
  { id: 'share', title: 'Share', value: (row) => percent(row.names, row.total), align: 'right' },
];

/** The verdicts of a summary as rows, in the order of the catalogue. */
export function verdictCounts({ names, byVerdict }: AuditSummary): readonly VerdictCount[] {
  return Object.entries(byVerdict).map(([verdict, found]) => ({
    verdict: verdict as Verdict,
    names: found,
    total: names,
  }));
}

/** Cases and findings of a summary, each in one line; nothing for those that were not met. */
export function summaryLines({ byCase, byFinding }: AuditSummary): readonly string[] {
  const list = (counts: Readonly<Record<string, number | undefined>>): string =>
    Object.entries(counts)
      .map(([key, value]) => `${key} ${value}`)
      .join(', ');
  return [
    ['Cases', list(byCase)],
    ['Findings', list(byFinding)],
  ].flatMap(([title, counts]) => (counts === '' ? [] : [`${title}: ${counts}`]));
}

/** The JSON value of an audited name, one line. */
export function auditLine(row: AuditRow, context: SddlContext): string {
  return jsonLine(auditValue(row, context));
}

function auditValue(row: AuditRow, context: SddlContext): Readonly<Record<string, unknown>> {
  return {
    ...ownerValue(row),
    case: row.case,
    evidence: row.evidence,
    verdict: row.verdict,
    reason: row.reason,
    updaters: row.updaters.map(({ principal, because, reason, access, decision }) => ({
      principal,
      because,
      reason,
      access,
      decidedBy: decision.decidedBy === null ? null : aceText(decision.decidedBy, context),
    })),
    findings: row.findings,
  };
}

/** The same few ACEs decide about many names, so each is written out once. */
const aceTexts = new WeakMap<SddlContext, WeakMap<Ace, string>>();

function aceText(ace: Ace, context: SddlContext): string {
  let texts = aceTexts.get(context);
  if (texts === undefined) {
    texts = new WeakMap();
    aceTexts.set(context, texts);
  }
  let text = texts.get(ace);
  if (text === undefined) {
    text = formatAce(ace, context);
    texts.set(ace, text);
  }
  return text;
}

function updaterWords(row: AuditRow): string | null {
  const words = row.updaters.map(({ principal, access }) => `${principal.name ?? principal.sid}: ${access}`);
  return words.join('; ') || null;
}
