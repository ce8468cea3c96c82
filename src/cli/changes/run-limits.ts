/** What is asked of a plan before anything is written: the domain, the approval, and how much of a zone it changes. */

import { SafetyError, StaleError } from '../../errors.ts';
import { type ChangeLimit, findStray, refuseLargePlan } from '../../plan/guards.ts';
import type { Plan } from '../../plan/plan.ts';
import { amountOf } from '../options.ts';
import type { Place } from '../place/connect.ts';

/** What passes the limits, as typed. */
export interface LimitFlags {
  readonly approve?: string;
  readonly maxChange?: ChangeLimit;
}

/** How much of a zone may change by the configuration; null when it says nothing. */
export function configuredLimitOf({ maxChange }: { readonly maxChange: string | null }): ChangeLimit | null {
  return maxChange === null ? null : amountOf(maxChange);
}

/** @throws StaleError when the plan was made for another domain */
export async function demandSameDomain(plan: Pick<Plan, 'domainSid'>, place: Place): Promise<void> {
  const { domain, server } = await place.source.describe();
  const found = domain?.sid ?? null;
  if (plan.domainSid === null || found === null || plan.domainSid === found) return;
  const message = `The plan was made for the domain ${plan.domainSid}, but ${server} is in ${found}`;
  throw new StaleError(message, { plannedHash: plan.domainSid, foundHash: found });
}

/** @throws SafetyError when the plan is not the approved one, changes what it does not name, or changes too much */
export function demandWithinLimits(plan: Plan, flags: LimitFlags, configuredLimit: ChangeLimit | null): void {
  demandApproved(plan, flags);
  const stray = findStray(plan);
  if (stray !== null)
    throw new SafetyError(`Refused: the plan changes ${stray.dn}, which lies in none of its zones`);
  if (flags.approve !== undefined) return;
  const refusal = refuseLargePlan(plan, flags.maxChange ?? configuredLimit);
  if (refusal !== null) throw new SafetyError(`Refused: ${refusal.message}`);
}

/** @throws SafetyError when --approve names another plan */
export function demandApproved({ checksum }: Pick<Plan, 'checksum'>, { approve }: LimitFlags): void {
  if (approve === undefined || approve === checksum) return;
  throw new SafetyError(`Refused: --approve names ${approve}, but this plan is ${checksum}`);
}
