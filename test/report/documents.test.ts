/** Plans and journals as documents for people: whole, safe, and the same in both forms. */

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type JournalState, readJournal } from '../../src/apply/journal-state.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { renderJournalHtml, renderJournalMarkdown } from '../../src/report/journal-document.ts';
import { createStore } from '../../src/report/page/store.ts';
import type { PageModel } from '../../src/report/page-model.ts';
import { renderPlanHtml } from '../../src/report/plan-html.ts';
import { renderPlanMarkdown } from '../../src/report/plan-markdown.ts';
import { HOSTILE_NAMES, sampleJournal, samplePlan } from '../support/show-model.ts';

const VOID = new Set(['meta', 'hr', 'br', 'rect']);
/** Stands in for the script of the pages, which browsers test. */
const SCRIPT = { text: 'void 0', hash: 'sha256-x' };
const plan = samplePlan();
const DOCUMENT = { file: "the plan's file.json", everySkipped: true } as const;
const planHtml = (some: Plan = plan): string => [...renderPlanHtml(some, DOCUMENT, SCRIPT)].join('');
const planMarkdown = renderPlanMarkdown(plan, DOCUMENT);

let folder: string;
let journal: JournalState;
let broken: JournalState;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'dnsacl-test-'));
  journal = await readJournal(await sampleJournal(folder));
  rmSync(journal.file);
  broken = await readJournal(await sampleJournal(folder, 2));
});
after(() => rmSync(folder, { recursive: true, force: true }));

describe('HTML', () => {
  const documents = (): readonly string[] => [
    planHtml(),
    [...renderJournalHtml(journal, 'dnsacl test', SCRIPT)].join(''),
    [...renderJournalHtml(broken, 'dnsacl test', SCRIPT)].join(''),
  ];

  test('every element is closed in its turn, and every id is there once', () => {
    for (const text of documents()) {
      const open: string[] = [];
      for (const [, end, tag] of text
        .replace(/<(style|script)\b[\s\S]*?<\/\1>/g, '')
        .matchAll(/<(\/?)([a-z\d]+)/g)) {
        if (end === '/') assert.equal(open.pop(), tag);
        else if (tag !== undefined && !VOID.has(tag)) open.push(tag);
      }
      assert.deepEqual(open, []);
      const ids = [...text.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
      assert.deepEqual([...new Set(ids)], ids);
      for (const [, id] of text.matchAll(/aria-labelledby="([^"]*)"/g)) assert.ok(ids.includes(id));
    }
  });

  test('nothing is loaded, and nothing runs but the one script that the policy names', () => {
    for (const text of documents()) {
      assert.match(
        text,
        /Content-Security-Policy" content="default-src &#39;none&#39;; style-src &#39;unsafe-inline&#39;; script-src &#39;sha256-x&#39;"/,
      );
      assert.deepEqual(text.match(/<script>[^<]*<\/script>/g), ['<script>void 0</script>']);
      assert.doesNotMatch(
        text.replace(/<script [\s\S]*?<\/script>/g, ''),
        /<(?:link|img|iframe|object|form|base)\b|https?:|url\(|@import| on[a-z]+=["']?\w/i,
      );
      assert.doesNotMatch(text, /[\p{Cf}]/u);
    }
  });

  test('a name is text, whatever it is: no data ends its element', () => {
    const text = planHtml();
    assert.doesNotMatch(text, /<img|<!--/);
    assert.ok(text.includes('\\u003cimg src=x onerror'));
    const [row] = rowsOf(planHtml(), 'txt.exe');
    assert.match(row?.name ?? '', /^\\u202etxt\.exe\.corp/);
  });

  test('added and removed entries have a mark, and say why', () => {
    const [row] = rowsOf(planHtml(), 'pc4');
    const entries = (row?.entries ?? '').split('\n');
    assert.ok(entries.includes('+\tallow\tCORP\\PC1$\tfull control\treplaces the old account'));
    assert.match(entries.find((line) => line.startsWith('-')) ?? '', /\tfull control\treplaced by CORP/);
    assert.ok(entries.some((line) => line.startsWith(' \t')));
    assert.match(
      rowsOf(planHtml(), 'corp.example.com')[0]?.entries ?? '',
      /full control of every dnsNode below/,
    );
  });

  test('only what grant would plan again can be approved', () => {
    assert.notEqual(rowsOf(planHtml(), 'pc1')[0]?.grants, '');
    for (const name of ['pc4', 'pc5', 'corp.example.com', 'www'])
      assert.equal(rowsOf(planHtml(), name)[0]?.grants, '');
  });

  test('a plan without changes says so and has no commands', () => {
    const text = planHtml({ ...plan, changes: [], skipped: [] });
    assert.match(text, /<p class="verdict good">There is nothing to change<\/p>/);
    assert.doesNotMatch(text, /dnsacl apply/);
  });
});

/** The rows of a page whose name begins so, as the page's script reads them: texts by the id of their column. */
function rowsOf(text: string, name: string): readonly Readonly<Record<string, string>>[] {
  const json = (attribute: string): unknown[] =>
    [...text.matchAll(new RegExp(`<script type="application/json" ${attribute}>([^<]*)<`, 'g'))].map(
      ([, found]) => JSON.parse(found ?? ''),
    );
  const [model] = json('id="page-model"') as [PageModel];
  const chunks = json('class="page-rows"') as Parameters<typeof createStore>[1];
  const [words] = json('id="page-words"') as [Parameters<typeof createStore>[2]];
  const store = createStore(model, chunks, words);
  return Array.from({ length: store.rows }, (_, row) =>
    Object.fromEntries(store.columns.map(({ id }, column) => [id, store.text(column, row)])),
  ).filter((row) => (row.name ?? '').replace(/^\\u202e/, '').startsWith(name));
}

describe('Markdown', () => {
  test('every row of a table has the cells of its head', () => {
    for (const text of [planMarkdown, renderJournalMarkdown(journal)]) {
      let cells = 0;
      for (const line of text.split('\n')) {
        if (!line.startsWith('|')) cells = 0;
        else {
          const found = line.replace(/\\[\s\S]/g, '').split('|').length;
          if (cells !== 0) assert.equal(found, cells, line);
          cells = found;
        }
      }
    }
  });

  test('no name is markup, a link or a second line', () => {
    assert.doesNotMatch(planMarkdown, /<img|\[x\]\(|[\p{Cf}]|(?<!\\)`\$\(/u);
    for (const name of HOSTILE_NAMES.filter((item) => /^[\p{L}=]+$/u.test(item))) {
      assert.ok(planMarkdown.includes(name));
    }
  });

  test('it holds what a ticket needs, the commands last', () => {
    for (const heading of ['Why', 'Zones', 'Changes', 'Withheld', 'To know', 'Not changed', 'How']) {
      assert.ok(planMarkdown.includes(`\n## ${heading}\n`), heading);
    }
    assert.match(planMarkdown, /^- Checksum: sha256:[\da-f]{64}$/m);
    const commands = `dnsacl apply 'the plan'\\''s file.json' --approve ${plan.checksum}\ndnsacl undo JOURNAL\n`;
    assert.ok(planMarkdown.endsWith(`\`\`\`\n${commands}\`\`\`\n`));
  });

  test('the zone is counted without its own object, which is named apart', () => {
    assert.match(planMarkdown, /^\| corp.example.com \| 80 \| 11 \| 13.8 % \| yes \|$/m);
  });
});

describe('a journal', () => {
  test('tells each outcome, and how to take the run back', () => {
    const text = renderJournalMarkdown(journal);
    assert.match(
      text,
      /^Finished, not all as planned: 12 planned: 10 applied, 0 unchanged, 1 stale, 1 refused, 0 failed\.$/m,
    );
    assert.match(text, /removed S-1-5-21-[\d-]+ full control, added CORP\\\\PC1\$ full control/);
    assert.match(text, /^dnsacl undo .*run\.journal\.ndjson$/m);
    assert.doesNotMatch(text, /--resume/);
  });

  test('that is not complete says what is left, and how to go on', () => {
    const text = renderJournalMarkdown(broken);
    assert.match(text, /^Not finished: 12 planned: 2 applied, .* 10 not reached\.$/m);
    assert.match(text, /^The run is not complete: 10 names have no outcome\. To go on:$/m);
    assert.match(text, /^dnsacl apply --resume /m);
  });

  test('that broke off between a write and its outcome says that nobody knows', () => {
    const [first, ...others] = broken.names;
    assert.ok(first?.intent);
    const state = { ...broken, names: [{ ...first, outcome: null }, ...others] };
    assert.match(renderJournalMarkdown(state), /^Not finished: .*, 10 not reached, 1 interrupted\.$/m);
    assert.match(renderJournalMarkdown(state), /\| interrupted \|.*apply --resume finds out/);
  });

  test('without its whole plan changed nothing, and offers nothing', () => {
    const text = renderJournalMarkdown({ ...broken, names: [], holdsPlan: false });
    assert.match(text, /nothing was changed/);
    assert.doesNotMatch(text, /dnsacl (?:undo|apply)/);
  });
});
