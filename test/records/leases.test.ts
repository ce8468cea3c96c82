import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { UsageError } from '../../src/errors.ts';
import { parseIpv4, parseIpv6 } from '../../src/formats/ip-address.ts';
import { type Lease, parseLeases } from '../../src/records/leases.ts';

interface Vector {
  readonly name: string;
  readonly source: string;
  readonly text?: string;
  readonly hex?: string;
}
interface GoodList extends Vector {
  readonly value: readonly (Omit<Lease, 'expiresAt'> & { readonly expiresAt: string | null })[];
}
interface ListWithProblems extends GoodList {
  readonly problems: readonly { readonly code: string; readonly where: string; readonly message: string }[];
}
interface UnusableFile extends Vector {
  readonly error: string;
}

const good: readonly GoodList[] = [...vectors<GoodList>('valid'), ...vectors<GoodList>('noncanonical')];
const withProblems = vectors<ListWithProblems>('bad-rows');

for (const vector of good) {
  test(`parseLeases() reads: ${vector.name}`, () => {
    assert.deepEqual(parseLeases(bytesOf(vector), 'f'), { values: leasesOf(vector), problems: [] });
  });
}

for (const vector of withProblems) {
  test(`parseLeases() reports: ${vector.name}`, () => {
    const { values, problems } = parseLeases(bytesOf(vector), 'f');
    assert.deepEqual(values, leasesOf(vector));
    assert.deepEqual(
      problems.map(({ code, where }) => ({ code, where })),
      vector.problems.map(({ code, where }) => ({ code, where })),
    );
    problems.forEach((problem, index) => {
      const expected = vector.problems[index]?.message ?? '';
      assert.ok(problem.message.includes(expected), `${problem.message} lacks ${expected}`);
      assert.doesNotMatch(problem.message, /\.$/);
    });
  });
}

for (const vector of vectors<UnusableFile>('invalid')) {
  test(`parseLeases() refuses: ${vector.name}`, () => {
    assert.throws(
      () => parseLeases(bytesOf(vector), 'f'),
      (error) =>
        error instanceof UsageError &&
        error.flag === '--leases' &&
        error.message.startsWith('Cannot read f as ') &&
        error.message.includes(vector.error),
    );
  });
}

test('parseLeases() takes every cut-off list as leases, problems or a UsageError', () => {
  for (const vector of [...good, ...withProblems]) {
    const bytes = bytesOf(vector);
    for (let length = 0; length < bytes.length; length += 1) readOrRefuse(bytes.subarray(0, length));
  }
});

test('parseLeases() takes every damaged list as leases, problems or a UsageError', () => {
  const random = seededRandom(20261120);
  for (const vector of [...good, ...withProblems]) {
    for (let round = 0; round < 60; round += 1) {
      const bytes = Uint8Array.from(bytesOf(vector));
      const at = Math.floor(random() * bytes.length);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << Math.floor(random() * 8));
      readOrRefuse(bytes);
    }
  }
});

test('parseLeases() loses no lease of a long list', () => {
  const count = 100_000;
  const addresses = Array.from(
    { length: count },
    (_, index) => `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`,
  );
  const csv = `IPAddress,HostName\r\n${addresses.map((address) => `${address},pc\r\n`).join('')}`;
  const xml = `<DHCPServer>\n${addresses.map((address) => `<Lease><IPAddress>${address}</IPAddress></Lease>\n`).join('')}</DHCPServer>`;
  for (const text of [csv, xml]) {
    const { values, problems } = parseLeases(Buffer.from(text), 'f');
    assert.deepEqual(
      values.map((lease) => lease.address),
      addresses,
    );
    assert.deepEqual(problems, []);
  }
});

test('parseLeases() takes XML of great depth, width and length', () => {
  const deep = 100_000;
  const lease = '<Lease><IPAddress>10.0.1.20</IPAddress><HostName>pc1</HostName></Lease>';
  const nested = `<DHCPServer>${'<a>'.repeat(deep)}${lease}${'</a>'.repeat(deep)}</DHCPServer>`;
  const wide = `<DHCPServer>${'<Lease x="1"/>'.repeat(deep)}${lease}</DHCPServer>`;
  const long = `<DHCPServer>${lease.replace('pc1', 'p'.repeat(1_000_000))}</DHCPServer>`;
  assert.equal(parseLeases(Buffer.from(nested), 'f').values.length, 1);
  assert.deepEqual(parseLeases(Buffer.from(wide), 'f').problems.length, deep);
  assert.equal(parseLeases(Buffer.from(long), 'f').values[0]?.hostName?.length, 1_000_000);
});

/** Whatever is read from a damaged list, each value has an address that could stand in a record. */
function readOrRefuse(bytes: Uint8Array): void {
  try {
    const { values, problems } = parseLeases(bytes, 'f');
    for (const { address, hostName } of values) {
      assert.ok(address.includes(':') ? parseIpv6(address) : parseIpv4(address));
      assert.notEqual(hostName, '');
    }
    for (const problem of problems) assert.match(problem.where, /^f(?::[1-9]\d*)?$/);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
  }
}

function leasesOf({ value }: GoodList): readonly Lease[] {
  return value.map((lease) => ({
    ...lease,
    expiresAt: lease.expiresAt === null ? null : new Date(lease.expiresAt),
  }));
}

function vectors<T>(kind: string): readonly T[] {
  const file = new URL(`../vectors/leases/${kind}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as readonly T[];
}

function bytesOf({ text, hex }: Vector): Uint8Array {
  return hex === undefined ? Buffer.from(text ?? '', 'utf8') : Buffer.from(hex, 'hex');
}

/** Mulberry32: the same numbers in every run. */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
