/** Reads plan files. */

import { readFile } from 'node:fs/promises';
import { UsageError } from '../../errors.ts';
import type { Plan } from '../../plan/plan.ts';
import { parsePlan } from '../../plan/plan-file.ts';

/** Reads and checks a plan file. @throws UsageError or StaleError as parsePlan does */
export async function loadPlan(file: string): Promise<Plan> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new UsageError(`Cannot read the plan ${file}: ${(error as Error).message}`, file, { cause: error });
  }
  return parsePlan(text, file);
}
