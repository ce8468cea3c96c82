/**
 * The record of a switch: a journal of two lines. The first is on the disk before the zone is written and holds the old
 * octets, so that the way back needs nothing but this file; the second tells how it ended.
 */

import { z } from 'zod';
import { UsageError } from '../errors.ts';
import type { Guid } from '../formats/guid.ts';
import type { Sid } from '../formats/sid.ts';
import { OUTCOMES, type Outcome } from './journal.ts';
import { type JournalKind, readJournalLines } from './journal-lines.ts';

/** What is about to be done; octets as base64. */
export interface SwitchIntent {
  readonly event: 'switch';
  readonly tool: string;
  /** Where it is written: a domain controller, or a file. */
  readonly store: string;
  readonly domainSid: Sid | null;
  readonly zone: string;
  readonly dn: string;
  readonly objectGuid: Guid | null;
  /** The octets of AllowUpdate that are taken out, and those that are put in. */
  readonly before: string;
  readonly after: string;
  /** Every value of dNSProperty right before the write. */
  readonly properties: readonly string[];
  readonly version: number | null;
}

/** How it ended. */
export interface SwitchOutcome {
  readonly event: 'switch-outcome';
  readonly outcome: Outcome;
  readonly message: string | null;
  /** Every value as it was read back; null when nothing was. */
  readonly properties: readonly string[] | null;
  readonly version: number | null;
}

export type SwitchEvent = SwitchIntent | SwitchOutcome;

/** A record as it was read; `outcome` is null when the switch was interrupted. */
export interface SwitchRecord {
  readonly file: string;
  readonly intent: SwitchIntent;
  readonly outcome: SwitchOutcome | null;
}

const NO_START = 'its first line does not start the switch of a zone';
const base = { seq: z.int(), at: z.string(), chain: z.string() };
const line = z.discriminatedUnion('event', [
  z.strictObject({
    ...base,
    event: z.literal('switch'),
    tool: z.string(),
    store: z.string(),
    domainSid: z.string().nullable(),
    zone: z.string(),
    dn: z.string(),
    objectGuid: z.string().nullable(),
    before: z.base64(),
    after: z.base64(),
    properties: z.array(z.base64()),
    version: z.int().nullable(),
  }),
  z.strictObject({
    ...base,
    event: z.literal('switch-outcome'),
    outcome: z.enum(OUTCOMES),
    message: z.string().nullable(),
    properties: z.array(z.base64()).nullable(),
    version: z.int().nullable(),
  }),
]);
type Line = z.infer<typeof line>;
const KIND: JournalKind<Line> = { name: 'record of a switch', noStart: NO_START, line };

/**
 * Reads and checks the record of a switch.
 *
 * @throws UsageError when it is none, or cannot be read
 * @throws StaleError when a line was changed, added or lost
 */
export async function readSwitchRecord(file: string): Promise<SwitchRecord> {
  let intent: SwitchIntent | null = null;
  let outcome: SwitchOutcome | null = null;
  await readJournalLines(file, KIND, (parsed) => {
    if (parsed.event === 'switch') intent = parsed as SwitchIntent;
    else outcome = parsed;
  });
  if (intent === null) throw new UsageError(`${file} is no ${KIND.name}: ${NO_START}`, file);
  return { file, intent, outcome };
}
