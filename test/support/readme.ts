/**
 * The runs in the README: each `$ dnsacl …` line of a console block, and what the program prints for it now.
 * Run as a script, it writes them into the README.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCli } from './fake-io.ts';

const ROOT: string = join(import.meta.dirname, '../..');
const FILE = join(ROOT, 'README.md');
const BLOCK = /^```console\n\$ dnsacl (.+)\n[\s\S]*?^```$/gm;
const WIDTH = 112;

export function readmeText(): string {
  return readFileSync(FILE, 'utf8');
}

/** The commands that the README shows. */
export function shownCommands(text: string): readonly string[] {
  return [...text.matchAll(BLOCK)].map(([, command = '']) => command);
}

/** The README with what each command prints now. */
export async function renderReadme(text: string): Promise<string> {
  const folder = process.cwd();
  process.chdir(ROOT);
  try {
    const outputs = new Map<string, string>();
    for (const command of shownCommands(text)) {
      const args = [...command.matchAll(/'([^']*)'|(\S+)/g)].map(
        ([, quoted, plain]) => quoted ?? plain ?? '',
      );
      const { out } = await runCli([...args, '--no-color'], { width: WIDTH, cwd: ROOT });
      outputs.set(command, out.replace(/ +$/gm, ''));
    }
    return text.replace(
      BLOCK,
      (_, command: string) => `\`\`\`console\n$ dnsacl ${command}\n${outputs.get(command)}\`\`\``,
    );
  } finally {
    process.chdir(folder);
  }
}

if (import.meta.main) writeFileSync(FILE, await renderReadme(readmeText()));
