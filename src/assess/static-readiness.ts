/** Is a zone ready to take no dynamic updates at all? Then every dynamic name stops, whoever may write it. */

import { counted } from '../formats/counted.ts';
import type { Census } from '../records/census.ts';
import { allowedNames, type BlockedLimit, type NameReadiness } from './readiness.ts';

/** Judges by the counts of a zone alone. */
export function judgeStatic({ names, dynamic }: Census, limit: BlockedLimit): NameReadiness {
  const allowed = allowedNames(limit, dynamic);
  const go = dynamic <= allowed;
  const check = {
    id: 'dynamic-names',
    status: go ? 'pass' : 'fail',
    message: `${dynamic} of ${counted(names, 'name')} ${dynamic === 1 ? 'is' : 'are'} dynamic and would stop updating; at most ${allowed} may`,
    cure: go ? null : 'make their records static, or let them go with --max-blocked',
  } as const;
  return { go, names, dynamic, blocked: dynamic, unknown: 0, limit: allowed, checks: [check], worst: [] };
}
