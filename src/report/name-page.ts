/** Names on a page: the columns of `audit` and of `owners`, what a row opens to, and the head and charts above them. */

import type { AuditSummary } from '../assess/audit-summary.ts';
import type { OwnerClass } from '../assess/owner-class.ts';
import { formatRdata, isStatic, recordTypeName } from '../formats/dns-record.ts';
import { type AuditRow, ROLE_OF_VERDICT } from './audit-rows.ts';
import { barsOf, type Chart } from './charts.ts';
import type { Role } from './columns.ts';
import { isoSeconds } from './json.ts';
import { type OwnerRow, ROLE_OF_CLASS, recordTypes, updateKind } from './owner-rows.ts';
import { cellsInOrder } from './page-html.ts';
import type { PageCell, PageColumn, PageModel } from './page-model.ts';
import { lastRefresh, REFRESH_AGES, refreshAge } from './refresh-age.ts';
import { safeDn } from './safe-text.ts';

const NAME: PageColumn = { id: 'name', title: 'Name', place: 'cell', form: 'text', width: 5, split: '.' };
const TYPE: PageColumn = {
  id: 'type',
  title: 'Type',
  place: 'cell',
  form: 'text',
  width: 1.3,
  facet: 'whole',
};
const CLASS: PageColumn = {
  id: 'class',
  title: 'Owner class',
  place: 'cell',
  form: 'text',
  width: 2,
  facet: 'whole',
  roles: definedRoles(ROLE_OF_CLASS),
};
const OWNER: PageColumn = { id: 'owner', title: 'Owner', place: 'cell', form: 'text', width: 3 };
const REFRESHED: PageColumn = {
  id: 'refreshed',
  title: 'Last refresh',
  place: 'cell',
  form: 'text',
  width: 2.4,
};
/** What every row opens to first and last. */
const FIRST_DETAILS: readonly PageColumn[] = [
  { id: 'records', title: 'Records', place: 'detail', form: 'lines' },
  { id: 'age', title: 'Age of last refresh', place: 'detail', form: 'text', facet: 'whole' },
];
const LAST_DETAILS: readonly PageColumn[] = [
  { id: 'zone', title: 'Zone', place: 'detail', form: 'text', facet: 'whole' },
  { id: 'dn', title: 'DN', place: 'detail', form: 'text', split: ',' },
];

/** Of `audit`, in the order of the cells. */
export const AUDIT_PAGE_COLUMNS: readonly PageColumn[] = [
  NAME,
  TYPE,
  {
    id: 'verdict',
    title: 'Verdict',
    place: 'cell',
    form: 'text',
    width: 2,
    facet: 'whole',
    roles: definedRoles(ROLE_OF_VERDICT),
  },
  { id: 'case', title: 'Case', place: 'cell', form: 'text', width: 1.5, facet: 'whole' },
  CLASS,
  OWNER,
  REFRESHED,
  { id: 'findings', title: 'Findings', place: 'cell', form: 'text', width: 2.5, facet: 'words' },
  { id: 'reason', title: 'Reason', place: 'detail', form: 'text', searched: true },
  { id: 'after', title: 'After the plan', place: 'detail', form: 'text', facet: 'whole' },
  { id: 'cure', title: 'Cure', place: 'detail', form: 'command' },
  { id: 'updaters', title: 'Expected updaters', place: 'detail', form: 'lines' },
  { id: 'evidence', title: 'What speaks for the case', place: 'detail', form: 'lines' },
  { id: 'remarks', title: 'What was found', place: 'detail', form: 'lines' },
  ...FIRST_DETAILS,
  ...LAST_DETAILS,
];

/** Of `owners`, in the order of the cells. */
export const OWNER_PAGE_COLUMNS: readonly PageColumn[] = [
  NAME,
  TYPE,
  { id: 'kind', title: 'Kind', place: 'cell', form: 'text', width: 2, facet: 'whole' },
  CLASS,
  OWNER,
  REFRESHED,
  { id: 'sid', title: 'Owner SID', place: 'detail', form: 'text' },
  { id: 'unreadable', title: 'Unreadable', place: 'detail', form: 'text' },
  ...FIRST_DETAILS,
  ...LAST_DETAILS,
];

export const AUDIT_PAGE: PageModel = pageOf('audit', AUDIT_PAGE_COLUMNS);
export const OWNER_PAGE: PageModel = pageOf('owners', OWNER_PAGE_COLUMNS);

/** What a page shows of an audited name besides what the audit says. */
export interface AuditRemarks {
  /** The command that helps, null when none does. */
  readonly cure: string | null;
  /** The verdict when a plan is carried out; null when there is no plan, or it does not change the name. */
  readonly after: string | null;
}

/** The cells of an audited name. */
export function auditPageCells(row: AuditRow, { cure, after }: AuditRemarks, now: Date): readonly PageCell[] {
  return cellsInOrder(AUDIT_PAGE_COLUMNS, {
    ...sharedCells(row, now),
    verdict: row.verdict,
    case: row.case,
    findings: row.findings.map(({ id }) => id).join(' '),
    reason: row.reason,
    after,
    cure,
    updaters: row.updaters.map(
      ({ principal, access, reason }) => `${principal.name ?? principal.sid}: ${access} (${reason})`,
    ),
    evidence: row.evidence,
    remarks: row.findings.map(({ id, message, cure: remedy }) => `${id}: ${message}. ${remedy}`),
  });
}

/** The cells of a name with its owner. */
export function ownerPageCells(row: OwnerRow, now: Date): readonly PageCell[] {
  const { unreadable, owner } = row;
  return cellsInOrder(OWNER_PAGE_COLUMNS, {
    ...sharedCells(row, now),
    kind: updateKind(row),
    sid: owner.sid,
    unreadable,
  });
}

function sharedCells(row: OwnerRow, now: Date): Readonly<Record<string, PageCell | null>> {
  const { fqdn, zone, dn, owner } = row;
  const refreshed = lastRefresh(row);
  return {
    name: fqdn,
    type: recordTypes(row),
    class: owner.class,
    owner: owner.name ?? owner.sid,
    refreshed:
      refreshed === null ? null : isoSeconds(refreshed).slice(0, 'yyyy-mm-ddThh:mm'.length).replace('T', ' '),
    age: refreshAge(refreshed, now),
    records: row.records.map(
      (record) =>
        `${recordTypeName(record.type)} ${formatRdata(record)}, TTL ${record.ttlSeconds} s${isStatic(record) ? ', static' : ''}`,
    ),
    zone,
    dn: safeDn(dn),
  };
}

/** Counts names as they come by, for the charts. */
export interface ChartTally {
  add(row: OwnerRow): void;
  readonly byClass: Readonly<Partial<Record<OwnerClass, number>>>;
  readonly byAge: Readonly<Record<string, number>>;
}

export function createChartTally(now: Date): ChartTally {
  const byClass: Partial<Record<OwnerClass, number>> = {};
  const byAge: Record<string, number> = {};
  return {
    byClass,
    byAge,
    add: (row) => {
      const age = refreshAge(lastRefresh(row), now);
      byClass[row.owner.class] = (byClass[row.owner.class] ?? 0) + 1;
      byAge[age] = (byAge[age] ?? 0) + 1;
    },
  };
}

/** @param after the verdicts when a plan is carried out; null without a plan */
export function auditCharts(
  { byVerdict, byCase }: AuditSummary,
  tally: ChartTally,
  after: AuditSummary['byVerdict'] | null,
): readonly Chart[] {
  return [
    { title: 'Verdicts', column: 'verdict', bars: barsOf(byVerdict, ROLE_OF_VERDICT, after) },
    ...ownerCharts(tally),
    { title: 'Cases', column: 'case', bars: barsOf(byCase, {}) },
  ];
}

export function ownerCharts({ byClass, byAge }: ChartTally): readonly Chart[] {
  const mostFirst = Object.fromEntries(Object.entries(byClass).sort(([, a], [, b]) => b - a));
  const ages = REFRESH_AGES.flatMap((age) => (byAge[age] === undefined ? [] : [[age, byAge[age]] as const]));
  return [
    { title: 'Owner classes', column: 'class', bars: barsOf(mostFirst, ROLE_OF_CLASS) },
    { title: 'Age of last refresh', column: 'age', bars: barsOf(Object.fromEntries(ages), {}) },
  ];
}

function pageOf(command: string, columns: readonly PageColumn[]): PageModel {
  return { noun: 'names', columns, csvName: `${command}.csv`, approval: null };
}

function definedRoles(roles: Readonly<Partial<Record<string, Role | null>>>): Readonly<Record<string, Role>> {
  return Object.fromEntries(Object.entries(roles).flatMap(([text, role]) => (role ? [[text, role]] : [])));
}
