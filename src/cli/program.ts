/** The commands and their help: parses the arguments and runs the command that they name. */

import { Command, CommanderError } from 'commander';
import type { Deps } from './deps.ts';
import { EXIT_CODES, type ExitCode } from './exit.ts';
import type { Io } from './io.ts';
import { ClosedPipe } from './process-io.ts';

type AddCommand = (parent: Command, deps: Deps) => void;

/** In the order in which help lists them; each brings in only what it uses. */
const COMMANDS: Readonly<Record<string, () => Promise<AddCommand>>> = {
  doctor: async () => (await import('./commands/doctor.ts')).doctorCommand,
  zones: async () => (await import('./commands/zones.ts')).zonesCommand,
  owners: async () => (await import('./commands/owners.ts')).ownersCommand,
  audit: async () => (await import('./commands/audit.ts')).auditCommand,
  grant: async () => (await import('./commands/grant.ts')).grantCommand,
  revoke: async () => (await import('./commands/revoke.ts')).revokeCommand,
  why: async () => (await import('./commands/why.ts')).whyCommand,
  readiness: async () => (await import('./commands/readiness.ts')).readinessCommand,
  report: async () => (await import('./commands/report.ts')).reportCommand,
  snapshot: async () => (await import('./commands/snapshot.ts')).snapshotCommand,
  diff: async () => (await import('./commands/diff.ts')).diffCommand,
  show: async () => (await import('./commands/show.ts')).showCommand,
  watch: async () => (await import('./commands/watch.ts')).watchCommand,
  stale: async () => (await import('./commands/stale.ts')).staleCommand,
  explain: async () => (await import('./commands/explain.ts')).explainCommand,
  apply: async () => (await import('./commands/apply.ts')).applyCommand,
  undo: async () => (await import('./commands/undo.ts')).undoCommand,
  secure: async () => (await import('./commands/secure.ts')).secureCommand,
  completion: async () => (await import('./commands/completion.ts')).completionCommand,
  config: async () => (await import('./commands/config.ts')).configCommand,
  help: async () => (await import('./commands/help.ts')).helpCommand,
};

const PATH_OF_WORK = `
The way from a first look to one week after the switch:
  dnsacl doctor                     is everything there to begin: connection, clock, rights
  dnsacl zones                      which zones take nonsecure updates
  dnsacl owners -z ZONE --summary   who owns the names
  dnsacl audit -z ZONE              which of them would stop updating, and why
  dnsacl readiness -z ZONE          may the zone be switched? again after apply
  dnsacl snapshot -z ZONE -o FILE   save how things are
  dnsacl grant -z ZONE --plan FILE  what has to be granted, as a plan
  dnsacl report -z ZONE -o DIR      the same as a folder for the change ticket
  dnsacl show FILE                  review it
  dnsacl apply FILE                 do it, with a journal; dnsacl undo JOURNAL takes it back
  dnsacl secure ZONE                switch it, once it is ready; --revert takes it back
  dnsacl watch ZONE                 after the switch: who was updated, who is late or lost

dnsacl help COMMAND has examples; other topics: exit-codes, csv, formats, filters, configuration.`;

/**
 * Runs one command.
 *
 * @param args the arguments after the program's name
 * @returns the exit code; 64 when the arguments cannot be used, which has been told then
 */
export async function runProgram(args: readonly string[], io: Io, version: string): Promise<ExitCode> {
  let code: ExitCode = EXIT_CODES.ok;
  const deps: Deps = {
    io,
    tool: `dnsacl ${version}`,
    finish: (exitCode) => {
      code = exitCode;
    },
  };
  try {
    const program = createProgram(deps, version);
    for (const name of commandsToLoad(args)) (await COMMANDS[name]?.())?.(program, deps);
    await program.parseAsync(args.length === 0 ? ['--help'] : [...args], { from: 'user' });
    return code;
  } catch (error) {
    // Nobody reads the answer any more; what was done before it still has its code.
    if (error instanceof ClosedPipe) return code;
    // commander has printed its own message by the time it throws.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_CODES.ok : EXIT_CODES.usage;
    throw error;
  }
}

/**
 * The command that is run, and the one that it completes or explains; all of them for help, and for suggestions when
 * there is none of that name.
 */
function commandsToLoad([first, ...rest]: readonly string[]): readonly string[] {
  if (first === undefined || !isCommand(first)) return Object.keys(COMMANDS);
  if (first !== 'completion' && first !== 'help') return [first];
  const about = rest.find((word) => !word.startsWith('-'));
  return about !== undefined && about !== 'help' && isCommand(about)
    ? [...new Set([first, about])]
    : Object.keys(COMMANDS);
}

function isCommand(name: string): boolean {
  return Object.hasOwn(COMMANDS, name);
}

function createProgram(deps: Deps, version: string): Command {
  return new Command('dnsacl')
    .description('Audit and repair the ACLs of Active Directory DNS records before a zone goes "Secure only"')
    .version(version, '-V, --version')
    .exitOverride()
    .showSuggestionAfterError()
    .configureOutput({
      // Help that cannot be written has nobody who reads it.
      writeOut: (text) => void deps.io.out(text).catch(() => {}),
      writeErr: (text) => deps.io.err(text),
      outputError: (text, write) => write(text.replace(/^error: /, 'dnsacl: ')),
    })
    .addHelpText('after', PATH_OF_WORK);
}
