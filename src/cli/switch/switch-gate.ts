/** What stands before a switch: no other zone was switched lately, and this one is ready. */

import type { BlockedLimit } from '../../assess/readiness.ts';
import { judgeStatic } from '../../assess/static-readiness.ts';
import { SafetyError } from '../../errors.ts';
import { findRecentSwitch } from '../../plan/cool-down.ts';
import type { SetMode } from '../../plan/switch.ts';
import { countNames } from '../../records/census.ts';
import { renderChecks } from '../../report/check-rows.ts';
import { isoSeconds } from '../../report/json.ts';
import { blockedWords, goLine, type ZoneReadiness } from '../../report/readiness-rows.ts';
import { startAuditing } from '../auditing.ts';
import { judgeZone, withReplicaChecks, writeZone } from '../judging.ts';
import type { WhereFlags } from '../options.ts';
import { allProblems, hasErrors, startReading } from '../reading.ts';
import type { Settings } from '../settings/settings.ts';
import { openSizeCache } from '../size-cache.ts';
import { gatherSurroundings } from '../surroundings.ts';
import type { SurroundingsInput } from '../surroundings-input.ts';
import type { SwitchSubject } from './switch-subject.ts';
import { noteProblems, type SwitchScene } from './switching.ts';

/** What the judgement came to. */
export interface SwitchGate {
  readonly readiness: ZoneReadiness;
  /** Why the zone is not switched; null when it may be. */
  readonly refusal: string | null;
}

/** What is known besides the directory. */
export interface SwitchInput {
  readonly settings: Settings<WhereFlags>;
  readonly around: SurroundingsInput;
}

/** @throws SafetyError when another zone may have been switched within so many days */
export function demandCoolDown({ zones, zone }: SwitchSubject, days: number, now: Date): void {
  const recent = findRecentSwitch(zones, zone.dn, days, now);
  if (recent === null) return;
  const { name } = recent.zone;
  throw new SafetyError(
    `Refused: the properties of ${name}, which is secure-only, were written at ${isoSeconds(recent.at)}; what a switch breaks shows over days, so wait until ${isoSeconds(recent.until)}, or give --cool-down 0 if that was no switch`,
  );
}

/** Judges the zone for its new mode, and shows a person how ready it is. */
export async function judgeSwitch(
  subject: SwitchSubject,
  after: SetMode,
  limit: BlockedLimit,
  told: SwitchInput,
  scene: SwitchScene,
): Promise<SwitchGate> {
  return after === 'none' ? judgeByCensus(subject, limit, scene) : judgeByNames(subject, limit, told, scene);
}

/** Where nothing may update any more, it does not matter who could. */
async function judgeByCensus(
  { zone }: SwitchSubject,
  limit: BlockedLimit,
  { place, answer }: SwitchScene,
): Promise<SwitchGate> {
  const source = answer.stages.watch(place.source);
  const readiness = { zone: zone.name, ...judgeStatic(await countNames(source, zone), limit) };
  if (answer.format === 'table')
    await answer.write(`${goLine(readiness)}\n\n${renderChecks(readiness.checks, answer.render)}\n`);
  return { readiness, refusal: refusalOf(readiness, true) };
}

async function judgeByNames(
  { zone }: SwitchSubject,
  limit: BlockedLimit,
  { settings, around }: SwitchInput,
  scene: SwitchScene,
): Promise<SwitchGate> {
  const { place, answer, deps } = scene;
  const sizes = await openSizeCache(settings.zoneCache);
  const source = answer.stages.watch(place.source, sizes);
  const reading = await startReading(source, [zone.dn], 'all', settings.estate, 'descriptor', answer.stages);
  answer.stages.expectNames(sizes.total(reading.zones));
  const auditing = await startAuditing(reading, { ...settings, now: deps.io.now() });
  const surroundings = await gatherSurroundings(reading, around, deps.io.now());
  const judging = { auditing, surroundings, overlay: null, limit };
  const judged = await judgeZone(reading.zones[0] ?? zone, reading, judging);
  const [result = judged] = await withReplicaChecks([judged], place, answer, deps);
  if (answer.format === 'table') await writeZone(result, answer);
  noteProblems(scene, allProblems(reading));
  answer.tellCost(place.source.counters, reading.descriptors);
  return { readiness: result.readiness, refusal: refusalOf(result.readiness, !hasErrors(reading)) };
}

function refusalOf(readiness: ZoneReadiness, isWhole: boolean): string | null {
  const { go, blocked, limit, checks } = readiness;
  if (!isWhole) return 'not everything that decides could be read; nothing was changed';
  if (go) return null;
  if (blocked <= limit) {
    const failed = checks.filter(({ status }) => status === 'fail').map(({ id }) => id);
    return `a check failed (${failed.join(', ')}); nothing was changed`;
  }
  return `${blockedWords(readiness)}; nothing was changed`;
}
