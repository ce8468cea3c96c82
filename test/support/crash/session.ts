/** A run, its going on and its undoing in one folder: `plan.json`, the store, and the two journals. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { continueJournal, createJournal, type Journal } from '../../../src/apply/journal.ts';
import { readJournal } from '../../../src/apply/journal-state.ts';
import { type RunSummary, resumeRun, runPlan } from '../../../src/apply/run.ts';
import type { DescriptorStore } from '../../../src/apply/store.ts';
import { planUndo } from '../../../src/apply/undo.ts';
import { draftPlan, type Plan } from '../../../src/plan/plan.ts';
import { parsePlan, sealPlan } from '../../../src/plan/plan-file.ts';
import { SDDL } from '../corp.ts';
import { HEAD } from '../corp-plan.ts';
import { openFiles } from './file-store.ts';
import { type Fuse, fusedJournal, fusedStore } from './fuse.ts';

export const RUN = 'run.journal';
export const UNDO = 'undo.journal';

const NOW = (): Date => new Date('2026-11-20T21:00:00Z');
const OPTIONS = { tool: 'dnsacl test', concurrency: 3, onResult: () => {} };

/** Applies the plan of the folder. */
export function apply(folder: string, fuse: Fuse): Promise<RunSummary> {
  const plan = parsePlan(readFileSync(join(folder, 'plan.json'), 'utf8'), 'plan.json');
  return execute(folder, RUN, plan, fuse);
}

/** Goes on with a journal. */
export async function resume(folder: string, name: string, fuse: Fuse): Promise<RunSummary> {
  const state = await readJournal(join(folder, name));
  const store = fusedStore(openFiles(join(folder, 'store')), fuse);
  const journal = await continueJournal(state.tail, NOW);
  return closing(journal, () => resumeRun(state, store, fusedJournal(journal, fuse), OPTIONS));
}

/** Takes the run back; an undoing that was begun is gone on with. */
export async function undo(folder: string, fuse: Fuse): Promise<RunSummary> {
  if (existsSync(join(folder, UNDO))) return resume(folder, UNDO, fuse);
  const store = openFiles(join(folder, 'store'));
  return execute(folder, UNDO, await undoPlan(folder, store), fuse);
}

/** The plan that takes the run back. */
export async function undoPlan(folder: string, store: DescriptorStore): Promise<Plan> {
  const { names } = await readJournal(join(folder, RUN));
  const outcomes = await Promise.all(
    names.map(async (name) => planUndo(name, await store.read(name.change), SDDL)),
  );
  return sealPlan(draftPlan(HEAD, outcomes));
}

async function execute(folder: string, name: string, plan: Plan, fuse: Fuse): Promise<RunSummary> {
  const store = fusedStore(openFiles(join(folder, 'store')), fuse);
  fuse.step();
  const journal = await createJournal(join(folder, name), NOW);
  fuse.step();
  return closing(journal, () => runPlan(plan, store, fusedJournal(journal, fuse), OPTIONS));
}

async function closing(journal: Journal, work: () => Promise<RunSummary>): Promise<RunSummary> {
  try {
    return await work();
  } finally {
    await journal.close();
  }
}
