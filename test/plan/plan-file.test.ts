import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { StaleError, UsageError } from '../../src/errors.ts';
import { skip } from '../../src/plan/change.ts';
import { draftPlan, type NameOutcome } from '../../src/plan/plan.ts';
import { formatPlan, parsePlan, sealPlan } from '../../src/plan/plan-file.ts';
import { nodeOf } from '../support/corp.ts';
import { changeOf, HEAD, sealedPlan, storedNode } from '../support/corp-plan.ts';

const OUTCOMES: readonly NameOutcome[] = [
  { kind: 'change', change: changeOf(storedNode('pc2')) },
  skip(nodeOf({ name: '@' }), 'infrastructure', 'the zone itself (@)'),
  { kind: 'change', change: changeOf({ ...storedNode('pc1'), descriptorVersion: null }) },
  skip(nodeOf({ name: 'printer', zone: 'a.example' }), 'no-updater', 'no account was matched to this name'),
];
const PLAN = sealedPlan(OUTCOMES);

/** The plan file with one field set to something else, its checksum made to fit or not. */
function edited(path: string, value: unknown): string {
  const json = JSON.parse(formatPlan(PLAN));
  const keys = path.split('.');
  const last = keys.pop() as string;
  const parent = keys.reduce((item, key) => item[key], json);
  if (value === undefined) delete parent[last];
  else parent[last] = value;
  return JSON.stringify(json);
}

test('draftPlan() sorts changes and skipped names, and its counts add up', () => {
  const { changes, skipped, summary } = PLAN;
  assert.deepEqual(
    [...changes, ...skipped].map((item) => item.fqdn),
    ['pc1.corp.example.com', 'pc2.corp.example.com', 'printer.a.example', 'corp.example.com'],
  );
  assert.deepEqual(summary, {
    names: 4,
    changes: 2,
    add: 4,
    remove: 0,
    skipped: 2,
    bySkipCode: { infrastructure: 1, 'no-updater': 1 },
  });
  assert.equal(summary.names, summary.changes + summary.skipped);
});

test('a plan comes back from its file as it was', () => {
  const back = parsePlan(formatPlan(PLAN), 'p.json');
  assert.deepEqual(back, PLAN);
  assert.equal(formatPlan(back), formatPlan(PLAN));
});

test('an empty plan comes back too', () => {
  const empty = sealedPlan([]);
  assert.deepEqual(parsePlan(formatPlan(empty), 'p.json'), empty);
});

test('a plan comes back from text that was indented anew', () => {
  assert.deepEqual(parsePlan(JSON.stringify(JSON.parse(formatPlan(PLAN)), null, 4), 'p.json'), PLAN);
});

test('equal input in another order gives the same text and checksum', () => {
  const { options, zones, ...head } = HEAD;
  const turned = Object.fromEntries(Object.entries(options).toReversed());
  const again = sealPlan(draftPlan({ ...head, options: turned, zones }, OUTCOMES.toReversed()));
  assert.equal(formatPlan(again), formatPlan(PLAN));
});

test('the checksum is stable: SHA-256 over the sealed content', () => {
  const { checksum, ...content } = JSON.parse(formatPlan(PLAN));
  const inOrder = { ...content, summary: undefined, changes: undefined, skipped: undefined };
  const text = JSON.stringify({
    ...inOrder,
    summary: content.summary,
    changes: content.changes,
    skipped: content.skipped,
  });
  assert.equal(checksum, `sha256:${createHash('sha256').update(text).digest('hex')}`);
});

test('the file has one change and one skipped name per line, so that two plans compare', () => {
  const lines = formatPlan(PLAN).split('\n');
  for (const name of ['pc1', 'pc2', 'printer']) {
    const hits = lines.filter((line) => line.includes(`"fqdn":"${name}.`));
    assert.equal(hits.length, 1, name);
    assert.doesNotThrow(() => JSON.parse((hits[0] as string).trim().replace(/,$/, '')));
  }
  assert.equal(lines.at(-1), '');
});

test('parsePlan() takes every edit for stale, with both checksums', () => {
  const edits: readonly (readonly [string, unknown])[] = [
    ['createdAt', '2026-11-20T21:00:01.000Z'],
    ['server', 'dc2.corp.example.com'],
    ['options.rights', 'update'],
    ['changes.0.fqdn', 'pc9.corp.example.com'],
    ['changes.0.after.base64', PLAN.changes[0]?.before.base64],
    ['changes.1.before.version', 4],
    ['changes.0.add.0.reason', 'because'],
    ['changes', [PLAN.changes[0]]],
    ['changes', PLAN.changes.toReversed()],
    ['skipped.0.reason', ''],
    ['summary.changes', 3],
    ['checksum', `sha256:${'0'.repeat(64)}`],
  ];
  for (const [path, value] of edits) {
    assert.throws(
      () => parsePlan(edited(path, value), 'p.json'),
      (error) =>
        error instanceof StaleError &&
        error.plannedHash !== error.foundHash &&
        error.message.includes(error.plannedHash) &&
        error.message.includes(error.foundHash),
      path,
    );
  }
});

test('parsePlan() names the field that is wrong', () => {
  const edits: readonly (readonly [path: string, value: unknown, named: string])[] = [
    ['schemaVersion', 2, 'schemaVersion'],
    ['kind', 'dnsacl-snapshot', 'kind'],
    ['createdAt', 'yesterday', 'createdAt'],
    ['domainSid', 'CORP', 'domainSid'],
    ['checksum', 'sha256:00', 'checksum'],
    ['server', undefined, 'server'],
    ['changes.1.dn', '', 'changes.1.dn'],
    ['changes.0.objectGuid', 'x', 'changes.0.objectGuid'],
    ['changes.0.before.base64', 'not base64!', 'changes.0.before.base64'],
    ['changes.0.after.base64', 'AAAA', 'changes.0.after.base64'],
    ['changes.0.before.version', 1.5, 'changes.0.before.version'],
    ['changes.0.add.0.principal.sid', 'S-1', 'changes.0.add.0.principal.sid'],
    ['changes.0.add.0.principal.kind', 'robot', 'changes.0.add.0.principal.kind'],
    ['skipped.0.code', 'whim', 'skipped.0.code'],
    ['extra', 1, '"extra"'],
    ['changes.0.note', 1, '"note"'],
  ];
  for (const [path, value, named] of edits) {
    assert.throws(
      () => parsePlan(edited(path, value), 'p.json'),
      (error) =>
        error instanceof UsageError &&
        error.flag === 'p.json' &&
        error.message.startsWith('Cannot read the plan p.json: ') &&
        error.message.includes(named),
      path,
    );
  }
});

test('parsePlan() refuses what is no plan at all', () => {
  for (const text of ['', '[]', 'null', '42', '{}', 'zone;name\r\na;b', formatPlan(PLAN).slice(0, -5)]) {
    assert.throws(() => parsePlan(text, 'p.json'), UsageError, text.slice(0, 10));
  }
});

test('parsePlan() answers every cut-off or damaged file with a UsageError or a StaleError', () => {
  const text = formatPlan(PLAN);
  const isExpected = (error: unknown) => error instanceof UsageError || error instanceof StaleError;
  for (let length = 0; length < text.length - 2; length += 7) {
    assert.throws(() => parsePlan(text.slice(0, length), 'p.json'), isExpected);
  }
  for (let at = 0; at < text.length; at += 5) {
    const damaged = `${text.slice(0, at)}${text[at] === '0' ? '1' : '0'}${text.slice(at + 1)}`;
    if (isSameJson(damaged, text)) continue;
    assert.throws(() => parsePlan(damaged, 'p.json'), isExpected, damaged.slice(at - 20, at + 20));
  }
});

function isSameJson(a: string, b: string): boolean {
  try {
    return JSON.stringify(JSON.parse(a)) === JSON.stringify(JSON.parse(b));
  } catch {
    return false;
  }
}
