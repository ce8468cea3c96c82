/** Pages in a real browser: what a reader does with them, how long it takes, and that nothing leaves them. */

import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { loadPageScript } from '../../src/cli/page-script.ts';
import { parsePlan } from '../../src/plan/plan-file.ts';
import { AUDIT_PAGE, auditPageCells } from '../../src/report/name-page.ts';
import { renderPage } from '../../src/report/page-html.ts';
import { renderPlanHtml } from '../../src/report/plan-html.ts';
import { type BrowserPage, openBrowser } from '../support/browser/chromium.ts';
import { browserGate } from '../support/browser/gate.ts';
import { manyNames } from '../support/browser/many-names.ts';
import { NOW, runCli } from '../support/fake-io.ts';
import { SMALL_SNAPSHOT } from '../support/make-small-snapshot.ts';
import { samplePlan } from '../support/show-model.ts';

const NAMES = 100_000;
const SECOND = 1000;
const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
/** Files are saved by another process. */
const SAVING_MS = 10_000;

const { program, skip } = await browserGate();
let folder = '';
let page: BrowserPage;

describe('a page in a browser', { skip }, () => {
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'dnsacl-page-'));
    await writePages();
    page = await openBrowser(program ?? '', folder);
    await page.setSize(1300, 900);
  });
  after(async () => {
    await page?.close();
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(() => page.setScheme('light'));

  test('100,000 names are there, filtered, sorted and grouped within a second each', async (t) => {
    // The first page that a browser opens pays for its start.
    await open('audit');
    const opened = await open('many');
    assert.equal(await shownCount(), '100,000 names');
    const searched = await timed(`type('pc09999')`, `count() === '10 of 100,000 names'`);
    const cleared = await timed(`type('')`, `count() === '100,000 names'`);
    const filtered = await timed(
      `choose('facet-verdict', '=blocked')`,
      `count() === '12,500 of 100,000 names'`,
    );
    const sorted = await timed(`head('Owner').click()`, `sortOf('Owner') === 'ascending'`);
    const all = await timed(`button('Show all').click()`, `count() === '100,000 names'`);
    const turned = await timed(
      `head('Name').click(), head('Name').click()`,
      `cell(0, 0) === 'pc099999.corp.example.com'`,
    );
    const grouped = await timed(
      `choose('group', facetPlace('Owner class'))`,
      `count() === '100,000 names in 12 groups'`,
    );
    const times = { opened, searched, cleared, filtered, sorted, all, turned, grouped };
    t.diagnostic(JSON.stringify(times));
    for (const [what, ms] of Object.entries(times)) assert.ok(ms < SECOND, `${what}: ${ms} ms`);
    assert.ok((await page.evaluate<number>(`document.querySelectorAll('*').length`)) < 2000);
  });

  test('scrolling to the end shows the last row', async () => {
    await open('many');
    await page.evaluate(`viewport().scrollTop = 1e9, settled()`);
    assert.match(
      await page.evaluate(`[...document.querySelectorAll('.grid tbody th')].at(-1).textContent`),
      /^pc099999\./,
    );
  });

  test('keys go from row to row, open one, and come back', async () => {
    await open('many');
    await page.evaluate(`viewport().focus()`);
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowDown']) await page.press(key);
    assert.match(await page.evaluate(`document.activeElement.textContent`), /^pc000002\./);
    await page.press('Enter');
    assert.equal(await page.evaluate(`document.activeElement.getAttribute('aria-expanded')`), 'true');
    assert.match(
      await page.evaluate(`document.querySelector('.detail').textContent`),
      /CORP\\PC000002\$ cannot update it/,
    );
    await page.press('End');
    assert.match(await page.evaluate(`document.activeElement.textContent`), /^pc099999\./);
    await page.press('Home');
    assert.match(await page.evaluate(`document.activeElement.textContent`), /^pc000000\./);
  });

  test('a bar of a chart filters, and a group folds', async () => {
    await open('many');
    await page.evaluate(`button('blocked').click()`);
    assert.equal(await shownCount(), '12,500 of 100,000 names');
    await page.evaluate(`choose('group', facetPlace('Owner class'))`);
    const rows = `document.querySelectorAll('.grid tbody tr:not(.spacer)').length`;
    assert.ok((await page.evaluate<number>(rows)) > 10);
    await page.evaluate(`document.querySelector('button.group').click()`);
    assert.equal(
      await page.evaluate(`document.querySelector('button.group').getAttribute('aria-expanded')`),
      'false',
    );
  });

  test('paper gets the first rows and says how many there are', async () => {
    await open('many');
    await page.evaluate(`dispatchEvent(new Event('beforeprint'))`);
    assert.equal(await page.evaluate(`document.querySelectorAll('.grid tbody tr:not(.spacer)').length`), 500);
    assert.match(
      await page.evaluate(`document.querySelector('.print-note').textContent`),
      /first 500 of 100,000 names/,
    );
    await page.evaluate(`dispatchEvent(new Event('afterprint'))`);
    assert.ok((await page.evaluate<number>(`document.querySelectorAll('.grid tbody tr').length`)) < 100);
    assert.ok((await page.print()).length > 10_000);
  });

  test('the reader can choose dark or light', async () => {
    await open('many');
    const colour = `getComputedStyle(document.body).backgroundColor`;
    const light = await page.evaluate(colour);
    await page.evaluate(`choose('theme', 'dark')`);
    assert.notEqual(await page.evaluate(colour), light);
    await page.setScheme('dark');
    await page.evaluate(`choose('theme', 'light')`);
    assert.equal(await page.evaluate(colour), light);
  });

  for (const name of ['audit', 'owners', 'plan', 'hostile']) {
    for (const scheme of ['light', 'dark'] as const) {
      test(`axe finds nothing serious in ${name}, ${scheme}`, async () => {
        await page.setScheme(scheme);
        await open(name);
        await page.evaluate(`document.querySelector('button.open').click()`);
        await page.evaluate(readFileSync(AXE, 'utf8'));
        const violations = `axe.run().then((found) => found.violations
          .filter(({ impact }) => impact === 'serious' || impact === 'critical')
          .map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html).slice(0, 3).join(' ')))`;
        assert.deepEqual(await page.evaluate(violations), []);
      });
    }
  }

  test('a name is text, whatever it is', async () => {
    await open('hostile');
    await page.evaluate(`document.querySelectorAll('.grid tbody tr').length`);
    assert.equal(await page.evaluate(`document.querySelectorAll('img, a[href]').length`), 0);
    const texts = await page.evaluate<string>(`document.querySelector('.grid').textContent`);
    assert.ok(texts.includes('<img src=x onerror="alert(1)">.corp.example.com'));
    assert.ok(texts.includes('\\u202etxt.exe'));
    assert.doesNotMatch(texts, /[\p{Cf}]/u);
  });

  test('the rows that were approved plan the same again', async () => {
    await open('plan');
    await page.evaluate(`button('Approve those shown').click()`);
    await page.evaluate(`button('Save the approved as CSV').click()`);
    const file = join(folder, 'approved.csv');
    await until(() => existsSync(file) && readdirSync(folder).every((name) => !name.endsWith('.crdownload')));
    const grant = ['grant', '-z', 'corp.example.com', '--snapshot', SMALL_SNAPSHOT, '-f', 'json'];
    const again = await runCli([...grant, '--csv', file]);
    assert.equal(again.code, 0, again.err);
    const changesOf = (text: string) =>
      parsePlan(text, 'plan').changes.map(({ dn, after: { sddl } }) => [dn, sddl]);
    assert.deepEqual(changesOf(again.out), changesOf((await runCli(grant)).out));
  });

  test('the command that cures a name can be copied', async () => {
    await open('audit');
    await page.evaluate(`button('blocked').click()`);
    await page.evaluate(`document.querySelector('button.open').click()`);
    assert.match(
      await page.evaluate(`document.querySelector('.opened code').textContent`),
      /^dnsacl grant -z corp/,
    );
    await page.evaluate(`find('button', 'Copy').click()`);
    await page.evaluate(`timed(() => {}, () => document.getElementById('status').textContent === 'Copied')`);
    assert.equal(await page.evaluate(`document.getElementById('status').textContent`), 'Copied');
  });

  test('nothing was asked of the network, nothing complained of', () => {
    const others = page.requests.filter((address) => !/^(?:file:.*\.html|blob:null\/.*)$/.test(address));
    assert.deepEqual(others, []);
    assert.deepEqual(page.complaints, []);
  });
});

/** Functions for the expressions that tests evaluate. */
const HELPERS = `
  const find = (tag, text) => [...document.querySelectorAll(tag)].find((item) => item.textContent.startsWith(text));
  const button = (text) => find('button', text);
  const head = (text) => [...document.querySelectorAll('.grid thead button')].find((item) => item.textContent === text);
  const sortOf = (text) => head(text).parentElement.getAttribute('aria-sort');
  const count = () => document.querySelector('.count').textContent;
  const viewport = () => document.querySelector('.viewport');
  const cell = (row, column) => document.querySelectorAll('.grid tbody tr:not(.spacer)')[row].children[column].textContent;
  const type = (text) => { const field = document.getElementById('search'); field.value = text; field.dispatchEvent(new Event('input')); };
  const choose = (id, value) => { const field = document.getElementById(id); field.value = value; field.dispatchEvent(new Event('change')); };
  const facetPlace = (title) => [...document.getElementById('group').options].find((item) => item.textContent === title).value;
  const settled = () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  const timed = async (act, done) => {
    const start = performance.now();
    act();
    while (!done() && performance.now() - start < 5000) await new Promise((resolve) => setTimeout(resolve, 5));
    await settled();
    return performance.now() - start;
  };`;

async function open(name: string): Promise<number> {
  const ms = await page.open(pathToFileURL(join(folder, `${name}.html`)).href);
  await page.evaluate(HELPERS);
  return ms;
}

async function shownCount(): Promise<string> {
  return page.evaluate('count()');
}

async function timed(act: string, done: string): Promise<number> {
  return page.evaluate(`timed(() => { ${act}; }, () => ${done})`);
}

async function writePages(): Promise<void> {
  const script = await loadPageScript();
  const now = new Date(NOW);
  const rows = [...manyNames(NAMES, now)];
  const cells = rows.map((row) =>
    auditPageCells(row, { cure: `dnsacl grant --name ${row.name}`, after: null }, now),
  );
  const many = renderPage(
    {
      head: { title: 'Many names', verdict: { role: 'bad', text: 'NO-GO' }, numbers: [], facts: [] },
      charts: [
        {
          title: 'Verdicts',
          column: 'verdict',
          bars: [{ label: 'blocked', value: 12_500, after: 3, role: 'bad' }],
        },
      ],
      sections: [],
      title: 'Names',
      model: AUDIT_PAGE,
      more: [],
      tool: 'dnsacl test',
    },
    cells,
    script,
  );
  writeFileSync(join(folder, 'many.html'), [...many].join(''));
  writeFileSync(
    join(folder, 'hostile.html'),
    [...renderPlanHtml(samplePlan(), { file: null }, script)].join(''),
  );
  const where = ['-z', 'corp.example.com', '--snapshot', SMALL_SNAPSHOT, '-q', '-o'];
  for (const [command, file] of [
    ['audit', 'audit.html'],
    ['owners', 'owners.html'],
    ['grant', 'plan.html'],
  ] as const) {
    const { code, err } = await runCli([command, ...where, join(folder, file)]);
    assert.equal(code, 0, err);
  }
}

async function until(done: () => boolean): Promise<void> {
  const end = performance.now() + SAVING_MS;
  while (!done() && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 20));
  assert.ok(done(), 'the browser did not save the file');
}
