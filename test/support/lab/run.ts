/** Runs the tools of the lab (samba-tool, nsupdate, openssl, ...) as children that cannot outlive the test process. */

import { spawn } from 'node:child_process';

/** What a finished tool left behind; `code` is null when it was ended by a signal. */
export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly stdin?: string;
  /** After this many milliseconds the tool is killed; 60 s when left out. */
  readonly timeoutMs?: number;
}

/** Runs `command` to its end and returns whatever came of it, success or not. */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  // The kernel kills the tool when this process goes, even by SIGKILL.
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', command, ...args], {
    env: options.env ?? process.env,
    stdio: 'pipe',
    timeout: options.timeoutMs ?? 60_000,
    killSignal: 'SIGKILL',
  });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  // A tool that ends before it has read its input closes the pipe; its exit code tells the story.
  child.stdin.on('error', () => {});
  child.stdin.end(options.stdin ?? '');
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({
        code,
        stdout: Buffer.concat(stdout).toString('utf8'),
        stderr: Buffer.concat(stderr).toString('utf8'),
      });
    });
  });
}

/**
 * Runs `command` and returns its standard output.
 *
 * @throws Error with the tool's own words when it does not exit with 0
 */
export async function mustRun(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<string> {
  const outcome = await run(command, args, options);
  if (outcome.code === 0) return outcome.stdout;
  const said = (outcome.stderr.trim() || outcome.stdout.trim()).slice(-2000);
  throw new Error(
    `Cannot run ${command} ${args[0] ?? ''}: it ended with ${outcome.code ?? 'a signal'}, needed 0; it said: ${said}`,
  );
}
