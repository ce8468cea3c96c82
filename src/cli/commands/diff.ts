/** `dnsacl diff`: what changed between two snapshots, or between a snapshot and now. */

import type { Command } from 'commander';
import { DIFF_STATUSES, type DiffStatus, type ObjectDiff } from '../../assess/diff.ts';
import { UsageError } from '../../errors.ts';
import { dnKey } from '../../formats/dn.ts';
import { globMatcher } from '../../records/glob.ts';
import { isLoaded, readZones, selectZones } from '../../records/read.ts';
import type { DirectoryInfo, DirectorySource } from '../../records/source.ts';
import type { Zone } from '../../records/zone.ts';
import { renderCsv } from '../../report/csv.ts';
import {
  DIFF_COLUMNS,
  DIFF_TICKET_COLUMNS,
  type DiffRow,
  type DiffSummary,
  type DiffWords,
  diffLine,
  diffRows,
  diffTableColumns,
  diffTotals,
} from '../../report/diff-rows.ts';
import { jsonListDocument } from '../../report/json-list.ts';
import { renderMarkdownTable } from '../../report/markdown.ts';
import { renderTable } from '../../report/table.ts';
import { type Answer, openAnswer } from '../answer/answer.ts';
import type { Deps } from '../deps.ts';
import { type Diffing, type DiffSide, principalName, startDiffing, streamDiffs } from '../diffing.ts';
import { EXIT_CODES, type ExitCode } from '../exit.ts';
import {
  addOutputOptions,
  addWhereOptions,
  addZoneOption,
  type OutputFlags,
  TICKET_FORMATS,
  type WhereFlags,
  type ZoneFlags,
} from '../options.ts';
import { openPlace } from '../place/connect.ts';
import { sddlContext } from '../reading.ts';
import { readSettings } from '../settings/settings.ts';

interface DiffFlags extends WhereFlags, ZoneFlags, OutputFlags {
  readonly live?: boolean;
  readonly name?: readonly string[];
  readonly exitCode?: boolean;
}

export function diffCommand(parent: Command, deps: Deps): void {
  const command = parent
    .command('diff')
    .description('say what changed between two snapshots, or between a snapshot and now')
    .argument('<before>', 'the earlier snapshot')
    .argument('[after]', 'the later snapshot')
    .option('--live', 'compare with the directory as it is now')
    .optionsGroup('Output:')
    .option('--exit-code', 'exit with 2 when anything differs');
  addZoneOption(command).option('--name <glob...>', 'only names that match, relative or fully qualified');
  addWhereOptions(addOutputOptions(command, TICKET_FORMATS)).addHelpText(
    'after',
    `
Every zone and name is MATCH, NEW, GONE or CHANGED; those that match are only counted. Names are the same by their
objectGUID: one that was deleted and created again is told as recreated. When, and which domain controller took the
write, is what the replication metadata tells of the last write; no directory knows which account it was.

Examples:
  dnsacl diff before.ldif.gz after.ldif.gz
  dnsacl diff before.ldif.gz --live -z corp.example.com --server dc1.corp.example.com --user admin@corp.example.com
  dnsacl diff before.ldif.gz after.ldif.gz --name 'srv*' -o changes.md`,
  );
  command.action(async (before: string, after: string | undefined, flags: DiffFlags) =>
    deps.finish(await runDiff(before, after, flags, deps)),
  );
}

async function runDiff(
  before: string,
  after: string | undefined,
  flags: DiffFlags,
  deps: Deps,
): Promise<ExitCode> {
  demandTwoSides(after, flags);
  const settings = await readSettings(flags, deps.io);
  const answer = await openAnswer(flags, deps.io, deps.tool, TICKET_FORMATS);
  const old = await openPlace({ ...offline(flags), snapshot: before }, deps.io);
  const now = await openPlace(
    after === undefined ? settings.where : { ...offline(flags), snapshot: after },
    deps.io,
  );
  try {
    const problems: Diffing['problems'] = [];
    const sources = [answer.stages.watch(old.source), answer.stages.watch(now.source)] as const;
    const [left, right] = await readSides(sources, flags, problems);
    const diffing = await startDiffing(left, right, problems);
    const summary = await writeDiff(diffing, flags, answer, deps);
    await answer.end();
    answer.tellProblems([...problems, ...diffing.books.flatMap((book) => book.problems)]);
    answer.tellCost(now.source.counters, diffing.descriptors);
    answer.say(diffTotals(summary));
    const differ = summary.byStatus.match < summary.names;
    return flags.exitCode === true && differ ? EXIT_CODES.findings : EXIT_CODES.ok;
  } finally {
    await Promise.all([old.close(), now.close()]);
  }
}

/** @throws UsageError when there is not exactly one reading to compare the snapshot with */
function demandTwoSides(after: string | undefined, flags: DiffFlags): void {
  if (flags.snapshot !== undefined) {
    throw new UsageError('diff takes its snapshots as arguments: dnsacl diff BEFORE AFTER', '--snapshot');
  }
  if ((after === undefined) === (flags.live !== true)) {
    throw new UsageError('Compare with what? Give either a second snapshot or --live', '--live');
  }
}

/** The flags without those that speak of a live directory, which a snapshot refuses. */
function offline(flags: DiffFlags): WhereFlags {
  const { server, ...rest } = flags;
  return rest;
}

/** The zones to compare on both sides: those named, else those whose names both of them hold. */
async function readSides(
  sources: readonly [DirectorySource, DirectorySource],
  flags: DiffFlags,
  problems: Diffing['problems'],
): Promise<readonly [DiffSide, DiffSide]> {
  const [before, after] = await Promise.all(
    sources.map(async (source) => {
      const info = await source.describe();
      const found = await readZones(source, flags.partition);
      problems.push(...found.problems);
      return { source, info, zones: found.values };
    }),
  );
  const [old, now] = [before as DiffSide, after as DiffSide];
  const wanted = wantedZones(flags, [old.info, now.info], [...old.zones, ...now.zones]);
  const only = (side: DiffSide): DiffSide => ({
    ...side,
    zones: side.zones.filter(({ dn }) => wanted.has(dnKey(dn))),
  });
  return [only(old), only(now)];
}

function wantedZones(
  flags: DiffFlags,
  infos: readonly DirectoryInfo[],
  zones: readonly Zone[],
): ReadonlySet<string> {
  if (flags.zone !== undefined) return keysOf(selectZones(zones, flags.zone));
  const loaded = keysOf(zones.filter(isLoaded));
  if (flags.allZones === true) return loaded;
  // A snapshot may hold the names of some zones only.
  const held = infos.map(({ namesOf }) => (namesOf === null ? loaded : new Set(namesOf.map(dnKey))));
  return new Set([...loaded].filter((key) => held.every((keys) => keys.has(key))));
}

function keysOf(zones: readonly Zone[]): Set<string> {
  return new Set(zones.map(({ dn }) => dnKey(dn)));
}

async function writeDiff(
  diffing: Diffing,
  flags: DiffFlags,
  answer: Answer,
  deps: Deps,
): Promise<DiffSummary> {
  const words: DiffWords = {
    sddl: sddlContext(diffing.after.info),
    invocations: diffing.invocations,
    principal: (sid) => principalName(diffing, sid),
  };
  const tally = createTally();
  const rows: DiffRow[] = [];
  const lines: { readonly key: string; readonly line: string }[] = [];
  for await (const page of streamDiffs(diffing, nameTest(flags), tally.pairs)) {
    for (const diff of page) {
      const told = diffRows(diff, words);
      tally.count(diff, told);
      if (answer.format === 'ndjson' || answer.format === 'json')
        lines.push({ key: keyOf(diff), line: diffLine(diff, words) });
      else rows.push(...told);
    }
    if (answer.format === 'ndjson') await answer.writeAll(lines.splice(0).map(({ line }) => line));
  }
  const summary = tally.summary();
  rows.sort((a, b) => compare(keyOf(a), keyOf(b)));
  lines.sort((a, b) => compare(a.key, b.key));
  switch (answer.format) {
    case 'csv':
      await answer.write(renderCsv(DIFF_COLUMNS, rows, answer.csv));
      break;
    case 'markdown':
      await answer.write(renderMarkdownTable(DIFF_TICKET_COLUMNS, rows));
      break;
    case 'json':
      await answer.writeAll(
        jsonListDocument(
          headOf(diffing, deps),
          'names',
          lines.map(({ line }) => line),
          { summary },
        ),
      );
      break;
    case 'ndjson':
      break;
    default:
      if (rows.length > 0)
        await answer.write(renderTable(diffTableColumns(answer.render.width), rows, answer.render));
  }
  return summary;
}

function headOf({ before, after, problems }: Diffing, deps: Deps) {
  const zones = [...new Set([...before.zones, ...after.zones].map(({ name }) => name))].sort();
  const server = `${before.info.server} -> ${after.info.server}`;
  return { command: 'diff', generatedAt: deps.io.now(), server, zones, problems };
}

/** Null when no name was asked for, and then the zones themselves are compared too. */
function nameTest({ name: patterns }: DiffFlags): ((zone: string, name: string) => boolean) | null {
  if (patterns === undefined) return null;
  const globs = patterns.map(globMatcher);
  return (zone, name) => {
    const fqdn = name === '@' ? zone : `${name}.${zone}`;
    return globs.some((matches) => matches(name) || matches(fqdn));
  };
}

function createTally() {
  const pairs = { matches: 0 };
  const byStatus: Record<DiffStatus, number> = { match: 0, new: 0, gone: 0, changed: 0 };
  const byChange: Record<string, number> = {};
  return {
    pairs,
    count(diff: ObjectDiff, rows: readonly DiffRow[]): void {
      byStatus[diff.status] += 1;
      for (const { change } of rows) byChange[change] = (byChange[change] ?? 0) + 1;
    },
    summary(): DiffSummary {
      byStatus.match = pairs.matches;
      const names = DIFF_STATUSES.reduce((total, status) => total + byStatus[status], 0);
      return { names, byStatus, byChange };
    },
  };
}

/** By zone, the zone itself before its names. */
function keyOf({ zone, kind, fqdn, dn }: Pick<DiffRow, 'zone' | 'kind' | 'fqdn' | 'dn'>): string {
  return [zone, kind === 'zone' ? 0 : 1, fqdn, dn].join('\u0000');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
