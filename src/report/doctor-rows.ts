/** What doctor says, as text and JSON values. */

import type { Delegation } from '../assess/delegation.ts';
import type { Diagnosis, DoctorCheck } from '../assess/doctor.ts';
import { counted } from '../formats/counted.ts';
import { renderChecks, ZONE_CHECK_COLUMNS } from './check-rows.ts';
import { delegationLines } from './delegation-lines.ts';
import { markdownCode, renderMarkdownTable } from './markdown.ts';
import { createPaint } from './paint.ts';
import { safeForTerminal } from './safe-text.ts';
import type { TableOptions } from './table.ts';
import { ticketText } from './ticket.ts';

/** The whole answer for people: the checks of the place, those of each zone, the delegations. */
export function renderDiagnosis(
  { checks, delegations }: Diagnosis,
  options: Pick<TableOptions, 'color'>,
): string {
  const paint = createPaint(options.color);
  const parts: string[] = [];
  for (const [zone, own] of Map.groupBy(checks, (check) => check.zone)) {
    const title = zone === null ? '' : `${paint.heading(safeForTerminal(zone))}\n`;
    parts.push(`${title}${renderChecks(own, options)}`);
  }
  for (const delegation of delegations) parts.push(renderDelegation(delegation, paint.heading));
  return `${parts.join('\n')}\n${countLine(checks)}\n`;
}

/** The same for a ticket: the counts, one table of all checks, and the delegations as they are typed. */
export function renderDiagnosisMarkdown({ checks, delegations }: Diagnosis): string {
  return [
    ticketText([countLine(checks)]),
    renderMarkdownTable(ZONE_CHECK_COLUMNS, checks),
    ...delegations.map((delegation) => {
      const [title = '', ...lines] = renderDelegation(delegation, (text) => text)
        .trimEnd()
        .split('\n');
      return `${ticketText([title])}${markdownCode(lines.map(safeForTerminal))}`;
    }),
  ].join('');
}

function renderDelegation(delegation: Delegation, heading: (text: string) => string): string {
  const { dsacls, powershell, sambaTool } = delegationLines(delegation);
  const [first] = delegation.aces;
  const whom = first === undefined ? '' : ` for ${first.principal.name ?? first.principal.sid}`;
  const lines = [
    heading(safeForTerminal(`Smallest delegation${whom} on ${delegation.zone}`)),
    ...delegation.aces.map(({ ace, reason }) => `  ${ace}  ${reason}`),
    '  dsacls:',
    ...dsacls.map((line) => `    ${line}`),
    '  PowerShell:',
    ...powershell.map((line) => `    ${line}`),
    '  samba-tool:',
    ...sambaTool.map((line) => `    ${line}`),
    ...(delegation.aces.some(({ ace }) => INHERITED.test(ace)) ? [INHERITANCE_NOTE] : []),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

const INHERITED = /^\(OA;CIIO;/;
const INHERITANCE_NOTE =
  '  Names get it some time later, and never when their access list is protected from inheritance';

function countLine(checks: readonly DoctorCheck[]): string {
  const count = (status: DoctorCheck['status']): number =>
    checks.filter((check) => check.status === status).length;
  return `${counted(checks.length, 'check')}: ${count('pass')} pass, ${count('warn')} warn, ${count('fail')} fail, ${count('unknown')} unknown`;
}

/** The body of the JSON document. */
export function diagnosisValue({ checks, delegations }: Diagnosis): Readonly<Record<string, unknown>> {
  return { checks: checks.map(checkValue), delegations: delegations.map(delegationValue) };
}

/** One check as JSON. */
export function checkValue({
  zone,
  id,
  status,
  message,
  cure,
}: DoctorCheck): Readonly<Record<string, unknown>> {
  return { zone, id, status, message, cure };
}

function delegationValue(delegation: Delegation): Readonly<Record<string, unknown>> {
  const { zone, dn, aces } = delegation;
  return { zone, dn, aces, lines: delegationLines(delegation) };
}
