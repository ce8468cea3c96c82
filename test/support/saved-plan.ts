/** A plan for the small test directory, saved by the program itself. */

import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runCli } from './fake-io.ts';
import { SMALL_SNAPSHOT } from './make-small-snapshot.ts';

/** Saves a plan as plan.json in `folder`. @param args more options for `grant` */
export async function savePlan(folder: string, args: readonly string[] = []): Promise<string> {
  const file = join(folder, 'plan.json');
  const from = ['--snapshot', SMALL_SNAPSHOT, '--dhcp-account', 'dhcp_update'];
  const { code, err } = await runCli(['grant', '-z', 'corp.example.com', ...from, ...args, '--plan', file]);
  assert.equal(code, 0, err);
  return file;
}

/** The arguments that rehearse a plan on a copy beside it, without asking. */
export function applyArgs(plan: string, snapshot: string = SMALL_SNAPSHOT): readonly string[] {
  return [
    'apply',
    plan,
    '--snapshot',
    snapshot,
    '--write-snapshot',
    join(dirname(plan), 'after.ldif'),
    '--yes',
  ];
}

/** That `folder` holds these files and no others. */
export function assertFiles(folder: string, expected: readonly string[]): void {
  assert.deepEqual(readdirSync(folder).sort(), expected);
}
