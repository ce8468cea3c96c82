/** The commands and their help: parses the arguments and runs the command that they name. */

import { Command, CommanderError } from 'commander';
import type { Deps } from './deps.ts';
import { EXIT_CODES, type ExitCode } from './exit.ts';
import type { Io } from './io.ts';
import { ClosedPipe } from './process-io.ts';

type AddCommand = (parent: Command, deps: Deps) => void;

/** In the order in which help lists them; each brings in only what it uses. */
const COMMAND_GROUPS: Readonly<Record<string, Readonly<Record<string, () => Promise<AddCommand>>>>> = {
  'Find out:': {
    doctor: async () => (await import('./commands/doctor.ts')).doctorCommand,
    zones: async () => (await import('./commands/zones.ts')).zonesCommand,
    owners: async () => (await import('./commands/owners.ts')).ownersCommand,
    audit: async () => (await import('./commands/audit.ts')).auditCommand,
    why: async () => (await import('./commands/why.ts')).whyCommand,
    readiness: async () => (await import('./commands/readiness.ts')).readinessCommand,
    explain: async () => (await import('./commands/explain.ts')).explainCommand,
  },
  'Keep evidence:': {
    snapshot: async () => (await import('./commands/snapshot.ts')).snapshotCommand,
    diff: async () => (await import('./commands/diff.ts')).diffCommand,
    report: async () => (await import('./commands/report.ts')).reportCommand,
  },
  'Change access lists:': {
    grant: async () => (await import('./commands/grant.ts')).grantCommand,
    revoke: async () => (await import('./commands/revoke.ts')).revokeCommand,
    show: async () => (await import('./commands/show.ts')).showCommand,
    apply: async () => (await import('./commands/apply.ts')).applyCommand,
    undo: async () => (await import('./commands/undo.ts')).undoCommand,
  },
  'Switch the zone and see what comes of it:': {
    secure: async () => (await import('./commands/secure.ts')).secureCommand,
    watch: async () => (await import('./commands/watch.ts')).watchCommand,
    stale: async () => (await import('./commands/stale.ts')).staleCommand,
  },
  'About dnsacl:': {
    config: async () => (await import('./commands/config.ts')).configCommand,
    completion: async () => (await import('./commands/completion.ts')).completionCommand,
    help: async () => (await import('./commands/help.ts')).helpCommand,
  },
};

const COMMANDS = new Map(
  Object.entries(COMMAND_GROUPS).flatMap(([group, commands]) =>
    Object.entries(commands).map(([name, load]) => [name, { group, load }] as const),
  ),
);

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
    for (const name of commandsToLoad(args)) await addCommand(name, program, deps);
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
  if (first === undefined || !COMMANDS.has(first)) return [...COMMANDS.keys()];
  if (first !== 'completion' && first !== 'help') return [first];
  const about = rest.find((word) => !word.startsWith('-'));
  return about !== undefined && about !== 'help' && COMMANDS.has(about)
    ? [...new Set([first, about])]
    : [...COMMANDS.keys()];
}

async function addCommand(name: string, program: Command, deps: Deps): Promise<void> {
  const command = COMMANDS.get(name);
  if (command === undefined) return;
  program.commandsGroup(command.group);
  (await command.load())(program, deps);
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
