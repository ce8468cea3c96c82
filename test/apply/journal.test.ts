import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { type FileHandle, mkdtemp, open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createJournal, type JournalEvent } from '../../src/apply/journal.ts';
import { UsageError } from '../../src/errors.ts';
import { changeOf, storedNode } from '../support/corp-plan.ts';

const folder = await mkdtemp(join(tmpdir(), 'dnsacl-journal-'));
after(() => rm(folder, { recursive: true }));

const NOW = () => new Date('2026-11-20T21:00:00Z');
const outcomeOf = (dn: string): JournalEvent => ({
  event: 'outcome',
  dn,
  fqdn: dn,
  outcome: 'applied',
  message: null,
  base64: null,
  version: 4,
});

async function linesOf(file: string): Promise<readonly string[]> {
  const text = await readFile(file, 'utf8');
  assert.ok(text === '' || text.endsWith('\n'));
  return text.split('\n').slice(0, -1);
}

/** The number of the first line whose chain does not follow from the line before it; null when all do. */
function firstBrokenLine(lines: readonly string[]): number | null {
  let previous = '0'.repeat(64);
  for (const [index, line] of lines.entries()) {
    const [, content, chain] = /^(.*),"chain":"([0-9a-f]{64})"\}$/.exec(line) ?? [];
    previous = createHash('sha256').update(`${previous}${content}}`).digest('hex');
    if (chain !== previous) return index + 1;
  }
  return null;
}

test('append() has the event on the disk when it resolves', async () => {
  const file = join(folder, 'one.journal');
  const journal = await createJournal(file, NOW);
  const change = changeOf(storedNode('pc1'));
  await journal.append({ event: 'planned', change });
  const [line] = await linesOf(file);
  const { chain, ...event } = JSON.parse(line as string);
  assert.deepEqual(event, { seq: 1, at: '2026-11-20T21:00:00.000Z', event: 'planned', change });
  assert.match(chain, /^[0-9a-f]{64}$/);
  await journal.close();
});

test('append() keeps the order of events that arrive while the disk is busy, and loses none', async () => {
  const file = join(folder, 'many.journal');
  const journal = await createJournal(file, NOW);
  const written = new Map<number, number>();
  const appends = Array.from({ length: 200 }, async (_, index) => {
    if (index % 7 === 0) await new Promise(setImmediate);
    await journal.append(outcomeOf(`DC=${index}`));
    written.set(index, (await linesOf(file)).filter((line) => line.includes(`"DC=${index}"`)).length);
  });
  await Promise.all(appends);
  await journal.close();
  const lines = await linesOf(file);
  assert.deepEqual(
    lines.map((line) => JSON.parse(line).seq),
    Array.from({ length: 200 }, (_, index) => index + 1),
  );
  assert.deepEqual([...written.values()], Array(200).fill(1));
  assert.equal(firstBrokenLine(lines), null);
});

test('the chain shows a line that was changed, lost or moved', async () => {
  const file = join(folder, 'chain.journal');
  const journal = await createJournal(file, NOW);
  for (const dn of ['DC=a', 'DC=b', 'DC=c']) await journal.append(outcomeOf(dn));
  await journal.close();
  const lines = await linesOf(file);
  const [a, b, c] = lines as [string, string, string];
  assert.equal(firstBrokenLine(lines), null);
  assert.equal(firstBrokenLine([a, b.replace('applied', 'refused'), c]), 2);
  assert.equal(firstBrokenLine([a, c]), 2);
  assert.equal(firstBrokenLine([b, c]), 1);
  assert.equal(firstBrokenLine([a, c, b]), 2);
});

test('createJournal() never writes over a file that is there', async () => {
  const file = join(folder, 'taken.journal');
  await writeFile(file, 'precious');
  await assert.rejects(createJournal(file, NOW), (error) => {
    assert.ok(error instanceof UsageError);
    assert.equal(error.flag, '--journal');
    assert.equal(
      error.message,
      `Cannot create the journal ${file}: it exists already; give another with --journal`,
    );
    return true;
  });
  assert.equal(await readFile(file, 'utf8'), 'precious');
});

test('createJournal() says why a file cannot be created', async () => {
  const file = join(folder, 'no-such-folder', 'x.journal');
  await assert.rejects(createJournal(file, NOW), {
    name: 'UsageError',
    message: /^Cannot create the journal .*ENOENT/,
  });
});

test('createJournal() keeps others from reading what it writes', {
  skip: process.platform === 'win32',
}, async () => {
  const file = join(folder, 'private.journal');
  await (await createJournal(file, NOW)).close();
  assert.equal((await stat(file)).mode & 0o777, 0o600);
});

/** What every open file inherits from, so that a test can make the disk slow or full. */
async function fileHandles(): Promise<FileHandle> {
  const handle = await open(folder, 'r');
  await handle.close();
  return Object.getPrototypeOf(handle);
}

test('append() resolves only when the disk says that it has the bytes', async (t) => {
  const journal = await createJournal(join(folder, 'slow.journal'), NOW);
  const disk = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<void>();
  t.mock.method(await fileHandles(), 'datasync', () => {
    asked.resolve();
    return disk.promise;
  });
  let resolved = false;
  const appended = journal.append(outcomeOf('DC=a')).then(() => {
    resolved = true;
  });
  await Promise.race([asked.promise, appended]);
  assert.equal(resolved, false);
  disk.resolve();
  await appended;
  await journal.close();
});

test('a full disk fails the append, every later one, and the closing, which still gives the file back', async (t) => {
  const journal = await createJournal(join(folder, 'full.journal'), NOW);
  const written: FileHandle[] = [];
  t.mock.method(await fileHandles(), 'write', function (this: FileHandle): Promise<void> {
    written.push(this);
    return Promise.reject(new Error('ENOSPC'));
  });
  const told = {
    name: 'DnsaclError',
    code: 'journal',
    message: /^Cannot write the journal .*full\.journal: ENOSPC; the run stops here$/,
  };
  await assert.rejects(journal.append(outcomeOf('DC=a')), told);
  await assert.rejects(journal.append(outcomeOf('DC=b')), told);
  await assert.rejects(journal.close(), told);
  assert.deepEqual(
    written.map((handle) => handle.fd),
    [-1],
  );
});
