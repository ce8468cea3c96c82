/** From arguments to an exit code: runs the program and turns every error into text. */

import { readFileSync } from 'node:fs';
import { DnsaclError } from '../errors.ts';
import { safeForTerminal } from '../report/safe-text.ts';
import { EXIT_CODES, type ExitCode, exitCodeOf } from './exit.ts';
import type { Io } from './io.ts';
import { ClosedPipe, createProcessIo } from './process-io.ts';

/**
 * Runs one command.
 *
 * @param args the arguments after the program's name
 * @param ownVersion where no package.json is at hand, as in a single executable
 * @returns the exit code
 */
export async function main(
  args: readonly string[],
  io: Io = createProcessIo(),
  ownVersion: string | null = null,
): Promise<ExitCode> {
  try {
    const version = ownVersion ?? packageVersion();
    // Answered here, because the parser and its help take longer to load than this takes to say.
    if (args[0] === '--version' || args[0] === '-V') {
      await io.out(`${version}\n`);
      return EXIT_CODES.ok;
    }
    const { runProgram } = await import('./program.ts');
    return await runProgram(args, io, version);
  } catch (error) {
    if (error instanceof ClosedPipe) return EXIT_CODES.ok;
    io.err(errorText(error, args));
    return exitCodeOf(error);
  }
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
