/** What a report says besides its names: its files, what the plan comes to, and what was not looked at. */

import { htmlCommands } from '../report/document-html.ts';
import { html, htmlTable } from '../report/html.ts';
import { planTotals } from '../report/plan-rows.ts';
import { planCommands } from '../report/plan-summary.ts';
import { type Report, VERDICT_CHANGE_COLUMNS, verdictChanges } from '../report/report-markdown.ts';
import type { AfterPlan } from './answer/audit-page.ts';
import type { Reading } from './reading.ts';

/** What the folder holds besides SHA256SUMS. */
export const REPORT_FILES: Report['files'] = [
  ['report.html', 'go or no-go, counts now and after the plan, every name; opens without a network'],
  ['report.md', 'the same in short, for the ticket'],
  ['names.csv', 'every name with its verdict; grant --csv takes it'],
  ['audit.json', 'every name with all that is known of it'],
  ['plan.json', 'the plan, for apply'],
  ['plan.html', 'the plan for reviewers, old against new'],
];

/** What the page says of the plan. */
export function afterPlan(report: Report): AfterPlan {
  const { plan, planFile, limits, after } = report;
  const how = html`<p>To apply exactly this plan, and to take it back with the journal that applying it names:</p>\n`;
  const commands = plan.changes.length === 0 ? [] : [how, htmlCommands(planCommands(plan, planFile))];
  const table = htmlTable('Verdicts now and after the plan', VERDICT_CHANGE_COLUMNS, verdictChanges(report));
  return {
    byVerdict: after.byVerdict,
    facts: [
      ['Plan', planTotals(plan)],
      ['Checksum', plan.checksum],
    ],
    sections: [
      { id: 'plan', title: 'What the plan would change', content: [table, ...commands] },
      {
        id: 'limits',
        title: 'What was not looked at',
        content: [html`<ul>${limits.map((text) => html`<li>${text}</li>\n`)}</ul>\n`],
      },
    ],
  };
}

/** What a reader might take for granted and must not, in sentences. */
export function limitsOf(
  { info, zones, estate }: Reading,
  { hasLeases, includeProtected }: { readonly hasLeases: boolean; readonly includeProtected: boolean },
): readonly string[] {
  return [
    `Every zone but ${zones.map(({ name }) => name).join(', ')}`,
    info.live
      ? `The copies of other domain controllers: only ${info.server} was read; dnsacl readiness compares them`
      : `Everything that happened since the file was made, and every domain controller: only ${info.server} was read`,
    ...(estate.dhcpAccounts.length > 0
      ? []
      : [
          'The DHCP account: none was named with --dhcp-account, so what DHCP servers register is judged without it',
        ]),
    ...(hasLeases ? [] : ['The leases of DHCP servers: no list was given with --leases']),
    ...(includeProtected ? [] : ['Protected names: they are judged, but the plan leaves them alone']),
    'Rights that are too wide: the plan only adds; dnsacl revoke takes away',
  ];
}
