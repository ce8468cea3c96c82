/**
 * The JSON of each command: `document` is what -f json writes, `line` one line of -f ndjson. Plans and journals have
 * the schemas that they are read back with.
 */

import { z } from 'zod';
import { OUTCOMES } from '../../src/apply/journal.ts';
import { journalLine } from '../../src/apply/journal-state.ts';
import { VERDICTS } from '../../src/assess/audit.ts';
import { CASES } from '../../src/assess/case.ts';
import { FINDING_IDS } from '../../src/assess/findings.ts';
import { OWNER_CLASSES } from '../../src/assess/owner-class.ts';
import { STALE_SIGNS } from '../../src/assess/stale.ts';
import { WATCH_CLASSES } from '../../src/assess/watch.ts';
import { planFile, plannedChange, skippedName } from '../../src/plan/plan-file.ts';
import {
  access,
  auditedName,
  checkFields,
  count,
  counts,
  type Fields,
  group,
  head,
  name,
  orNull,
  owner,
  placed,
  principal,
  readiness,
  sid,
  text,
  time,
} from './parts.ts';
import { runSummary, SHOWN } from './shown.ts';

const ownersSummary = z.strictObject({ names: count, byClass: counts(OWNER_CLASSES) });
const auditSummary = z.strictObject({
  names: count,
  byVerdict: counts(VERDICTS),
  byCase: counts(CASES),
  byFinding: counts(FINDING_IDS),
});
/** A list of names, or with --group-by how often they have the same. */
const listOf = (item: Fields): Fields => ({
  names: z.array(z.strictObject(item)).optional(),
  groups: z.array(group).optional(),
});
const lineOf = (item: Fields, summary: z.ZodType): z.ZodType =>
  z.union([z.strictObject(item), group, z.strictObject({ summary })]);

const zone = {
  name: text,
  dn: text,
  partition: text,
  server: text,
  type: text,
  dynamicUpdate: z.enum(['none', 'nonsecure-and-secure', 'secure-only', 'unknown']),
  securedAt: orNull(time),
  aging: z.strictObject({ enabled: z.boolean(), noRefreshHours: count, refreshHours: count }),
  names: orNull(count),
  namesByKind: orNull(
    z.strictObject({ names: count, dynamic: count, static: count, tombstoned: count, empty: count }),
  ),
  conflict: z.boolean(),
  label: orNull(text),
};

const whyCheck = {
  fqdn: text,
  zone: text,
  exists: z.boolean(),
  verdict: z.enum(VERDICTS).nullable(),
  case: z.enum(CASES).nullable(),
  principal,
  because: orNull(text),
  right: text,
  access,
  reason: text,
  decidedBy: orNull(text),
  steps: z.array(
    z.strictObject({
      ace: text,
      effect: text,
      trustee: z.strictObject({ sid: orNull(sid), name: orNull(text) }),
      role: text,
    }),
  ),
  cure: orNull(text),
};

const staleName = {
  ...placed,
  signs: z.array(z.enum(STALE_SIGNS)),
  lastSeen: time,
  takenAt: orNull(time),
  host: orNull(text),
  addresses: z.array(text),
  addressNow: orNull(text),
  owner,
};
const staleZone = z.strictObject({
  zone: text,
  dynamic: count,
  bySign: counts(STALE_SIGNS),
  forecast: z.array(z.strictObject({ day: orNull(text), names: count, total: count })),
  withinNoRefresh: count,
});

const watchedName = {
  ...placed,
  class: z.enum(WATCH_CLASSES),
  reason: text,
  ownerClass: z.enum(OWNER_CLASSES),
  host: orNull(text),
  folder: orNull(text),
  lastSeen: orNull(time),
  dueBy: orNull(time),
};
const watchCounts = counts(WATCH_CLASSES);
const watchSummary = z.strictObject({
  names: count,
  watched: count,
  notWatched: count,
  byClass: watchCounts,
  groups: z.array(z.strictObject({ by: text, value: text, names: count, counts: watchCounts })),
  days: z.array(z.strictObject({ days: count, at: time, names: count, share: z.number() })),
  outlook: z.strictObject({
    state: z.enum(['repair', 'wait', 'safe', 'unknown']),
    at: orNull(time),
    reason: text,
  }),
});

const difference = {
  status: z.enum(['new', 'gone', 'changed']),
  kind: z.enum(['zone', 'name']),
  zone: text,
  fqdn: text,
  dn: text,
  objectGuid: orNull(text),
  changes: z.array(
    z.strictObject({
      change: text,
      detail: orNull(text),
      when: orNull(time),
      by: orNull(text),
      writes: orNull(count),
    }),
  ),
};

const result = {
  zone: text,
  fqdn: text,
  dn: text,
  objectGuid: orNull(text),
  outcome: z.enum([...OUTCOMES, 'open', 'left']),
  message: orNull(text),
};
/** How other domain controllers compare has as many shapes as there are kinds of trouble. */
const replicas = orNull(z.looseObject({}));

const switched = {
  zone: text,
  dn: text.optional(),
  before: text,
  after: text,
  outcome: text.optional(),
  message: orNull(text).optional(),
  readiness: orNull(z.strictObject(readiness)).optional(),
  replicas: replicas.optional(),
  baseline: orNull(text).optional(),
  record: orNull(text).optional(),
  switch: z.array(text).optional(),
  back: z.array(text).optional(),
};

const zoneCheck = z.strictObject({ zone: orNull(text), ...checkFields });

/** Schemas by the name of their file. */
export const ANSWERS: Readonly<Record<string, z.ZodType>> = {
  zones: z.strictObject({
    ...head('zones'),
    zones: z.array(z.strictObject(zone)),
    groups: z.array(group).optional(),
  }),
  'zones.line': z.union([z.strictObject(zone), group]),
  owners: z.strictObject({ ...head('owners'), ...listOf(name), summary: ownersSummary }),
  'owners.line': lineOf(name, ownersSummary),
  audit: z.strictObject({ ...head('audit'), ...listOf(auditedName), summary: auditSummary }),
  'audit.line': lineOf(auditedName, auditSummary),
  why: z.strictObject({ ...head('why'), checks: z.array(z.strictObject(whyCheck)) }),
  'why.line': z.strictObject(whyCheck),
  readiness: z.union([
    z.strictObject({ ...head('readiness'), ...readiness }),
    z.strictObject({
      ...head('readiness'),
      go: z.boolean(),
      results: z.array(z.strictObject(readiness)),
    }),
  ]),
  'readiness.line': z.strictObject(readiness),
  stale: z.strictObject({
    ...head('stale'),
    ...listOf(staleName),
    summary: z.strictObject({ names: count, zones: z.array(staleZone) }),
  }),
  'stale.line': z.union([z.strictObject(staleName), group]),
  watch: z.strictObject({
    ...head('watch'),
    ...listOf(watchedName),
    since: z.strictObject({ at: time, from: z.enum(['flag', 'properties', 'secured-time', 'baseline']) }),
    lookedAt: time,
    statistics: z.array(z.record(text, count)).optional(),
    summary: watchSummary,
  }),
  'watch.line': z.union([z.strictObject(watchedName), group]),
  diff: z.strictObject({
    ...head('diff'),
    names: z.array(z.strictObject(difference)),
    summary: z.strictObject({
      names: count,
      byStatus: z.record(text, count),
      byChange: z.record(text, count),
    }),
  }),
  'diff.line': z.strictObject(difference),
  doctor: z.strictObject({
    ...head('doctor'),
    checks: z.array(zoneCheck),
    delegations: z.array(z.looseObject({ zone: text, dn: text, aces: z.array(text) })),
  }),
  'doctor.line': zoneCheck,
  apply: z.strictObject({
    ...head('apply'),
    journal: orNull(text),
    results: z.array(z.strictObject(result)),
    summary: runSummary,
    replicas: replicas.optional(),
  }),
  'apply.line': z.strictObject(result),
  secure: z.strictObject({ ...head('secure'), ...switched }),
  'secure.line': z.strictObject(switched),
  plan: planFile,
  'plan.line': z.union([z.strictObject({ change: plannedChange }), z.strictObject({ skipped: skippedName })]),
  'journal.line': journalLine,
  ...SHOWN,
};
