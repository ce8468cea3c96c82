/** Plans and journals as documents for people: whole, safe, and the same in both forms. */

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type JournalState, readJournal } from '../../src/apply/journal-state.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { renderJournalHtml, renderJournalMarkdown } from '../../src/report/journal-document.ts';
import { renderPlanHtml } from '../../src/report/plan-html.ts';
import { renderPlanMarkdown } from '../../src/report/plan-markdown.ts';
import { HOSTILE_NAMES, sampleJournal, samplePlan } from '../support/show-model.ts';

const VOID = new Set(['meta', 'hr', 'br']);
const plan = samplePlan();
const DOCUMENT = { file: "the plan's file.json", everySkipped: true } as const;
const planHtml = (some: Plan = plan): string => [...renderPlanHtml(some, DOCUMENT)].join('');
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
    [...renderJournalHtml(journal, 'dnsacl test')].join(''),
    [...renderJournalHtml(broken, 'dnsacl test')].join(''),
  ];

  test('every element is closed in its turn, and every id is there once', () => {
    for (const text of documents()) {
      const open: string[] = [];
      for (const [, end, tag] of text.replace(/<style>[\s\S]*?<\/style>/, '').matchAll(/<(\/?)([a-z\d]+)/g)) {
        if (end === '/') assert.equal(open.pop(), tag);
        else if (tag !== undefined && !VOID.has(tag)) open.push(tag);
      }
      assert.deepEqual(open, []);
      const ids = [...text.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
      assert.deepEqual([...new Set(ids)], ids);
      for (const [, id] of text.matchAll(/aria-labelledby="([^"]*)"/g)) assert.ok(ids.includes(id));
    }
  });

  test('nothing is run, nothing is loaded', () => {
    for (const text of documents()) {
      assert.match(text, /Content-Security-Policy" content="default-src &#39;none&#39;; style-src/);
      assert.doesNotMatch(
        text,
        /<(?:script|link|img|iframe|object|form|base)\b|https?:|url\(|@import| on[a-z]+=["']?\w/i,
      );
      assert.doesNotMatch(text, /[\p{Cf}]/u);
    }
  });

  test('a name is text, whatever it is', () => {
    const text = planHtml();
    assert.ok(text.includes('&lt;img src=x onerror=&quot;alert(1)&quot;&gt;'));
    assert.ok(text.includes('\\u202etxt.exe.corp.example.com'));
  });

  test('added and removed entries are marked by sign, word and class, and say why', () => {
    const text = planHtml();
    assert.match(
      text,
      /<tr class="added"><td><span class="mark" aria-hidden="true">\+<\/span>added<\/td><td>allow<\/td><td>CORP\\PC1\$<\/td><td>full control<\/td><td>replaces the old account<\/td>/,
    );
    assert.match(
      text,
      /<tr class="removed"><td><span class="mark" aria-hidden="true">-<\/span>removed<\/td>.*replaced by/,
    );
    assert.match(text, /<td>full control of every dnsNode below<\/td>/);
    assert.match(text, /<li>withheld from CORP\\PC1\$: .*<\/li>/);
  });

  test('a plan of very many names shows only the entries that change', () => {
    const [change] = plan.changes;
    assert.ok(change !== undefined);
    const rows = (changes: Plan['changes']): number =>
      planHtml({ ...plan, changes }).split('class="kept"').length - 1;
    assert.ok(rows(Array.from({ length: 1000 }, () => change)) > 1000);
    assert.equal(rows(Array.from({ length: 1001 }, () => change)), 0);
  });

  test('a plan without changes says so and has no commands', () => {
    const text = planHtml({ ...plan, changes: [], skipped: [] });
    assert.match(text, /<p class="verdict good">There is nothing to change<\/p>/);
    assert.doesNotMatch(text, /dnsacl apply/);
  });
});

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
