import assert from 'node:assert/strict';
import { test } from 'node:test';
import { problemLines } from '../../src/cli/answer/problem-talk.ts';
import type { Problem } from '../../src/errors.ts';
import { shortPlace } from '../../src/report/problem-text.ts';
import { PARTITION } from '../support/corp.ts';

const NAME = `DC=pc1,DC=corp.example.com,${PARTITION.container}`;

function problem(code: string, severity: Problem['severity'], where = NAME): Problem {
  return { severity, code, where, message: `this is ${code}` };
}

const FEW = [
  problem('bad-record', 'warning'),
  problem('unread-partition', 'warning', PARTITION.container),
  problem('bad-csv-row', 'error', 'names.csv:3'),
];

test('gaps come first, and are told with -q as errors are', () => {
  const gap = `warning: ${PARTITION.container}: this is unread-partition`;
  assert.deepEqual(problemLines(FEW, { quiet: false, verbose: false }), [
    gap,
    'warning: pc1 in corp.example.com (DomainDnsZones): this is bad-record',
    'error: names.csv:3: this is bad-csv-row',
  ]);
  assert.deepEqual(problemLines(FEW, { quiet: true, verbose: false }), [
    gap,
    'error: names.csv:3: this is bad-csv-row',
  ]);
});

test('the first ten are told; -v tells all of them, with the full DN', () => {
  const many = Array.from({ length: 12 }, () => problem('bad-record', 'warning'));
  const told = problemLines(many, { quiet: false, verbose: false });
  assert.deepEqual([told.length, told.at(-1)], [11, 'and 2 more problems; -v shows them all']);
  const all = problemLines(many, { quiet: false, verbose: true });
  assert.deepEqual([all.length, all[0]], [12, `warning: ${NAME}: this is bad-record`]);
});

test('shortPlace() knows zones and names in any partition, and leaves everything else alone', () => {
  const legacy = 'CN=MicrosoftDNS,CN=System,DC=corp,DC=example,DC=com';
  for (const [where, short] of [
    [`DC=corp.example.com,${PARTITION.container}`, 'corp.example.com (DomainDnsZones)'],
    [`DC=a\\,b,DC=corp.example.com,${legacy}`, 'a,b in corp.example.com (System)'],
    [`DC=deep,${NAME}`, `DC=deep,${NAME}`],
    [PARTITION.container, PARTITION.container],
    ['CN=PC1,CN=Computers,DC=corp,DC=example,DC=com', 'CN=PC1,CN=Computers,DC=corp,DC=example,DC=com'],
    ['the forest', 'the forest'],
  ] as const) {
    assert.equal(shortPlace(where), short);
  }
});
