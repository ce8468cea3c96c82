/** What `watch` reads: the baseline once, and the zone at each look, judged name by name. */

import { judgeCase } from '../assess/case.ts';
import { matchComputers } from '../assess/expected-updaters.ts';
import { hostsOf } from '../assess/host-match.ts';
import { protectedReason } from '../assess/infrastructure.ts';
import type { OwnedName } from '../assess/owner-class.ts';
import {
  type Cycles,
  cycleHoursOf,
  judgeGone,
  judgeWatch,
  traceOf,
  type WatchFrame,
} from '../assess/watch.ts';
import { type BaselineMatch, type BaselineName, WatchBaseline } from '../assess/watch-baseline.ts';
import type { WatchedName, WatchTally } from '../assess/watch-tally.ts';
import { UsageError } from '../errors.ts';
import { childDn, dnKey } from '../formats/dn.ts';
import { folderOfAccount } from '../records/folder.ts';
import { isLoaded, readNodes, readZones } from '../records/read.ts';
import type { Zone } from '../records/zone.ts';
import type { SinceSource } from '../report/watch-rows.ts';
import type { Auditing } from './auditing.ts';
import { classifyPage, demandReadableNames, type Reading, streamNodes, type Tally } from './reading.ts';

/** A baseline as `watch` uses it. */
export interface Baseline {
  readonly names: WatchBaseline;
  /** By its own word, else the last write that it holds; null when neither is there. */
  readonly takenAt: Date | null;
}

/** The time from which a zone is watched, and who says so. */
export interface Since {
  readonly at: Date;
  readonly source: SinceSource;
}

/** One look at a zone. */
export interface Look {
  readonly zone: Zone;
  readonly frame: WatchFrame;
  readonly cycles: Cycles;
  readonly baseline: WatchBaseline | null;
}

/**
 * Reads the names that `zone` had in a snapshot. Owners are resolved where `reading` reads, so that one who was
 * deleted since is an orphan.
 *
 * @throws UsageError when the file cannot be read or does not hold the zone
 */
export async function readBaseline(file: string, zone: Zone, reading: Reading): Promise<Baseline> {
  const { createSnapshotSource } = await import('../directory/snapshot/snapshot-source.ts');
  const source = createSnapshotSource(file);
  const { values } = await readZones(source);
  const found =
    values.find(({ dn }) => dnKey(dn) === dnKey(zone.dn)) ??
    values.find((other) => isLoaded(other) && other.name.toLowerCase() === zone.name.toLowerCase());
  if (found === undefined) {
    const message = `Cannot compare with the baseline ${file}: it does not hold the zone ${zone.name}; needs a snapshot of that zone`;
    throw new UsageError(message, '--baseline');
  }
  const names = new WatchBaseline();
  for await (const { nodes } of readNodes(source, found, 'metadata', reading.descriptors)) {
    for (const name of await classifyPage(reading, nodes)) names.add(name);
  }
  return { names, takenAt: (await source.describe()).takenAt ?? names.latestWrite };
}

/**
 * From when the zone is watched: what the flag says; else the last write of the properties of a zone that is "Secure
 * only", which was the switch unless another setting was changed later; else its secured time; else the baseline's.
 *
 * @throws UsageError when nothing tells, or it lies in the future
 */
export function settleSince(flag: Date | undefined, zone: Zone, baseline: Baseline | null, now: Date): Since {
  const switched = zone.dynamicUpdate === 'secure-only';
  const candidates: readonly (readonly [Date | null, SinceSource])[] = [
    [flag ?? null, 'flag'],
    [switched ? (zone.propertiesWritten?.originatingTime ?? null) : null, 'properties'],
    [switched ? zone.securedAt : null, 'secured-time'],
    [baseline?.takenAt ?? null, 'baseline'],
  ];
  for (const [at, source] of candidates) {
    if (at === null) continue;
    if (at <= now) return { at, source };
    const found = `${at.toISOString()} is later than ${now.toISOString()}, when the zone was looked at`;
    throw new UsageError(`Cannot watch ${zone.name}: ${found}; give --since an earlier time`, '--since');
  }
  const state = switched
    ? 'nothing tells when it was switched'
    : `it is ${zone.dynamicUpdate}, not secure-only`;
  throw new UsageError(`Since when? ${zone.name}: ${state}; give --since TIME or --baseline FILE`, '--since');
}

/** Streams what became of each name, page by page, into `tally` too; those gone since the baseline come last. */
export async function* watchNames(
  reading: Reading,
  auditing: Auditing,
  look: Look,
  tally: WatchTally,
): AsyncGenerator<readonly WatchedName[], void> {
  const match = look.baseline?.match() ?? null;
  const seen: Tally = { names: 0, unreadable: 0 };
  const bySystem: string[] = [];
  for await (const page of streamNodes(reading, 'metadata', seen)) {
    const owned = await classifyPage(reading, page);
    yield counted(
      owned.map((name) => watchName(name, match, auditing, look)),
      tally,
    );
    for (const name of owned) {
      if (!isNewSince(name, look)) continue;
      if (name.owner.class === 'system' && name.dynamic) bySystem.push(name.fqdn);
      warnOfProtectedName(name, reading);
    }
  }
  demandReadableNames(reading, seen);
  warnOfSystem(bySystem, look, reading);
  if (match !== null) yield counted(goneNames(match, auditing, look), tally);
}

function counted(names: readonly (WatchedName | null)[], tally: WatchTally): readonly WatchedName[] {
  for (const name of names) tally.add(name);
  return names.filter((name) => name !== null);
}

function watchName(
  name: OwnedName,
  match: BaselineMatch | null,
  auditing: Auditing,
  { frame, cycles }: Look,
): WatchedName | null {
  const trace = traceOf(name);
  const before = trace.kind === 'conflict' ? null : (match?.find(name.name) ?? null);
  const { computers } = matchComputers(name, auditing.computers);
  const judgedCase = judgeCase(name, computers.length > 0, auditing.leases);
  const judgement = judgeWatch(trace, before, cycleHoursOf(judgedCase.case, cycles), frame);
  if (judgement === null) return null;
  const { zone, fqdn, dn, owner } = name;
  const [computer] = computers;
  return {
    ...{ zone, name: name.name, fqdn, dn, ownerClass: owner.class },
    host: hostsOf(name)[0] ?? before?.target ?? null,
    folder: computer === undefined ? null : folderOfAccount(computer.account.dn),
    ...judgement,
  };
}

function goneNames(
  match: BaselineMatch,
  auditing: Auditing,
  { zone }: Look,
): readonly (WatchedName | null)[] {
  return match.gone().map((before: BaselineName) => {
    const judgement = judgeGone(before);
    if (judgement === null) return null;
    const fqdn = before.name === '@' ? zone.name : `${before.name}.${zone.name}`;
    const host = before.target ?? fqdn.toLowerCase();
    const found = auditing.computers.find(host);
    const [computer] = found;
    return {
      ...{ zone: zone.name, name: before.name, fqdn, dn: childDn('DC', before.name, zone.dn) },
      ...{ ownerClass: before.ownerClass, host },
      folder: computer === undefined || found.length > 1 ? null : folderOfAccount(computer.account.dn),
      ...judgement,
    };
  });
}

function isNewSince(name: OwnedName, { frame }: Look): boolean {
  const { createdAt } = traceOf(name);
  return createdAt !== null && createdAt > frame.since && !name.tombstoned;
}

/** A few names should not come up at all. */
function warnOfProtectedName(name: OwnedName, reading: Reading): void {
  const reason = protectedReason(name);
  if (reason === null) return;
  const message = `created since: ${reason}`;
  reading.problems.push({ severity: 'warning', code: 'created-protected', where: name.fqdn, message });
}

/** Under "Secure only" every new name has an owner who signed in. */
function warnOfSystem(names: readonly string[], { zone }: Look, reading: Reading): void {
  if (names.length === 0 || zone.dynamicUpdate !== 'secure-only') return;
  const message = `created since by SYSTEM: ${names.length}, the first ${names[0]}: some server still accepts nonsecure updates`;
  reading.problems.push({ severity: 'warning', code: 'created-by-system', where: zone.name, message });
}
