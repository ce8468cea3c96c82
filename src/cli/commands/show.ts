/** `dnsacl show`: a plan in any format, stale or not. Nothing but the file is read. */

import type { Command } from 'commander';
import { openAnswer } from '../answer.ts';
import type { Deps } from '../deps.ts';
import { EXIT_CODES, type ExitCode } from '../exit.ts';
import { addOutputOptions, type OutputFlags } from '../options.ts';
import { writePlan } from '../plan-answer.ts';
import { loadPlan } from '../plan-input.ts';

export function showCommand(parent: Command, deps: Deps): void {
  const command = parent.command('show').description('show a plan').argument('<plan>', 'plan file');
  addOutputOptions(command).addHelpText(
    'after',
    `
Examples:
  dnsacl show change.json
  dnsacl show change.json -v          every skipped name with its reason
  dnsacl show change.json -f csv -o change.csv`,
  );
  command.action(async (file: string, flags: OutputFlags) => deps.finish(await runShow(file, flags, deps)));
}

export async function runShow(file: string, flags: OutputFlags, deps: Deps): Promise<ExitCode> {
  const plan = await loadPlan(file);
  const answer = await openAnswer(flags, deps.io, deps.tool);
  answer.say(`Plan ${file}, made ${plan.createdAt} from ${plan.server} by ${plan.tool}`);
  await writePlan(plan, answer, flags.verbose === true);
  await answer.end();
  answer.say(plan.checksum);
  return EXIT_CODES.ok;
}
