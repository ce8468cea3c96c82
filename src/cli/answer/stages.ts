/**
 * Where the time of a command goes, for -v. A command does one thing after the other, so there is one stage and one
 * part of it that time counts to at any moment; whoever begins something new says so, and whoever waits inside of
 * it gives the time back when it is done. That happens a few times for each page, never for each name.
 */

import type { DirectorySource } from '../../records/source.ts';
import type { SizeCache } from '../size-cache.ts';
import type { ReadingProgress } from './progress.ts';

export type Stage = 'connect and sign in' | 'zones and who is who' | 'computers' | 'names' | 'changes';

/**
 * `reading`: waiting for the server, receiving, and decoding what comes, which is done as it comes. `judging` is what
 * is none of the others.
 */
export type Part = 'reading' | 'judging' | 'writing';

export interface Stages {
  /** Time counts to `stage` from now on. */
  begin(stage: Stage): void;
  /** Time counts to `part` of the stage while `work` runs. */
  during<T>(part: Part, work: () => Promise<T>): Promise<T>;
  /** As during(), for the making of each page; what the consumer does with it does not count. */
  duringPages<T>(part: Part, pages: AsyncIterable<T>): AsyncGenerator<T, void>;
  /**
   * The same source, whose answers count as reading; reading computers or names begins that stage.
   *
   * @param sizes is told how many names each zone has that was read whole, and saved by end()
   */
  watch(source: DirectorySource, sizes?: SizeCache): DirectorySource;
  /** About so many names will be read from now on; null when nothing tells. */
  expectNames(total: number | null): void;
  /** The command has answered. */
  end(): Promise<void>;
  /** `connect and sign in 0.05 s, names 1.80 s (reading 1.20 s, ...), total 1.85 s` */
  report(): string;
}

const PARTS: readonly Part[] = ['reading', 'judging', 'writing'];
/** Only here the parts are worth telling: the other stages do little else than wait. */
const STAGE_IN_PARTS: Stage = 'names';

/**
 * Begins with `connect and sign in`.
 *
 * @param progress is told of every page of names and computers
 * @param onNames is told of every page of names how many there were before it
 */
export function createStages(
  now: () => Date,
  progress: ReadingProgress | null = null,
  onNames: (namesBefore: number) => void = () => {},
): Stages {
  const spent = new Map<Stage, Map<Part, number>>();
  let stage: Stage = 'connect and sign in';
  let part: Part = 'judging';
  let since = now().getTime();
  let sizeCache: SizeCache | null = null;

  /** What came before gets its time. @returns the part until now */
  function enter(nextStage: Stage, nextPart: Part): Part {
    const before = part;
    const at = now().getTime();
    const parts = spent.get(stage) ?? new Map<Part, number>();
    spent.set(stage, parts.set(part, (parts.get(part) ?? 0) + at - since));
    [stage, part, since] = [nextStage, nextPart, at];
    return before;
  }

  const stages: Stages = {
    begin: (next) => void enter(next, part),
    async during(inner, work) {
      const before = enter(stage, inner);
      try {
        return await work();
      } finally {
        enter(stage, before);
      }
    },
    async *duringPages(inner, pages) {
      let before = enter(stage, inner);
      for await (const page of pages) {
        enter(stage, before);
        yield page;
        before = enter(stage, inner);
      }
      enter(stage, before);
    },
    watch: (source, sizes) => {
      enter('zones and who is who', part);
      sizeCache = sizes ?? null;
      return watched(source, stages, () => stage, progress, onNames, sizeCache);
    },
    expectNames: (total) => progress?.expect('names', total),
    end: async () => sizeCache?.save(),
    report: () => {
      enter(stage, part);
      return reportOf(spent);
    },
  };
  return stages;
}

function watched(
  source: DirectorySource,
  stages: Stages,
  current: () => Stage,
  progress: ReadingProgress | null,
  onNames: (namesBefore: number) => void,
  sizes: SizeCache | null,
): DirectorySource {
  const wait = <T>(ask: () => Promise<T>): Promise<T> => stages.during('reading', ask);
  async function* pagesIn<T>(
    stage: Stage,
    pages: AsyncIterable<readonly T[]>,
    what: string = stage,
  ): AsyncGenerator<readonly T[], void> {
    let before = 0;
    stages.begin(stage);
    try {
      for await (const page of stages.duringPages('reading', pages)) {
        if (stage === 'names') onNames(before);
        before += page.length;
        if (stage === 'names' || stage === 'computers') progress?.read(what, page.length);
        yield page;
      }
    } finally {
      progress?.clear();
    }
  }
  return {
    get counters() {
      return source.counters;
    },
    describe: () => wait(() => source.describe()),
    zones: (partition) => pagesIn(current(), source.zones(partition)),
    nodes: (zoneDn, detail, decode) =>
      counted(pagesIn('names', source.nodes(zoneDn, detail, decode)), (names) => sizes?.note(zoneDn, names)),
    node: (zoneDn, name, detail) => {
      stages.begin('names');
      return wait(() => source.node(zoneDn, name, detail));
    },
    async *computers(decode) {
      const before = current();
      yield* pagesIn('computers', source.computers(decode));
      stages.begin(before);
    },
    bySid: (sids) => wait(() => source.bySid(sids)),
    byName: (reference) => wait(() => source.byName(reference)),
    account: (dn) => wait(() => source.account(dn)),
    byPrefix: (prefix) => wait(() => source.byPrefix(prefix)),
    clusterComputers: () => wait(() => source.clusterComputers()),
    membersOf: (groupDns) => wait(() => source.membersOf(groupDns)),
    dhcpServers: () => wait(() => source.dhcpServers()),
    trusts: () => wait(() => source.trusts()),
    replicasOf: (namingContext) => wait(() => source.replicasOf(namingContext)),
    deletedNodes: (zoneDn) => pagesIn('names', source.deletedNodes(zoneDn)),
    directoryServers: () => wait(() => source.directoryServers()),
    everything: (zones, problems) => pagesIn('names', source.everything(zones, problems), 'entries'),
    close: () => source.close(),
  };
}

/** @param whenRead is told how many there were, once all were read */
async function* counted<T>(
  pages: AsyncIterable<readonly T[]>,
  whenRead: (entries: number) => void,
): AsyncGenerator<readonly T[], void> {
  let entries = 0;
  for await (const page of pages) {
    entries += page.length;
    yield page;
  }
  whenRead(entries);
}

function reportOf(spent: ReadonlyMap<Stage, ReadonlyMap<Part, number>>): string {
  let total = 0;
  const told: string[] = [];
  for (const [stage, parts] of spent) {
    const ms = [...parts.values()].reduce((sum, value) => sum + value, 0);
    const inside = PARTS.flatMap((part) =>
      parts.has(part) ? [`${part} ${seconds(parts.get(part) ?? 0)}`] : [],
    );
    const detail = stage === STAGE_IN_PARTS && inside.length > 1 ? ` (${inside.join(', ')})` : '';
    told.push(`${stage} ${seconds(ms)}${detail}`);
    total += ms;
  }
  return [...told, `total ${seconds(total)}`].join(', ');
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}
