/** Reading a journal back: whole, cut at every place, and tampered with. */

import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { continueJournal, createJournal, type Journal } from '../../src/apply/journal.ts';
import { type JournalState, readJournal } from '../../src/apply/journal-state.ts';
import { resumeRun } from '../../src/apply/run.ts';
import { StaleError, UsageError } from '../../src/errors.ts';
import { planOf } from '../support/corp-plan.ts';
import { FakeStore } from '../support/fake-store.ts';
import { dnOf, fault, nodes, run } from '../support/run-plan.ts';

const NAMES = ['pc1', 'pc2', 'pc3'];
const PLAN = planOf(nodes(NAMES));
const NOW = () => new Date('2026-11-20T21:00:00Z');
const OPTIONS = { tool: 'dnsacl test', concurrency: 1, onResult: () => {} };

const folder = await mkdtemp(join(tmpdir(), 'dnsacl-journal-state-'));
after(() => rm(folder, { recursive: true }));

let files = 0;

function newFile(): string {
  files += 1;
  return join(folder, `${files}.journal`);
}

/** A journal of a run over three names: one applied, one refused, one left by the limit. */
const WHOLE = newFile();
const LINES = await (async () => {
  const journal = await createJournal(WHOLE, NOW);
  const store = new FakeStore(nodes(NAMES), {
    beforeWrite: ({ dn }) => {
      if (dn === dnOf('pc2')) throw fault('rights');
    },
  });
  await run(PLAN, store, journal, 1, { limit: 2 });
  await journal.close();
  return (await readFile(WHOLE, 'utf8')).split('\n').slice(0, -1);
})();
const EVENTS = LINES.map((line) => JSON.parse(line).event as string);

async function stateOf(text: string | Uint8Array): Promise<JournalState> {
  const file = newFile();
  await writeFile(file, text);
  try {
    return await readJournal(file);
  } finally {
    await rm(file);
  }
}

/** `applied`, `refused`, `intent` or `open` for each name. */
function progressOf({ names }: JournalState): readonly string[] {
  return names.map(({ intent, outcome }) => outcome?.outcome ?? (intent === null ? 'open' : 'intent'));
}

test('readJournal() gives the plan, how far each name got, and where to go on', async () => {
  const state = await readJournal(WHOLE);
  assert.deepEqual(EVENTS, [
    ...['run-start', 'planned', 'planned', 'planned'],
    ...['intent', 'outcome', 'intent', 'outcome', 'run-end'],
  ]);
  const { changes, skipped: _, ...head } = PLAN;
  assert.deepEqual(state.plan, head);
  assert.deepEqual(
    state.names.map((name) => name.change),
    changes,
  );
  assert.deepEqual(progressOf(state), ['applied', 'refused', 'open']);
  assert.equal(state.names[0]?.intent?.base64, changes[0]?.before.base64);
  assert.equal(state.names[1]?.outcome?.message, 'it said rights');
  assert.deepEqual(
    [state.tool, state.store, state.startedAt, state.holdsPlan, state.ended],
    ['dnsacl test', 'dc1.corp.example.com', '2026-11-20T21:00:00.000Z', true, false],
  );
  const { size } = await stat(WHOLE);
  assert.deepEqual([state.tail.bytes, state.tail.cutBytes, state.tail.sequence], [size, 0, LINES.length]);
});

test('a journal cut at every line: the state is that of the lines that are there', async () => {
  const known: readonly (readonly string[])[] = [
    [],
    ['open'],
    ['open', 'open'],
    ['open', 'open', 'open'],
    ['intent', 'open', 'open'],
    ['applied', 'open', 'open'],
    ['applied', 'intent', 'open'],
    ['applied', 'refused', 'open'],
    ['applied', 'refused', 'open'],
  ];
  for (const [index, progress] of known.entries()) {
    const state = await stateOf(`${LINES.slice(0, index + 1).join('\n')}\n`);
    assert.deepEqual(progressOf(state), progress, `after line ${index + 1}`);
    assert.equal(state.holdsPlan, index >= 3);
    assert.equal(state.ended, false);
    assert.equal(state.tail.sequence, index + 1);
  }
});

test('a journal cut at every byte of every line: the cut line counts as not written', async () => {
  let start = 0;
  let cuts = 0;
  for (const [index, line] of LINES.entries()) {
    const lead = LINES.slice(0, index)
      .map((text) => `${text}\n`)
      .join('');
    // Every byte of the short lines, every seventh of the long ones.
    const step = line.length > 1500 ? 7 : 1;
    for (let length = 1; length <= line.length; length += step) {
      const text = lead + line.slice(0, length);
      cuts += 1;
      if (index === 0) {
        await assert.rejects(stateOf(text), (error) => {
          assert.ok(error instanceof UsageError);
          return /ends before its first line does/.test(error.message);
        });
        continue;
      }
      const state = await stateOf(text);
      assert.deepEqual([state.tail.sequence, state.tail.bytes, state.tail.cutBytes], [index, start, length]);
    }
    start += line.length + 1;
  }
  assert.ok(cuts > 2000, `${cuts}`);
});

test('going on takes a cut line off, and the journal is whole again', async () => {
  for (const index of [4, 5, 6]) {
    const file = newFile();
    const lead = LINES.slice(0, index)
      .map((text) => `${text}\n`)
      .join('');
    await writeFile(file, lead + (LINES[index] as string).slice(0, 100));
    const store = new FakeStore(nodes(NAMES));
    if (index > 4) store.overwrite(dnOf('pc1'), Buffer.from(PLAN.changes[0]?.after.base64 ?? '', 'base64'));
    const state = await readJournal(file);
    const journal = await continueJournal(state.tail, NOW);
    await resumeRun(state, store, journal, OPTIONS);
    await journal.close();
    const now = await readJournal(file);
    assert.ok(now.ended);
    assert.deepEqual(progressOf(now), ['applied', 'applied', 'applied']);
    assert.equal((await readFile(file, 'utf8')).startsWith(lead), true);
    assert.equal(store.peek(dnOf('pc1'))?.version, 4);
  }
});

test('a file that is no journal is said to be none', async () => {
  for (const text of ['{"kind":"dnsacl-plan"}\n', 'name,principal\npc1,\n', '\n', '[]\n', `${LINES[1]}\n`]) {
    await assert.rejects(
      stateOf(text),
      (error) => error instanceof UsageError || error instanceof StaleError,
      text,
    );
  }
  await assert.rejects(stateOf('zone;name\r\n'), {
    message: /is no journal: its first line does not start a run$/,
  });
  await assert.rejects(stateOf(''), {
    message: /ends before its first line does: either it is no journal, or/,
  });
  await assert.rejects(readJournal(join(folder, 'missing')), {
    name: 'UsageError',
    message: /^Cannot read the journal .*ENOENT/,
  });
  await assert.rejects(readJournal(folder), { name: 'UsageError', message: /EISDIR/ });
});

test('a line that was changed at any place is noticed', async () => {
  let tried = 0;
  for (const [index, line] of LINES.entries()) {
    for (let at = index; at < line.length; at += 37) {
      const other = line[at] === '0' ? '1' : '0';
      const lines = LINES.with(index, `${line.slice(0, at)}${other}${line.slice(at + 1)}`);
      const isFirst = index === 0;
      await assert.rejects(
        stateOf(`${lines.join('\n')}\n`),
        (error) => error instanceof StaleError || (isFirst && error instanceof UsageError),
        `line ${index + 1}, place ${at}`,
      );
      tried += 1;
    }
  }
  assert.ok(tried > 200, `${tried}`);
});

test('a line that was taken out, put in, doubled or moved is noticed, and its number said', async () => {
  const middle = LINES.length - 1;
  for (let index = 1; index < middle; index += 1) {
    const line = LINES[index] as string;
    const tampered: readonly (readonly string[])[] = [
      LINES.toSpliced(index, 1),
      LINES.toSpliced(index, 0, line),
      LINES.toSpliced(index, 2, LINES[index + 1] as string, line),
      LINES.toSpliced(index, 0, line.replace(/"chain":"[0-9a-f]+"/, `"chain":"${'0'.repeat(64)}"`)),
      LINES.toSpliced(index, 0, '{}'),
      LINES.toSpliced(index, 0, ''),
    ];
    for (const lines of tampered) {
      await assert.rejects(stateOf(`${lines.join('\n')}\n`), (error) => {
        assert.ok(error instanceof StaleError, String(error));
        assert.match(error.message, /was changed after it was written: line \d+ does not follow/);
        return true;
      });
    }
  }
  await assert.rejects(stateOf(`${LINES.slice(1).join('\n')}\n`), StaleError);
});

test('bytes that are no UTF-8 and zeros behind the last line do no harm', async () => {
  const text = Buffer.from(`${LINES.join('\n')}\n`);
  const state = await stateOf(Buffer.concat([text, Buffer.alloc(500)]));
  assert.deepEqual([state.tail.bytes, state.tail.cutBytes], [text.length, 500]);
  await assert.rejects(stateOf(Buffer.concat([text, Buffer.from([0xff, 0xfe, 0x0a])])), StaleError);
});

test('a second process that goes on with the same journal is refused, or stopped at its first line', async () => {
  const file = newFile();
  await writeFile(file, `${LINES.slice(0, 5).join('\n')}\n`);
  const state = await readJournal(file);
  const [first, second] = [await continueJournal(state.tail, NOW), await continueJournal(state.tail, NOW)];
  const begun = { event: 'run-resume', tool: 'x', store: 'dc1', open: 3 } as const;
  await first.append(begun);
  await assert.rejects(second.append(begun), {
    code: 'journal',
    message: /another process is writing to it/,
  });
  await assert.rejects(continueJournal(state.tail, NOW), {
    name: 'UsageError',
    message: /another process is writing to it/,
  });
  await first.append({ ...begun, open: 2 });
  await first.close();
  await assert.rejects(second.close(), /another process/);
  assert.equal((await readJournal(file)).tail.sequence, 7);
});

test('a run that goes on while the first still lives stops the first before it writes anything more', async () => {
  const file = newFile();
  const journal = await createJournal(file, NOW);
  const store = new FakeStore(nodes(NAMES), {
    beforeWrite: async ({ dn }) => {
      if (dn === dnOf('pc2')) await goOn(file, store);
    },
  });
  await assert.rejects(run(PLAN, store, journal), {
    code: 'journal',
    message: /another process is writing to it/,
  });
  await closeQuietly(journal);
  const state = await readJournal(file);
  assert.ok(state.ended);
  assert.deepEqual(progressOf(state), ['applied', 'applied', 'applied']);
});

async function goOn(file: string, store: FakeStore): Promise<void> {
  const state = await readJournal(file);
  const journal = await continueJournal(state.tail, NOW);
  const other: FakeStore = new FakeStore([]);
  for (const { dn } of PLAN.changes) {
    const held = store.peek(dn);
    if (held !== null) other.put(dn, held.bytes, held.version);
  }
  await resumeRun(state, other, journal, OPTIONS);
  await journal.close();
}

function closeQuietly(journal: Journal): Promise<void> {
  return journal.close().catch(() => {});
}
