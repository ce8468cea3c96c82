/** The JSON of what `show` tells of files that are no plans, and of `config check`. */

import { z } from 'zod';
import { OUTCOMES } from '../../src/apply/journal.ts';
import { SETTING_VARIABLES } from '../../src/cli/settings/config.ts';
import { plannedAce } from '../../src/plan/plan-file.ts';
import { count, type Fields, head, orNull, text, time } from './parts.ts';

/** How a run on many names came out; what is not in the counts is left. */
export const runSummary: z.ZodType = z.strictObject({
  planned: count,
  counts: z.record(z.enum(OUTCOMES), count),
  left: count,
});

const journaledName: Fields = {
  zone: text,
  fqdn: text,
  dn: text,
  objectGuid: orNull(text),
  outcome: z.enum([...OUTCOMES, 'interrupted', 'not-reached']),
  message: orNull(text),
  add: z.array(plannedAce),
  remove: z.array(plannedAce),
};

const switchRecord: Fields = {
  zone: text,
  dn: text,
  before: text,
  after: text,
  writtenOn: text,
  tool: text,
  outcome: text,
  message: orNull(text),
};

const savedZone: Fields = {
  name: text,
  dn: text,
  partition: text,
  dynamicUpdate: z.enum(['none', 'nonsecure-and-secure', 'secure-only', 'unknown']),
  names: orNull(count),
  label: orNull(text),
};

const snapshot = z.strictObject({
  file: text,
  tool: orNull(text),
  server: orNull(text),
  domain: orNull(text),
  takenAt: orNull(time),
  anonymized: z.boolean(),
  complete: z.boolean(),
  accounts: count,
  dhcpServers: count,
  missing: z.array(text),
});

const setting: Fields = {
  setting: z.enum(Object.keys(SETTING_VARIABLES)),
  value: z.union([text, z.boolean(), z.null(), z.array(z.union([text, z.looseObject({})]))]),
  from: orNull(text),
};

/** Schemas by the name of their file. */
export const SHOWN: Readonly<Record<string, z.ZodType>> = {
  'show-journal': z.strictObject({
    ...head('show'),
    journal: text,
    run: z.strictObject({ tool: text, startedAt: text, ended: z.boolean(), plan: text }),
    results: z.array(z.strictObject(journaledName)),
    summary: runSummary,
  }),
  'show-journal.line': z.strictObject(journaledName),
  'show-switch': z.strictObject({ ...head('show'), ...switchRecord }),
  'show-switch.line': z.strictObject(switchRecord),
  'show-snapshot': z.strictObject({ ...head('show'), snapshot, zones: z.array(z.strictObject(savedZone)) }),
  'show-snapshot.line': z.strictObject(savedZone),
  'config-check': z.strictObject({
    ...head('config'),
    file: orNull(text),
    settings: z.array(z.strictObject(setting)),
  }),
  'config-check.line': z.strictObject(setting),
};
