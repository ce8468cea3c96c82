/** Golden files of the command line: one run in every form that an answer can have. */

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { ExitCode } from '../../src/cli/exit.ts';
import { type Ran, runCli, stable, tempFolder, type World } from './fake-io.ts';

interface Form {
  readonly ending: string;
  readonly args: readonly string[];
  readonly world: World;
}

const FORMS: readonly Form[] = [
  { ending: '100.txt', args: ['--no-color'], world: { width: 100 } },
  { ending: 'piped.txt', args: [], world: {} },
  { ending: 'csv', args: ['-f', 'csv'], world: {} },
  { ending: 'json', args: ['-f', 'json'], world: {} },
  { ending: 'ndjson', args: ['-f', 'ndjson'], world: {} },
];

/**
 * Compares stdout of one command in every form with test/golden/cli/<name>.<form>, and what is said on stderr, which
 * is the same in all of them, with <name>.stderr.txt.
 *
 * @param prepare makes what the command needs in a folder of its own, and returns the command
 */
export function testForms(
  name: string,
  prepare: (folder: string) => readonly string[] | Promise<readonly string[]>,
  expected: ExitCode = 0,
): void {
  for (const form of FORMS) {
    test(`${name} as ${form.ending}`, async (t: TestContext) => {
      const folder = tempFolder(t);
      const ran = await runCli([...(await prepare(folder)), ...form.args], form.world);
      assert.equal(ran.code, expected, ran.err);
      assertSafe(ran);
      assertGolden(t, `${name}.${form.ending}`, stable(ran.out));
      if (form.ending === 'piped.txt') assertGolden(t, `${name}.stderr.txt`, stable(ran.err));
    });
  }
}

/** Compares text with a golden file; `node --test --test-update-snapshots` writes it. */
export function assertGolden(t: TestContext, file: string, text: string): void {
  const path = fileURLToPath(new URL(`../golden/cli/${file}`, import.meta.url));
  t.assert.fileSnapshot(text, path, { serializers: [String] });
}

/** No stranger's control character or bidi override reaches whoever reads. */
function assertSafe({ out, err }: Ran): void {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
  assert.doesNotMatch(out + err, /[\u0000-\u0009\u000b\u000c\u000e-\u001f\u007f\u202a-\u202e]/);
}
