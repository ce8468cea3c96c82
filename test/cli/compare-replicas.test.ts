import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StoredDescriptor, Target } from '../../src/apply/store.ts';
import { type Comparison, compareReplicas, type Patience } from '../../src/cli/changes/compare-replicas.ts';
import { shareReaders } from '../../src/cli/place/shared-readers.ts';
import { DirectoryError } from '../../src/errors.ts';
import type { Dn } from '../../src/formats/dn.ts';
import type { Replica } from '../../src/records/source.ts';
import { DOMAIN, descriptorBytes, INFO, OWNED_BY_SYSTEM, PARTITION } from '../support/corp.ts';
import { MemorySource } from '../support/memory-source.ts';

const OLD = descriptorBytes(OWNED_BY_SYSTEM);
const NEW = descriptorBytes(`${OWNED_BY_SYSTEM}(A;;RP;;;BO)`);
const LEGACY = {
  kind: 'legacy',
  namingContext: DOMAIN.dn,
  container: `CN=MicrosoftDNS,CN=System,${DOMAIN.dn}` as Dn,
  server: INFO.server,
} as const;
const ZONES = { domain: PARTITION.container, legacy: LEGACY.container };

/** What a domain controller holds of a name at a time in seconds; an error is thrown. */
type Holds = (name: string, seconds: number) => Uint8Array | null | Error;

const holdsAll: Holds = () => NEW;
const fails = (fault: 'rights' | 'unreachable' | 'not-found' | 'credentials'): DirectoryError =>
  new DirectoryError(fault, `it said ${fault}`, { operation: 'read' });

interface World {
  readonly dcs: Readonly<Record<string, Holds>>;
  /** Who hosts what; all of them host both partitions when left out. */
  readonly hosts?: Readonly<Record<string, readonly string[]>>;
  readonly targets?: readonly Target[];
  readonly patience?: Partial<Patience>;
}

interface Seen extends Comparison {
  /** Seconds that were waited. */
  readonly waited: number;
  /** Each reading connection that was opened and closed. */
  readonly opened: readonly string[];
  readonly closed: readonly string[];
}

const target = (name: string, where: keyof typeof ZONES = 'domain'): Target => ({
  dn: `DC=${name},DC=corp.example.com,${ZONES[where]}`,
  objectGuid: null,
});

async function compare({ dcs, hosts, targets, patience }: World): Promise<Seen> {
  let ms = 0;
  const [opened, closed]: [string[], string[]] = [[], []];
  const source = new MemorySource({
    info: { ...INFO, live: true, partitions: [PARTITION, LEGACY] },
    replicas: (context) => (hosts === undefined ? Object.keys(dcs) : hosts[context])?.map(replicaOf) ?? null,
  });
  const openReader = async (hostName: string | null) => {
    const name = hostName ?? 'dc1';
    const holds = dcs[name];
    if (holds === undefined) throw fails('unreachable');
    opened.push(name);
    return {
      name,
      read: async ({ dn }: Target): Promise<StoredDescriptor | null> => {
        const bytes = holds(/^DC=(\w+)/.exec(dn)?.[1] ?? '', ms / 1000);
        if (bytes instanceof Error) throw bytes;
        return bytes === null ? null : { bytes, version: 2, tombstoned: false };
      },
      close: async () => void closed.push(name),
    };
  };
  const clock = {
    now: () => new Date(ms),
    sleep: async (wait: number) => {
      ms += wait;
    },
  };
  const names = targets ?? [target('pc1'), target('pc2'), target('pc3')];
  const result = await compareReplicas({ source, openReader }, names, clock, { waitMs: 0, ...patience });
  return { ...result, waited: ms / 1000, opened, closed };
}

function replicaOf(name: string): Replica {
  const hostName = name === 'nameless' ? null : name;
  return { dn: `CN=NTDS Settings,CN=${name}` as Dn, hostName, writable: true, pinned: name === 'dc1' };
}

test('compareReplicas() finds those that hold the same, those that do not, and what is missing', async () => {
  const { names, states } = await compare({
    dcs: {
      dc1: holdsAll,
      dc2: holdsAll,
      dc3: (name) => (name === 'pc1' ? OLD : name === 'pc2' ? null : NEW),
      dc4: (name) => (name === 'pc1' ? fails('not-found') : name === 'pc2' ? fails('rights') : NEW),
    },
  });
  assert.equal(names, 3);
  assert.deepEqual(states, [
    { server: 'dc2', names: 3, same: 3, failure: null },
    { server: 'dc3', names: 3, same: 1, failure: null },
    { server: 'dc4', names: 3, same: 1, failure: null },
  ]);
});

test('compareReplicas() says why one cannot be asked, and asks the others all the same', async () => {
  const { states, opened, closed } = await compare({
    dcs: {
      dc1: holdsAll,
      dc2: (name) => (name === 'pc3' ? fails('unreachable') : NEW),
      dc3: () => fails('credentials'),
      dc5: holdsAll,
    },
    hosts: { [PARTITION.namingContext]: ['dc1', 'dc2', 'dc3', 'dc4', 'dc5', 'nameless'] },
    patience: { waitMs: 60_000 },
  });
  assert.deepEqual(
    states?.map(({ server, failure }) => [server, failure]),
    [
      ['dc2', 'it said unreachable'],
      ['dc3', 'it said credentials'],
      ['dc4', 'it said unreachable'],
      ['dc5', null],
      ['CN=NTDS Settings,CN=nameless', 'the directory does not tell its host name'],
    ],
  );
  assert.deepEqual([...closed].sort(), [...opened].sort());
});

test('compareReplicas() looks once when it is not to wait', async () => {
  const { states, waited } = await compare({ dcs: { dc1: holdsAll, dc2: (_, s) => (s > 0 ? NEW : OLD) } });
  assert.equal(states?.[0]?.same, 0);
  assert.equal(waited, 0);
});

test('compareReplicas() waits as long as it takes, asks again only for what differs, and no longer', async () => {
  const asked: string[] = [];
  const waitedFor: string[][] = [];
  const { states, waited, opened } = await compare({
    dcs: {
      dc1: holdsAll,
      dc2: holdsAll,
      dc3: (name, seconds) => {
        asked.push(`${name} at ${seconds}`);
        return name === 'pc2' && seconds < 5 ? OLD : NEW;
      },
    },
    patience: { waitMs: 60_000, onWait: (servers) => void waitedFor.push([...servers]) },
  });
  assert.deepEqual(
    states?.map(({ same }) => same),
    [3, 3],
  );
  assert.equal(waited, 6);
  assert.deepEqual(waitedFor, [['dc3']]);
  assert.deepEqual(asked, ['pc1 at 0', 'pc2 at 0', 'pc3 at 0', 'pc2 at 2', 'pc2 at 4', 'pc2 at 6']);
  assert.deepEqual(opened, ['dc1', 'dc2', 'dc3']);
});

test('compareReplicas() gives up at the end of its time, after a last look', async () => {
  const { states, waited } = await compare({
    dcs: { dc1: holdsAll, dc2: (_, seconds) => (seconds >= 5 ? NEW : OLD), dc3: () => OLD },
    patience: { waitMs: 5000 },
  });
  assert.equal(waited, 5);
  assert.deepEqual(
    states?.map(({ same }) => same),
    [3, 0],
  );
});

test('compareReplicas() ends its waiting when it is told to, and keeps what it found', async () => {
  const stop = new AbortController();
  const { states, waited } = await compare({
    dcs: { dc1: holdsAll, dc2: (name) => (name === 'pc1' ? NEW : OLD) },
    patience: { waitMs: 60_000, signal: stop.signal, onWait: () => stop.abort() },
  });
  assert.ok(waited <= 2);
  assert.equal(states?.[0]?.same, 1);
});

test('compareReplicas() asks each server only for the partitions that it hosts', async () => {
  const { states } = await compare({
    dcs: { dc1: holdsAll, dc2: holdsAll, dc3: holdsAll },
    hosts: { [PARTITION.namingContext]: ['dc1', 'dc2'], [DOMAIN.dn]: ['dc1', 'dc2', 'dc3'] },
    targets: [target('pc1'), target('pc2'), target('old', 'legacy')],
  });
  assert.deepEqual(states, [
    { server: 'dc2', names: 3, same: 3, failure: null },
    { server: 'dc3', names: 1, same: 1, failure: null },
  ]);
});

test('compareReplicas() leaves out what is gone or cannot be read here', async () => {
  const { names, states } = await compare({
    dcs: {
      dc1: (name) => (name === 'pc1' ? null : name === 'pc2' ? fails('rights') : NEW),
      dc2: holdsAll,
    },
  });
  assert.equal(names, 1);
  assert.deepEqual(states, [{ server: 'dc2', names: 1, same: 1, failure: null }]);
});

test('compareReplicas() shows how far each round is, over all servers', async () => {
  const shown: string[] = [];
  const showProgress = (names: number) => {
    shown.push(`${names}:`);
    return { step: () => void shown.push('.'), end: () => void shown.push('|') };
  };
  const behind: Holds = (name, seconds) => (name === 'pc1' && seconds === 0 ? OLD : NEW);
  await compare({
    dcs: { dc1: holdsAll, dc2: holdsAll, dc3: behind },
    patience: { waitMs: 60_000, showProgress },
  });
  assert.equal(shown.join(''), '6:......|1:.|');
});

test('compareReplicas() does not pretend to know where the directory does not tell who hosts', async () => {
  const { states } = await compare({ dcs: { dc1: holdsAll }, hosts: {} });
  assert.equal(states, null);
});

test('compareReplicas() fails when the domain controller at hand does', async () => {
  await assert.rejects(
    compare({ dcs: { dc1: () => fails('unreachable'), dc2: holdsAll } }),
    /it said unreach/,
  );
});

test('shareReaders() meets each domain controller once, a dead one too, and closes what it opened', async () => {
  const [opened, closed]: [(string | null)[], string[]] = [[], []];
  const readers = shareReaders({
    openReader: async (hostName) => {
      opened.push(hostName);
      if (hostName === 'dead') throw fails('unreachable');
      const name = hostName ?? 'dc1';
      return { name, read: async () => null, close: async () => void closed.push(name) };
    },
  });
  for (let round = 0; round < 2; round++) {
    for (const hostName of [null, 'dc2']) {
      const reader = await readers.openReader(hostName);
      assert.equal(await reader.read(target('pc1')), null);
      await reader.close();
    }
    await assert.rejects(readers.openReader('dead'), /it said unreachable/);
  }
  assert.deepEqual([opened, closed], [[null, 'dc2', 'dead'], []]);
  await readers.close();
  assert.deepEqual(closed, ['dc1', 'dc2']);
});
