/** Running plans for names of corp.example.com against a store. */

import type { Journal } from '../../src/apply/journal.ts';
import { type ChangeResult, type RunOptions, type RunSummary, runPlan } from '../../src/apply/run.ts';
import type { DescriptorStore } from '../../src/apply/store.ts';
import type { OwnedName } from '../../src/assess/owner-class.ts';
import { DirectoryError, type DirectoryFault } from '../../src/errors.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { storedNode } from './corp-plan.ts';

export const NAMES: readonly string[] = ['pc1', 'pc2', 'pc3', 'pc4', 'pc5'];

export function nodes(names: readonly string[] = NAMES): readonly OwnedName[] {
  return names.map((name) => storedNode(name));
}

export function dnOf(name: string): string {
  return storedNode(name).dn;
}

/** What a store throws. */
export function fault(kind: DirectoryFault, message = `it said ${kind}`): DirectoryError {
  return new DirectoryError(kind, message, { operation: 'change the descriptor of a name' });
}

export interface Run {
  readonly summary: RunSummary;
  readonly results: readonly ChangeResult[];
}

export async function run(
  plan: Plan,
  store: DescriptorStore,
  journal: Journal,
  concurrency = 1,
  more: Partial<RunOptions> = {},
): Promise<Run> {
  const results: ChangeResult[] = [];
  const onResult = (result: ChangeResult) => results.push(result);
  const options = { tool: 'dnsacl test', concurrency, onResult, ...more };
  const summary = await runPlan(plan, store, journal, options);
  return { summary, results };
}
