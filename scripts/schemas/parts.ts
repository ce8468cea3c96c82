/** What several answers have in common, as zod schemas. Objects are strict; schema-files.ts says where that counts. */

import { z } from 'zod';
import { VERDICTS } from '../../src/assess/audit.ts';
import { CASES } from '../../src/assess/case.ts';
import { FINDING_IDS } from '../../src/assess/findings.ts';
import { OWNER_CLASSES } from '../../src/assess/owner-class.ts';

/** The fields of an object. */
export type Fields = Readonly<Record<string, z.ZodType>>;

export const count: z.ZodType = z.int().min(0);
export const text: z.ZodString = z.string();
export const orNull = (type: z.ZodType): z.ZodType => type.nullable();
/** ISO 8601 UTC in seconds. */
export const time: z.ZodType = z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/);
export const sid: z.ZodType = z.string().regex(/^S-1-\d+(?:-\d+)*$/);
export const access: z.ZodType = z.enum(['yes', 'no', 'unknown']);

export const problem: z.ZodType = z
  .strictObject({ severity: z.enum(['error', 'warning', 'note']), code: text, where: text, message: text })
  .meta({ id: 'problem' });

export const principal: z.ZodType = z
  .strictObject({
    sid,
    name: orNull(text),
    kind: z.enum(['computer', 'user', 'group', 'gmsa', 'wellknown', 'unknown']),
  })
  .meta({ id: 'principal' });

export const owner: z.ZodType = z
  .strictObject({
    sid: orNull(sid),
    name: orNull(text),
    kind: z.enum(['computer', 'user', 'group', 'gmsa', 'wellknown', 'unknown']),
    class: z.enum(OWNER_CLASSES),
  })
  .meta({ id: 'owner' });

export const record: z.ZodType = z
  .strictObject({ type: text, data: text, ttlSeconds: count, static: z.boolean(), timestamp: orNull(time) })
  .meta({ id: 'record' });

/** Every document begins with it. */
export const head = (command: string): Fields => ({
  schemaVersion: z.literal(1),
  command: z.literal(command),
  generatedAt: time,
  server: orNull(text),
  zones: z.array(text),
  problems: z.array(problem),
});

export const placed: Fields = { zone: text, name: text, fqdn: text, dn: text };

export const name: Fields = {
  ...placed,
  objectGuid: orNull(text),
  tombstoned: z.boolean(),
  dynamic: z.boolean(),
  label: orNull(text),
  unreadable: orNull(text),
  records: z.array(record),
  owner,
};

export const finding: z.ZodType = z
  .strictObject({
    id: z.enum(FINDING_IDS),
    severity: z.enum(['error', 'warning', 'note']),
    message: text,
    cure: text,
  })
  .meta({ id: 'finding' });

export const updater: z.ZodType = z
  .strictObject({ principal, because: text, reason: text, access, decidedBy: orNull(text) })
  .meta({ id: 'updater' });

export const auditedName: Fields = {
  ...name,
  case: z.enum(CASES),
  evidence: z.array(text),
  verdict: z.enum(VERDICTS),
  reason: text,
  updaters: z.array(updater),
  findings: z.array(finding),
};

export const checkFields: Fields = {
  id: text,
  status: z.enum(['pass', 'warn', 'fail', 'unknown']),
  message: text,
  cure: orNull(text),
};

export const check: z.ZodType = z.strictObject(checkFields).meta({ id: 'check' });

export const readiness: Fields = {
  zone: text,
  go: z.boolean(),
  blocked: count,
  limit: z.number(),
  names: count,
  dynamic: count,
  checks: z.array(check),
  worst: z.array(z.strictObject({ by: text, value: text, names: count })),
};

/** What --group-by writes instead of names. */
export const group: z.ZodType = z
  .strictObject({
    by: z.record(text, z.union([z.string(), z.number(), z.boolean(), z.null()])),
    count,
  })
  .meta({ id: 'group' });

/** Counts by word; only words that were met are there. */
export const counts = (words: readonly string[]): z.ZodType => z.partialRecord(z.enum(words), count);
