/** The evidence of a change as Markdown, for the ticket: verdict, counts before and after, plan, commands, limits. */

import type { Verdict } from '../assess/audit.ts';
import type { AuditSummary } from '../assess/audit-summary.ts';
import type { Problem } from '../errors.ts';
import type { Plan } from '../plan/plan.ts';
import { ROLE_OF_VERDICT } from './audit-rows.ts';
import { CHECK_COLUMNS } from './check-rows.ts';
import type { Column } from './columns.ts';
import { markdownCode, markdownList, renderMarkdownTable } from './markdown.ts';
import { planTotals } from './plan-rows.ts';
import { planCommands } from './plan-summary.ts';
import { PROBLEM_COLUMNS } from './problem-rows.ts';
import { goLine, type ZoneReadiness } from './readiness-rows.ts';
import { safeForMarkdown, safeForTerminal } from './safe-text.ts';

/** What one read came to. */
export interface Report {
  readonly readiness: readonly ZoneReadiness[];
  readonly before: AuditSummary;
  /** As if the plan had been carried out. */
  readonly after: AuditSummary;
  readonly plan: Plan;
  /** Where the plan lies, for the commands. */
  readonly planFile: string;
  readonly problems: readonly Problem[];
  /** What was not looked at, in sentences. */
  readonly limits: readonly string[];
  /** Every file with what it holds. */
  readonly files: readonly (readonly [name: string, what: string])[];
}

/** A verdict before and after. */
export interface VerdictChange {
  readonly verdict: Verdict;
  readonly before: number;
  readonly after: number;
}

export const VERDICT_CHANGE_COLUMNS: readonly Column<VerdictChange>[] = [
  {
    id: 'verdict',
    title: 'Verdict',
    value: (row) => row.verdict,
    paint: (row) => ROLE_OF_VERDICT[row.verdict],
  },
  { id: 'before', title: 'Now', value: (row) => row.before, align: 'right' },
  { id: 'after', title: 'After the plan', value: (row) => row.after, align: 'right' },
];

const MOST_PROBLEMS = 20;

/** Every verdict that some name has, now or then. */
export function verdictChanges({
  before,
  after,
}: Pick<Report, 'before' | 'after'>): readonly VerdictChange[] {
  const verdicts = new Set([
    ...Object.keys(before.byVerdict),
    ...Object.keys(after.byVerdict),
  ]) as Set<Verdict>;
  return [...verdicts].map((verdict) => ({
    verdict,
    before: before.byVerdict[verdict] ?? 0,
    after: after.byVerdict[verdict] ?? 0,
  }));
}

/** The whole document. */
export function renderReportMarkdown(report: Report): string {
  const { readiness, plan, planFile, problems, limits, files } = report;
  const zones = plan.zones.map(({ name }) => name).join(', ');
  const shown = problems.slice(0, MOST_PROBLEMS);
  const more =
    problems.length > shown.length ? `and ${problems.length - shown.length} more, in audit.json\n\n` : '';
  const how = planCommands(plan, planFile).map(safeForTerminal);
  return [
    `# Secure dynamic update: ${safeForMarkdown(zones)}\n\n`,
    ...readiness.map((zone) => `**${safeForMarkdown(goLine(zone))}**\n\n`),
    markdownList([
      `Read from: ${safeForMarkdown(plan.server)}`,
      `Made: ${plan.createdAt} by ${safeForMarkdown(plan.tool)}`,
      `Plan: ${safeForMarkdown(planTotals(plan))}`,
      `Checksum of the plan: ${plan.checksum}`,
    ]),
    `## Verdicts\n\n${renderMarkdownTable(VERDICT_CHANGE_COLUMNS, verdictChanges(report))}`,
    ...readiness.map(
      ({ zone, checks }) =>
        `## Is ${safeForMarkdown(zone)} ready?\n\n${renderMarkdownTable(CHECK_COLUMNS, checks)}`,
    ),
    plan.changes.length === 0
      ? ''
      : `## How\n\nTo apply exactly this plan, and to take it back with the journal that applying it names:\n\n${markdownCode(how)}`,
    shown.length === 0 ? '' : `## Problems\n\n${renderMarkdownTable(PROBLEM_COLUMNS, shown)}${more}`,
    `## What was not looked at\n\n${markdownList(limits.map(safeForMarkdown))}`,
    `## Files\n\n${markdownList(files.map(([name, what]) => `${name}: ${safeForMarkdown(what)}`))}`,
  ]
    .join('')
    .trimEnd()
    .concat('\n');
}
