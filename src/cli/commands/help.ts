/** `dnsacl help`: the help of a command, or one of the topics that all commands share. */

import { Argument, type Command } from 'commander';
import { UsageError } from '../../errors.ts';
import { didYouMean } from '../../formats/near-names.ts';
import type { Deps } from '../deps.ts';
import { EXIT_CODES, type ExitCode } from '../exit.ts';
import { HELP_TOPICS } from '../help/topics.ts';

export function helpCommand(parent: Command, deps: Deps): void {
  const topics = Object.keys(HELP_TOPICS);
  const subject = new Argument('[subject]', 'a command or a topic');
  // Not by choices(), which would not tell what was meant.
  subject.argChoices = [...parent.commands.map((known) => known.name()), ...topics];
  const command = parent.helpCommand(false).command('help').description('explain a command or a topic');
  command.addArgument(subject).addHelpText(
    'after',
    `
Examples:
  dnsacl help audit
  dnsacl help exit-codes`,
  );
  command.action(async (name: string | undefined) => deps.finish(await runHelp(parent, name, deps)));
}

async function runHelp(program: Command, name: string | undefined, { io }: Deps): Promise<ExitCode> {
  const topic = name !== undefined && Object.hasOwn(HELP_TOPICS, name) ? HELP_TOPICS[name] : undefined;
  if (topic !== undefined) {
    await io.out(topic);
    return EXIT_CODES.ok;
  }
  const command = name === undefined ? program : program.commands.find((known) => known.name() === name);
  if (command === undefined) throw unknownSubject(name ?? '', program);
  command.outputHelp();
  return EXIT_CODES.ok;
}

function unknownSubject(name: string, program: Command): UsageError {
  const topics = Object.keys(HELP_TOPICS);
  const meant = didYouMean(name, [...program.commands.map((known) => known.name()), ...topics]);
  const found = `There is no help about ${JSON.stringify(name)}${meant}`;
  return new UsageError(`${found}; there is about each command, and about ${topics.join(', ')}`);
}
