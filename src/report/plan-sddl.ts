/** A plan as the difference between old and new SDDL, name by name, in the manner of a unified diff. */

import type { Plan, PlannedChange } from '../plan/plan.ts';
import { safeForTerminal } from './safe-text.ts';
import { diffSddl } from './sddl-diff.ts';

/** The text of the plan, one piece per change; each ends in an empty line. */
export function* renderPlanSddl(plan: Plan): Generator<string> {
  for (const change of plan.changes) yield renderChange(change);
}

function renderChange({ fqdn, before, after }: PlannedChange): string {
  const name = safeForTerminal(fqdn);
  const lines = diffSddl(before.sddl, after.sddl).map(({ mark, text }) => `${mark}${text}`);
  return `${[`--- ${name} (old)`, `+++ ${name} (new)`, ...lines].join('\n')}\n\n`;
}
