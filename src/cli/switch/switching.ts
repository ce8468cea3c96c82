/**
 * Carries out the switch of a zone for a person: shows it, asks for the zone's name, saves what the way back needs,
 * writes, looks at the other domain controllers, and says how to take it back.
 */

import { join } from 'node:path';
import { createJournal } from '../../apply/journal.ts';
import type { SwitchEvent } from '../../apply/switch-record.ts';
import { type SwitchResult, switchZone, type ZoneSwitch } from '../../apply/switch-zone.ts';
import { DirectoryError, type Problem, UsageError } from '../../errors.ts';
import { counted } from '../../formats/counted.ts';
import type { SetMode } from '../../plan/switch.ts';
import type { Replica } from '../../records/source.ts';
import type { Zone } from '../../records/zone.ts';
import { shellWord } from '../../report/plan-summary.ts';
import { describeSwitch, type SwitchReplica, type SwitchReport } from '../../report/switch-rows.ts';
import type { Answer } from '../answer/answer.ts';
import type { Deps } from '../deps.ts';
import type { WhereFlags, WhoFlags } from '../options.ts';
import type { Place } from '../place/connect.ts';
import { whereOptions, writeOptions } from '../suggested-command.ts';
import { verifySwitch } from './verify-switch.ts';

/** How to write, as typed. */
export interface SwitchFlags {
  readonly yes?: boolean;
  readonly input: boolean;
  readonly journal?: string;
  readonly baseline?: string;
  readonly writeSnapshot?: string;
  /** Seconds. */
  readonly replicaWait: number;
}

/** What a switch works with. */
export interface SwitchScene {
  readonly flags: SwitchFlags & WhereFlags & WhoFlags;
  readonly place: Place;
  readonly answer: Answer;
  readonly deps: Deps;
  /** What went wrong on the way; grows, and has been told. */
  readonly problems: Problem[];
}

/** Tells what went wrong, and keeps it for the answer. The zones are read more than once; their problems are told once. */
export function noteProblems({ answer, problems }: SwitchScene, found: readonly Problem[]): void {
  const isKnown = ({ code, where, message }: Problem): boolean =>
    problems.some((known) => known.code === code && known.where === where && known.message === message);
  const fresh = found.filter((problem) => !isKnown(problem));
  answer.tellProblems(fresh);
  for (const problem of fresh) problems.push(problem);
}

/** A switch that is wanted and allowed. */
export interface SwitchJob {
  readonly zone: Zone;
  readonly change: ZoneSwitch;
  readonly before: SetMode;
  readonly after: SetMode;
  /** The flags that pass for an answer, for whoever cannot be asked. */
  readonly yes: string;
  /** The way back needs no snapshot of how things are. */
  readonly isWayBack: boolean;
}

/** What a switch left behind, without what was judged before. */
export type SwitchDone = Pick<SwitchReport, 'outcome' | 'message' | 'replicas' | 'baseline' | 'record'> & {
  readonly interrupted: boolean;
};

interface Files {
  readonly baseline: string;
  readonly record: string;
}

const UNTOUCHED = { replicas: null, baseline: null, record: null, interrupted: false } as const;

/** What is left when nothing is written. */
export function leave(outcome: SwitchDone['outcome'], message: string): SwitchDone {
  return { ...UNTOUCHED, outcome, message };
}

/** What is left when there is nothing to write: still, how far the other domain controllers are. */
export async function lookAgain(
  message: string,
  zone: Zone,
  octets: Uint8Array,
  scene: SwitchScene,
): Promise<SwitchDone> {
  const replicas = await scene.place.source.replicasOf(zone.partition.namingContext);
  return listening(scene, async (signal) => {
    const others = await lookAtOthers(zone, octets, replicas, scene, signal);
    return { ...leave('unchanged', message), replicas: others, interrupted: signal.aborted };
  });
}

/** @throws DirectoryError when it is not known whether the zone was written; what to do then has been said */
export async function carryOut(job: SwitchJob, scene: SwitchScene): Promise<SwitchDone> {
  const { zone, change } = job;
  const replicas = await scene.place.source.replicasOf(zone.partition.namingContext);
  if (!(await confirm(job, replicas, scene)))
    return leave('declined', 'another name was typed; nothing was changed');
  const files = filesFor(zone.name, scene);
  const baseline = job.isWayBack ? null : await saveBaseline(zone, files.baseline, scene);
  return listening(scene, async (signal) => {
    const { outcome, message } = await write(job, files.record, scene);
    const others =
      outcome === 'applied' ? await lookAtOthers(zone, change.after, replicas, scene, signal) : null;
    const recorded = outcome === 'applied' || outcome === 'failed' || outcome === 'refused';
    const record = recorded ? files.record : null;
    return { outcome, message, replicas: others, baseline, record, interrupted: signal.aborted };
  });
}

/** While `work` runs, Ctrl-C aborts the signal. */
async function listening<T>(
  { answer, deps }: SwitchScene,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const interrupt = new AbortController();
  const stopListening = deps.io.onInterrupt(() => {
    answer.say('Stopping as soon as it is known what was written; Ctrl-C again stops at once');
    interrupt.abort();
  });
  try {
    return await work(interrupt.signal);
  } finally {
    stopListening();
  }
}

/** @throws UsageError when there is nobody to ask */
async function confirm(
  { zone, before, after, yes }: SwitchJob,
  replicas: readonly Replica[] | null,
  { flags, place, answer, deps: { io } }: SwitchScene,
): Promise<boolean> {
  const { server, live } = await place.source.describe();
  const where = live ? server : `a copy of ${server}`;
  // Whoever is asked must see what about.
  if (flags.yes !== true || !answer.quiet)
    io.err(describeSwitch({ zone, before, after, server: where, replicas }));
  if (flags.yes === true) return true;
  if (!flags.input || !io.stdinIsTerminal) {
    const message = `Nothing was changed: there is nobody to ask; give ${yes} to switch without asking`;
    throw new UsageError(message, '--yes');
  }
  const typed = await io.ask('Type the name of the zone to go on: ', { hidden: false });
  return typed.trim().toLowerCase() === zone.name.toLowerCase();
}

/** Beside each other and named after the zone and the time, unless the flags say otherwise. */
function filesFor(zone: string, { flags: { baseline, journal }, deps: { io } }: SwitchScene): Files {
  const stamp = io.now().toISOString().slice(0, 23).replace(/[:.]/g, '-');
  const stem = join(io.cwd, `${zone.replace(/[^\w.-]/g, '_')}.${stamp}`);
  return { baseline: baseline ?? `${stem}.baseline.ldif.gz`, record: journal ?? `${stem}.switch.ndjson` };
}

/** Saves how things are. A rehearsal needs none: the snapshot it reads is one. */
async function saveBaseline(zone: Zone, file: string, scene: SwitchScene): Promise<string | null> {
  const { source } = scene.place;
  const { io, tool } = scene.deps;
  if (!(await source.describe()).live) return null;
  const { writeSnapshot } = await import('../../directory/snapshot/snapshot-writer.ts');
  const { counts, problems } = await writeSnapshot(source, file, { zones: [zone.dn], tool, now: io.now() });
  noteProblems(scene, problems);
  scene.answer.say(`Baseline: ${file} (${counted(counts.node, 'name')})`);
  return file;
}

async function write(
  { zone, change }: SwitchJob,
  record: string,
  { flags, place, answer, deps: { io, tool } }: SwitchScene,
): Promise<SwitchResult> {
  const domainSid = (await place.source.describe()).domain?.sid ?? null;
  answer.stages.begin('changes');
  const store = await place.openZoneStore(change);
  const openRecord = async () => {
    const journal = await createJournal<SwitchEvent>(record, io.now);
    answer.say(`Record: ${record}`);
    return journal;
  };
  try {
    return await switchZone(change, store, openRecord, { tool, domainSid });
  } catch (error) {
    if (error instanceof DirectoryError) {
      answer.say(
        `Whether ${zone.name} was switched is not known; once the server answers, look with: dnsacl zones${whereOptions(flags)}`,
      );
      answer.say(
        `If it was, take it back with: ${wayBack(zone, record, writeOptions(flags, flags.writeSnapshot))}`,
      );
    }
    throw error;
  } finally {
    await store.close();
  }
}

async function lookAtOthers(
  zone: Zone,
  octets: Uint8Array,
  replicas: readonly Replica[] | null,
  { flags: { replicaWait }, place, answer, deps: { io } }: SwitchScene,
  signal: AbortSignal,
): Promise<readonly SwitchReplica[] | null> {
  if (replicas === null) return null;
  return verifySwitch(zone, octets, replicas, place, io, {
    waitMs: replicaWait * 1000,
    signal,
    onWait: (servers) =>
      answer.say(`Waiting up to ${replicaWait} s for ${servers.join(', ')}; Ctrl-C stops waiting`),
  });
}

/** The command that takes a switch back. @param where the options that say where, as writeOptions() gives them */
export function wayBack(zone: Pick<Zone, 'name'>, record: string, where: string): string {
  return `dnsacl secure ${shellWord(zone.name)} --revert ${shellWord(record)}${where}`;
}
