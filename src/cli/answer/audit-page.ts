/** An audit as one HTML page: go or no-go first, then the counts, then every name. */

import type { AuditedName } from '../../assess/audit.ts';
import type { AuditSummary } from '../../assess/audit-summary.ts';
import type { BlockedLimit } from '../../assess/readiness.ts';
import { counted } from '../../formats/counted.ts';
import type { DocumentHead } from '../../report/document-html.ts';
import { isoSeconds } from '../../report/json.ts';
import { AUDIT_PAGE, auditCharts, auditPageCells, createChartTally } from '../../report/name-page.ts';
import type { Page, PageSection } from '../../report/page-html.ts';
import { problemSection } from '../../report/problem-rows.ts';
import { readinessSections, readinessVerdict } from '../../report/readiness-html.ts';
import type { ZoneReadiness } from '../../report/readiness-rows.ts';
import { cureOf } from '../cure.ts';
import { createZoneJudge } from '../judging.ts';
import type { WhereFlags, WhoFlags } from '../options.ts';
import { allProblems, type Reading } from '../reading.ts';
import type { Surroundings } from '../surroundings.ts';
import type { Answer } from './answer.ts';
import { createPageList } from './page-list.ts';
import type { Shelf } from './shelf.ts';

/** What the page is told besides the names. */
export interface AuditPageOptions {
  /** As typed, for the cures. */
  readonly flags: WhereFlags & WhoFlags;
  readonly limit: BlockedLimit;
  /** What is around the zones; null when not every name is looked at, and so nothing is said of the zones. */
  readonly surroundings: Surroundings | null;
  /** Where the rows wait; in memory unless one is given. */
  readonly shelf?: Shelf;
  readonly now: Date;
}

/** What a plan would come to, for a page that shows one. */
export interface AfterPlan {
  readonly byVerdict: AuditSummary['byVerdict'];
  readonly sections: readonly PageSection[];
  readonly facts: DocumentHead['facts'];
}

export interface AuditPage {
  /** @param afterOf the verdict of a name once the plan is carried out; null where it changes nothing */
  add(page: readonly AuditedName[], afterOf?: (name: AuditedName) => string | null): Promise<void>;
  /** Go or no-go of each zone, by what came so far. */
  readiness(): Promise<readonly ZoneReadiness[]>;
  /** The page, piece by piece. @param after null without a plan */
  texts(summary: AuditSummary, after: AfterPlan | null): Promise<Iterable<string>>;
}

export function createAuditPage(
  reading: Reading,
  answer: Pick<Answer, 'stages' | 'tool'>,
  { flags, limit, surroundings, shelf, now }: AuditPageOptions,
): AuditPage {
  const zones = surroundings === null ? [] : reading.zones;
  const judges = new Map(
    zones.map((zone) => [zone.name, createZoneJudge(zone, reading, surroundings as Surroundings)]),
  );
  const charts = createChartTally(now);
  let afterOf: (name: AuditedName) => string | null = () => null;
  const list = createPageList<AuditedName>(
    answer,
    AUDIT_PAGE,
    (name) => auditPageCells(name, { cure: cureOf(name, flags), after: afterOf(name) }, now),
    shelf,
  );
  const readiness = async (): Promise<readonly ZoneReadiness[]> => {
    const judged: ZoneReadiness[] = [];
    for (const judge of judges.values()) judged.push(await judge.result(limit));
    return judged;
  };
  return {
    readiness,
    add: async (names, after = () => null) => {
      for (const name of names) {
        judges.get(name.zone)?.add(name);
        charts.add(name);
      }
      afterOf = after;
      await list.add(names);
    },
    texts: async (summary, after) => {
      const judged = await readiness();
      const head = headOf(summary, judged, reading, { tool: answer.tool, now });
      const facts = [...head.facts, ...(after?.facts ?? [])];
      return list.texts(pageOf({ ...head, facts }, summary, judged, after));
    },
  };

  function pageOf(
    head: DocumentHead,
    summary: AuditSummary,
    judged: readonly ZoneReadiness[],
    after: AfterPlan | null,
  ): Page {
    return {
      head,
      charts: auditCharts(summary, charts, after?.byVerdict ?? null),
      sections: [...readinessSections(judged), ...(after?.sections ?? [])],
      title: 'Names',
      model: AUDIT_PAGE,
      more: problemSection(allProblems(reading)),
      tool: answer.tool,
    };
  }
}

function headOf(
  { names, byVerdict }: AuditSummary,
  zones: readonly ZoneReadiness[],
  reading: Reading,
  { tool, now }: { readonly tool: string; readonly now: Date },
): DocumentHead {
  const { blocked = 0, partly = 0, ready = 0, unknown = 0 } = byVerdict;
  const text = `${blocked} of ${counted(names, 'name')} ${blocked === 1 ? 'is' : 'are'} blocked; not every name was looked at, so this is neither go nor no-go`;
  return {
    title: `Audit of ${reading.zones.map(({ name }) => name).join(', ')}`,
    verdict:
      zones.length > 0 ? readinessVerdict(zones) : { role: blocked + unknown > 0 ? 'bad' : 'warn', text },
    numbers: [
      ['names', names],
      ['blocked', blocked],
      ['partly ready', partly],
      ['cannot be judged', unknown],
      ['ready', ready],
    ],
    facts: [
      ['Read from', reading.info.server],
      ['Made', `${isoSeconds(now)} by ${tool}`],
    ],
  };
}
