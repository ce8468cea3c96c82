/** The topics of help name what there is: each is compared with the code that it describes. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { EXIT_CODES } from '../../src/cli/exit.ts';
import { HELP_TOPICS } from '../../src/cli/help/topics.ts';
import { SHOW_FORMATS } from '../../src/cli/options.ts';
import { runCli } from '../support/fake-io.ts';

for (const [topic, text] of Object.entries(HELP_TOPICS)) {
  test(`help ${topic} is told, in plain lines that fit a terminal`, async () => {
    const { code, out, err } = await runCli(['help', topic]);
    assert.deepEqual([code, out, err], [0, text, '']);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
    assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f]|undefined/);
    for (const line of text.split('\n')) assert.ok(line.length <= 130, line);
  });
}

test('the root help names every topic', async () => {
  const { out } = await runCli([]);
  assert.ok(out.includes(`other topics: ${Object.keys(HELP_TOPICS).join(', ')}`));
});

test('help COMMAND is the help of the command; help alone is that of all', async () => {
  assert.deepEqual(await runCli(['help', 'owners']), await runCli(['owners', '--help']));
  assert.deepEqual(await runCli(['help']), await runCli(['--help']));
});

test('help about nothing there is says what was meant', async () => {
  const { code, err, out } = await runCli(['help', 'exit-code']);
  assert.deepEqual([code, out], [64, '']);
  assert.match(err, /no help about "exit-code"; did you mean exit-codes\?/);
});

test('help exit-codes tells each of them', () => {
  const told = [...(HELP_TOPICS['exit-codes'] ?? '').matchAll(/^ +(\d+) {2}/gm)].map(([, code]) =>
    Number(code),
  );
  assert.deepEqual(told, Object.values(EXIT_CODES));
});

test('help formats tells each of them', () => {
  for (const format of SHOW_FORMATS) assert.match(HELP_TOPICS.formats ?? '', new RegExp(`\\b${format}\\b`));
});

test('help formats names the commands that have a format which not all have', async () => {
  const { out } = await runCli(['--help']);
  const [section = ''] = out.split('The way from');
  const commands = [...section.matchAll(/^ {2}([a-z]+)(?: |$)/gm)].map(([, name]) => String(name));
  assert.ok(commands.length > 15);
  for (const format of ['markdown', 'html']) {
    const [paragraph = ''] =
      new RegExp(`^ {2}${format} .*(?:\\n {10,}.*)*`, 'm').exec(HELP_TOPICS.formats ?? '') ?? [];
    for (const command of commands) {
      const args = command === 'config' ? ['config', 'check'] : [command];
      const help = (await runCli([...args, '--help'])).out;
      const has = help.includes(`"${format}"`);
      assert.equal(new RegExp(`\\b${command}\\b`).test(paragraph), has, `${command} ${format}`);
    }
  }
});

test('help filters tells every option of "Which names"', async () => {
  const audit = (await runCli(['audit', '--help'])).out;
  const [, section = ''] = /Which names:\n([\s\S]*?)\n\n/.exec(audit) ?? [];
  const options = [...section.matchAll(/--[\w-]+/g)].map(([option]) => option);
  assert.ok(options.length > 8);
  const others = ['--skip-bad-rows'];
  for (const option of options.filter((known) => !others.includes(known)))
    assert.ok((HELP_TOPICS.filters ?? '').includes(option), option);
});

test('help configuration tells every setting and every variable', () => {
  const source = readFileSync(new URL('../../src/cli/settings/config.ts', import.meta.url), 'utf8');
  const rows = [...source.matchAll(/^ \* \| (\w[\w.]*) *\| (\w*) *\|/gm)].slice(1);
  assert.ok(rows.length > 8);
  for (const [, setting = '', variable = ''] of rows) {
    const line = (HELP_TOPICS.configuration ?? '')
      .split('\n')
      .find((text) => text.trim().startsWith(`${setting} `));
    assert.ok(line?.includes(variable), setting);
  }
});
