import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { auditSnapshot, LAB_ZONE } from '../support/audit-snapshot.ts';
import { runCli, tempFolder } from '../support/fake-io.ts';
import { testForms } from '../support/golden.ts';

const DHCP = ['--dhcp-account', 'dhcp_update'] as const;
/** Blocked and unknown, and dynamic, names of lab.example.com. */
const LAB_BLOCKED = 6;
const LAB_DYNAMIC = 10;

const from = (folder: string) => ['--snapshot', auditSnapshot(folder), ...DHCP];

testForms('readiness', (folder) => ['readiness', '-z', LAB_ZONE, ...from(folder)], 2);
testForms('readiness-go', (folder) => ['readiness', '-z', LAB_ZONE, ...from(folder), '--max-blocked', '6']);
testForms(
  'readiness-zones',
  (folder) => ['readiness', '-z', LAB_ZONE, 'archive.example.com', '0.10.in-addr.arpa', ...from(folder)],
  2,
);

const LIMITS: readonly (readonly [limit: string, allowed: number])[] = [
  ['0', 0],
  ['5', 5],
  ['6', 6],
  ['59%', 5],
  ['60%', 6],
  ['69.9%', 6],
  ['100%', 10],
];

for (const [limit, allowed] of LIMITS) {
  test(`readiness --max-blocked ${limit} allows ${allowed} of ${LAB_DYNAMIC} names`, async (t) => {
    const { code, document } = await readiness(t, ['--max-blocked', limit]);
    assert.equal(document.blocked, LAB_BLOCKED);
    assert.equal(document.dynamic, LAB_DYNAMIC);
    assert.equal(document.limit, allowed);
    assert.equal(document.go, allowed >= LAB_BLOCKED);
    assert.equal(code, document.go ? 0 : 2);
  });
}

test('readiness --max-blocked refuses what is neither a number nor a share', async (t) => {
  for (const limit of ['-1', 'ten', '1.5', '101%', '5 %', '']) {
    const { code, err } = await run(t, ['-z', LAB_ZONE, `--max-blocked=${limit}`]);
    assert.equal(code, 64, limit);
    assert.match(err, /It needs a number, or a share such as 0\.5%/, limit);
  }
});

test('readiness takes the limit from the configuration, and the flag wins over it', async (t) => {
  const folder = tempFolder(t);
  const config = join(folder, 'dnsacl.config.json');
  for (const [maxBlocked, code] of [
    ['6', 0],
    ['5', 2],
    ['60%', 0],
  ] as const) {
    writeFileSync(config, JSON.stringify({ thresholds: { maxBlocked } }));
    assert.equal((await readiness(t, ['--config', config])).code, code, maxBlocked);
  }
  assert.equal((await readiness(t, ['--config', config, '--max-blocked', '0'])).code, 2);
});

test('readiness is a no-go when one of several zones is', async (t) => {
  const { code, out } = await run(t, ['-z', LAB_ZONE, '-z', 'archive.example.com', ...DHCP, '-f', 'json']);
  const document = JSON.parse(out);
  assert.equal(code, 2);
  assert.equal(document.go, false);
  assert.deepEqual(
    document.results.map(({ zone, go }: { zone: string; go: boolean }) => [zone, go]),
    [
      ['archive.example.com', true],
      [LAB_ZONE, false],
    ],
  );
});

test('readiness says that a zone without names cannot be judged', async (t) => {
  const { code, err } = await run(t, ['-z', 'empty.example.com', ...DHCP]);
  assert.equal(code, 1);
  assert.match(err, /There is nothing to look at: empty\.example\.com holds no names/);
});

test('readiness counts where the blocked names sit: folder, owner class and subnet', async (t) => {
  const { document } = await readiness(t, []);
  assert.deepEqual(
    document.worst.map(({ by, value, names }) => `${by} ${value} ${names}`),
    [
      'ou no computer account 5',
      'ou corp.example.com/Sites/Lab 1',
      'owner-class system 5',
      'owner-class orphan 1',
      'subnet 10.1.1.0/24 5',
      'subnet 10.1.0.0/24 1',
    ],
  );
});

interface Readiness {
  readonly go: boolean;
  readonly blocked: number;
  readonly dynamic: number;
  readonly limit: number;
  readonly worst: readonly { readonly by: string; readonly value: string; readonly names: number }[];
}

async function run(t: TestContext, args: readonly string[]) {
  return runCli(['readiness', '--snapshot', auditSnapshot(tempFolder(t)), ...args]);
}

async function readiness(
  t: TestContext,
  args: readonly string[],
): Promise<{ readonly code: number; readonly document: Readiness }> {
  const { code, out, err } = await run(t, ['-z', LAB_ZONE, ...DHCP, ...args, '-f', 'json']);
  assert.notEqual(out, '', err);
  return { code, document: JSON.parse(out) };
}
