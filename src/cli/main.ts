/** From arguments to an exit code: builds the commands, runs one, and turns every error into text. */

import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { DnsaclError } from '../errors.ts';
import { safeForTerminal } from '../report/safe-text.ts';
import { applyCommand } from './commands/apply.ts';
import { auditCommand } from './commands/audit.ts';
import { explainCommand } from './commands/explain.ts';
import { grantCommand } from './commands/grant.ts';
import { ownersCommand } from './commands/owners.ts';
import { readinessCommand } from './commands/readiness.ts';
import { revokeCommand } from './commands/revoke.ts';
import { showCommand } from './commands/show.ts';
import { undoCommand } from './commands/undo.ts';
import { whyCommand } from './commands/why.ts';
import { zonesCommand } from './commands/zones.ts';
import type { Deps } from './deps.ts';
import { EXIT_CODES, type ExitCode, exitCodeOf } from './exit.ts';
import type { Io } from './io.ts';
import { ClosedPipe, createProcessIo } from './process-io.ts';

const PATH_OF_WORK = `
The way from a first look to a repaired zone:
  dnsacl zones                      which zones take nonsecure updates
  dnsacl owners -z ZONE --summary   who owns the names
  dnsacl audit -z ZONE              which of them would stop updating, and why
  dnsacl readiness -z ZONE          may the zone be switched?
  dnsacl grant -z ZONE --plan FILE  what has to be granted, as a plan
  dnsacl show FILE                  review it
  dnsacl apply FILE                 do it, with a journal
  dnsacl undo JOURNAL               take it back`;

/**
 * Runs one command.
 *
 * @param args the arguments after the program's name
 * @returns the exit code
 */
export async function main(args: readonly string[], io: Io = createProcessIo()): Promise<ExitCode> {
  let code: ExitCode = EXIT_CODES.ok;
  const deps: Deps = {
    io,
    tool: `dnsacl ${packageVersion()}`,
    finish: (exitCode) => {
      code = exitCode;
    },
  };
  try {
    await createProgram(deps).parseAsync(args.length === 0 ? ['--help'] : [...args], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof ClosedPipe) return EXIT_CODES.ok;
    // commander has printed its own message by the time it throws.
    if (!(error instanceof CommanderError)) io.err(errorText(error, args));
    return exitCodeOf(error);
  }
}

function createProgram(deps: Deps): Command {
  const program = new Command('dnsacl')
    .description('Audit and repair the ACLs of Active Directory DNS records before a zone goes "Secure only"')
    .version(packageVersion(), '-V, --version')
    .exitOverride()
    .showSuggestionAfterError()
    .configureOutput({
      // Help that cannot be written has nobody who reads it.
      writeOut: (text) => void deps.io.out(text).catch(() => {}),
      writeErr: (text) => deps.io.err(text),
      outputError: (text, write) => write(text.replace(/^error: /, 'dnsacl: ')),
    })
    .addHelpText('after', PATH_OF_WORK);
  zonesCommand(program, deps);
  ownersCommand(program, deps);
  auditCommand(program, deps);
  grantCommand(program, deps);
  revokeCommand(program, deps);
  whyCommand(program, deps);
  readinessCommand(program, deps);
  showCommand(program, deps);
  explainCommand(program, deps);
  applyCommand(program, deps);
  undoCommand(program, deps);
  return program;
}

/** An error for people: its message; for one that nobody foresaw, also where it came from. */
function errorText(error: unknown, args: readonly string[]): string {
  if (error instanceof DnsaclError)
    return `dnsacl: ${error.message.split('\n').map(safeForTerminal).join('\n')}\n`;
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const command = args[0] ?? '';
  return `dnsacl: unexpected failure in ${JSON.stringify(command)}; please report it with these lines\n${detail}\n`;
}

function packageVersion(): string {
  const file = new URL('../../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
