/**
 * Builds the program as one executable that needs no Node and no packages: a copy of the Node that runs this, with the
 * program inside (https://nodejs.org/api/single-executable-applications.html). For the platform it is run on; or
 * anywhere for Windows, with a node.exe of the same version as the Node that runs this.
 *
 *     node scripts/executable.ts [FOLDER] [--node NODE.EXE]
 *
 * FOLDER, else dist/executable, gets dnsacl (dnsacl.exe) and LICENSES.txt.
 *
 * Kerberos needs the package koffi, which is a library of the platform's own and not inside: sign in with --user or
 * --client-cert there.
 */

import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { extname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { inject } from 'postject';
import { rolldown } from 'rolldown';
import { licensesOf } from './licenses.ts';
import { pageScriptPlugin } from './page-script-plugin.ts';
import { PROGRAM_OPTIONS } from './program-options.ts';

const ROOT = join(import.meta.dirname, '..');
/** Marks the place in Node's binary that tells whether a program is inside. */
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';

const { values, positionals } = parseArgs({ options: { node: { type: 'string' } }, allowPositionals: true });
const node = values.node ?? process.execPath;
const folder = resolve(positionals[0] ?? join(ROOT, 'dist', 'executable'));
const executable = join(folder, `dnsacl${extname(node)}`);
const work = mkdtempSync(join(tmpdir(), 'dnsacl-executable-'));
try {
  mkdirSync(folder, { recursive: true });
  const licenses = await bundle(join(work, 'program.cjs'));
  writeFileSync(join(folder, 'LICENSES.txt'), licenses);
  await putIntoNode(join(work, 'program.cjs'));
} finally {
  rmSync(work, { recursive: true, force: true });
}

/** Writes the program as one script. @returns the licences of what is in it */
async function bundle(script: string): Promise<string> {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
  const entry = join(work, 'entry.ts');
  writeFileSync(
    entry,
    `import { main } from ${JSON.stringify(join(ROOT, 'src/cli/main.ts'))};
main(process.argv.slice(2), undefined, ${JSON.stringify(version)}).then((code) => {
  process.exitCode = code;
});
`,
  );
  const program = await rolldown({
    ...PROGRAM_OPTIONS,
    input: entry,
    plugins: [pageScriptPlugin],
  });
  const { output } = await program.write({ file: script, format: 'cjs', codeSplitting: false });
  await program.close();
  return licensesOf(output.flatMap((chunk) => (chunk.type === 'chunk' ? chunk.moduleIds : [])));
}

async function putIntoNode(script: string): Promise<void> {
  const config = join(work, 'sea.json');
  const blob = join(work, 'program.blob');
  // Compiled code is good for one platform only.
  const useCodeCache = node === process.execPath;
  const options = { main: script, output: blob, disableExperimentalSEAWarning: true, useCodeCache };
  writeFileSync(config, JSON.stringify(options));
  execFileSync(process.execPath, ['--experimental-sea-config', config], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  rmSync(executable, { force: true });
  copyFileSync(node, executable);
  chmodSync(executable, 0o755);
  const isMac = process.platform === 'darwin';
  if (isMac) execFileSync('codesign', ['--remove-signature', executable]);
  const how = { sentinelFuse: FUSE, ...(isMac ? { machoSegmentName: 'NODE_SEA' } : {}) };
  await inject(executable, 'NODE_SEA_BLOB', readFileSync(blob), how);
  // Unsigned programs do not start there; this signature is good for the machine it was made on.
  if (isMac) execFileSync('codesign', ['--sign', '-', executable]);
}
