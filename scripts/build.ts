/**
 * Builds what is published, into the folder that is named or else the working tree's own:
 *
 *     dist/index.js    the library, one file for each source, with its types
 *     dist/cli/        the program and the packages it uses, in as few files as its commands allow; what only some
 *                      commands use is loaded by those. Opening a hundred small files takes longer than reading them.
 *                      The script of HTML pages is in it as finished text.
 */

import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { rolldown } from 'rolldown';
import { licensesOf } from './licenses.ts';
import { pageScriptPlugin } from './page-script-plugin.ts';
import { PROGRAM_OPTIONS } from './program-options.ts';

const ROOT = join(import.meta.dirname, '..');
const DIST = resolve(process.argv[2] ?? ROOT, 'dist');

rmSync(DIST, { recursive: true, force: true });
const compiler = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
const args = [compiler, '-p', join(ROOT, 'tsconfig.build.json'), '--outDir', DIST];
execFileSync(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'] });

const program = await rolldown({
  ...PROGRAM_OPTIONS,
  input: join(ROOT, 'src', 'cli', 'main.ts'),
  plugins: [
    pageScriptPlugin,
    {
      name: 'licenses',
      generateBundle() {
        const fileName = 'LICENSES.txt';
        this.emitFile({ type: 'asset', fileName, source: licensesOf([...this.getModuleIds()]) });
      },
    },
  ],
});
await program.write({ dir: join(DIST, 'cli') });
await program.close();
