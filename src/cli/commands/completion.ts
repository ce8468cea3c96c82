/** `dnsacl completion`: the script that makes a shell complete commands, options, their values and zones. */

import { Argument, type Command, Option } from 'commander';
import { UsageError } from '../../errors.ts';
import { didYouMean } from '../../formats/near-names.ts';
import { complete } from '../completion/candidates.ts';
import { COMPLETION_SCRIPTS, FILES_LINE, SHELLS, type Shell } from '../completion/scripts.ts';
import type { Deps } from '../deps.ts';
import { EXIT_CODES, type ExitCode } from '../exit.ts';
import { notedZones, zoneCacheFile } from '../zone-cache.ts';

interface CompletionFlags {
  readonly complete?: string;
}

export function completionCommand(parent: Command, deps: Deps): void {
  const shell = new Argument('[shell...]', 'the shell');
  // Not by choices(), which would refuse the words of --complete.
  shell.argChoices = [...SHELLS];
  const command = parent
    .command('completion')
    .description('print what makes a shell complete commands, options and zones')
    .addArgument(shell)
    .addOption(new Option('--complete <word>', 'what the scripts ask').hideHelp());
  command.addHelpText(
    'after',
    `
Zones are those that the last run listed: their names, and nothing else, stand in dnsacl/zones.json of your cache
folder (XDG_CACHE_HOME, ~/.cache, %LOCALAPPDATA%); sizes.json beside it tells how many names each had, for progress.
--no-cache keeps a run from noting them, DNSACL_NO_CACHE=1 every run.

Examples:
  dnsacl completion bash          source <(dnsacl completion bash) in ~/.bashrc
  dnsacl completion zsh           source <(dnsacl completion zsh) in ~/.zshrc, after compinit
  dnsacl completion fish          dnsacl completion fish | source in ~/.config/fish/config.fish
  dnsacl completion powershell    dnsacl completion powershell | Out-String | Invoke-Expression in $PROFILE`,
  );
  command.action(async (words: readonly string[], flags: CompletionFlags) =>
    deps.finish(await runCompletion(parent, words, flags, deps)),
  );
}

async function runCompletion(
  program: Command,
  words: readonly string[],
  flags: CompletionFlags,
  { io }: Deps,
): Promise<ExitCode> {
  if (flags.complete === undefined) {
    await io.out(COMPLETION_SCRIPTS[shellOf(words)]);
    return EXIT_CODES.ok;
  }
  const completion = complete(program, words, flags.complete, await notedZones(zoneCacheFile(io.env)));
  const lines =
    completion.kind === 'files'
      ? [FILES_LINE]
      : completion.candidates.map(({ word, description }) =>
          description === '' ? word : `${word}\t${description}`,
        );
  await io.out(lines.map((line) => `${line}\n`).join(''));
  return EXIT_CODES.ok;
}

function shellOf(words: readonly string[]): Shell {
  const [word, more] = words;
  const shell = SHELLS.find((known) => known === word);
  if (shell !== undefined && more === undefined) return shell;
  const found = word === undefined ? 'none was named' : `found ${words.join(' ')}`;
  const meant = word === undefined ? '' : didYouMean(word, SHELLS);
  throw new UsageError(`Which shell? ${found}${meant}; needs one of ${SHELLS.join(', ')}`, 'shell');
}
