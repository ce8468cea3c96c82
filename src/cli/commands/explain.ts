/** `dnsacl explain`: what a finding means, where it comes from, and what cures it. */

import { Argument, type Command } from 'commander';
import { FINDING_IDS, FINDINGS, type FindingId } from '../../assess/findings.ts';
import { UsageError } from '../../errors.ts';
import { didYouMean } from '../../formats/near-names.ts';
import type { Deps } from '../deps.ts';
import { EXIT_CODES, type ExitCode } from '../exit.ts';

export function explainCommand(parent: Command, deps: Deps): void {
  const finding = new Argument('[id]', 'the finding; without it they are listed');
  // Not by choices(), which would not tell what was meant.
  finding.argChoices = [...FINDING_IDS];
  parent
    .command('explain')
    .description('explain a finding')
    .addArgument(finding)
    .action(async (id: string | undefined) => deps.finish(await runExplain(id, deps)));
}

async function runExplain(id: string | undefined, deps: Deps): Promise<ExitCode> {
  if (id === undefined) {
    await deps.io.out(FINDING_IDS.map((known) => `${known.padEnd(20)}${FINDINGS[known].title}\n`).join(''));
    return EXIT_CODES.ok;
  }
  if (!isFindingId(id)) {
    const found = `There is no finding ${JSON.stringify(id)}${didYouMean(id, FINDING_IDS)}`;
    throw new UsageError(`${found}; there are ${FINDING_IDS.join(', ')}`);
  }
  const { severity, title, cause, cure } = FINDINGS[id];
  await deps.io.out(`${id} (${severity})\n  ${title}.\n  Cause: ${cause}\n  Cure:  ${cure}\n`);
  return EXIT_CODES.ok;
}

function isFindingId(id: string): id is FindingId {
  return (FINDING_IDS as readonly string[]).includes(id);
}
