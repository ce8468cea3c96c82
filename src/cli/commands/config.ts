/** `dnsacl config`: what is configured and where it comes from, and the JSON Schema of the file. */

import type { Command } from 'commander';
import type { Column } from '../../report/columns.ts';
import { renderCsv } from '../../report/csv.ts';
import { jsonDocument, ndjsonLine } from '../../report/json.ts';
import { renderMarkdownTable } from '../../report/markdown.ts';
import { renderTable } from '../../report/table.ts';
import { type Answer, openAnswer } from '../answer/answer.ts';
import type { Deps } from '../deps.ts';
import { EXIT_CODES, type ExitCode } from '../exit.ts';
import { addOutputOptions, type OutputFlags, TICKET_FORMATS } from '../options.ts';
import { type ConfiguredSetting, inspectConfig, unknownVariables } from '../settings/config-origin.ts';

const COLUMNS: readonly Column<ConfiguredSetting>[] = [
  { id: 'setting', title: 'Setting', value: ({ setting }) => setting },
  { id: 'value', title: 'Value', value: ({ value }) => wordsOf(value) },
  {
    id: 'from',
    title: 'From',
    value: ({ from }) => from,
    paint: ({ from }) => (from === null ? 'dim' : null),
  },
];

export function configCommand(parent: Command, deps: Deps): void {
  const command = parent.command('config').description('check the configuration, or print its JSON Schema');
  const check = command
    .command('check')
    .description('say what is set, where it comes from, and what is wrong')
    .argument('[file]', 'the file (default: dnsacl.config.json, here or in a folder above)');
  addOutputOptions(check, TICKET_FORMATS).addHelpText(
    'after',
    `
Examples:
  dnsacl config check
  dnsacl config check other.json -f json`,
  );
  check.action(async (file: string | undefined, flags: OutputFlags) =>
    deps.finish(await runCheck(file, flags, deps)),
  );
  command
    .command('schema')
    .description('print the JSON Schema of dnsacl.config.json')
    .action(async () => deps.finish(await runSchema(deps)));
  command.addHelpText(
    'after',
    `
Examples:
  dnsacl config check
  dnsacl config schema > dnsacl.config.schema.json`,
  );
}

async function runCheck(path: string | undefined, flags: OutputFlags, deps: Deps): Promise<ExitCode> {
  const { io, tool } = deps;
  const { file, settings } = await inspectConfig({ path, startFolder: io.cwd, env: io.env });
  const answer = await openAnswer(flags, io, tool, TICKET_FORMATS);
  answer.say(file === null ? 'There is no dnsacl.config.json here or in a folder above' : `Read ${file}`);
  await writeSettings(file, settings, answer, deps);
  await answer.end();
  const problems = unknownVariables(io.env);
  answer.tellProblems(problems);
  return EXIT_CODES.ok;
}

async function writeSettings(
  file: string | null,
  settings: readonly ConfiguredSetting[],
  answer: Answer,
  { io }: Deps,
): Promise<void> {
  switch (answer.format) {
    case 'csv':
      return answer.write(renderCsv(COLUMNS, settings, answer.csv));
    case 'json': {
      const problems = unknownVariables(io.env);
      const head = { command: 'config', generatedAt: io.now(), server: null, zones: [], problems };
      return answer.write(jsonDocument(head, { file, settings }));
    }
    case 'ndjson':
      return answer.writeAll(settings.map((setting) => ndjsonLine({ ...setting })));
    case 'markdown':
      return answer.write(renderMarkdownTable(COLUMNS, settings));
    default:
      return answer.write(renderTable(COLUMNS, settings, answer.render));
  }
}

async function runSchema({ io }: Deps): Promise<ExitCode> {
  const { configJsonSchema } = await import('../settings/config-file.ts');
  await io.out(`${JSON.stringify(configJsonSchema(), null, 2)}\n`);
  return EXIT_CODES.ok;
}

function wordsOf(value: ConfiguredSetting['value']): string | boolean | null {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  return value.map((item) => (typeof item === 'string' ? item : JSON.stringify(item))).join(', ') || null;
}
