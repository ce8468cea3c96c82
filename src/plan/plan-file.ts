/**
 * Plan files: JSON with sorted content, one change per line so that two plans can be compared with `diff`, sealed by
 * a SHA-256 over everything else. What is read back is checked field by field before a byte of it is believed.
 */

import { createHash } from 'node:crypto';
import { z } from 'zod';
import { StaleError, UsageError } from '../errors.ts';
import { parseGuid } from '../formats/guid.ts';
import { decodeSecurityDescriptor } from '../formats/security-descriptor.ts';
import { parseSid } from '../formats/sid.ts';
import { type Plan, type PlannedChange, SKIP_CODES } from './plan.ts';

const sid = z.string().transform((text, context) => attempt(() => parseSid(text), context));
const guid = z.string().transform((text, context) => attempt(() => parseGuid(text), context));
const descriptorBytes = z.base64().refine(holdsDescriptor, 'is not a security descriptor');

const principal = z.strictObject({
  sid,
  name: z.string().nullable(),
  kind: z.enum(['computer', 'user', 'group', 'gmsa', 'wellknown', 'unknown']),
});

const plannedAce = z.strictObject({ ace: z.string(), principal, reason: z.string() });

/** One change, as plan files and journals hold it. */
export const plannedChange: z.ZodType<PlannedChange> = z.strictObject({
  zone: z.string(),
  fqdn: z.string(),
  dn: z.string().min(1),
  objectGuid: guid.nullable(),
  ownerClass: z.string(),
  before: z.strictObject({ sddl: z.string(), base64: descriptorBytes, version: z.int().nullable() }),
  after: z.strictObject({ sddl: z.string(), base64: descriptorBytes }),
  add: z.array(plannedAce),
  remove: z.array(plannedAce),
  withheld: z.array(z.strictObject({ principal, reason: z.string() })),
  notes: z.array(z.string()),
});

const skippedName = z.strictObject({
  zone: z.string(),
  fqdn: z.string(),
  code: z.enum(SKIP_CODES),
  reason: z.string(),
});

/** Everything that the checksum seals, in the order in which it is hashed. */
const sealedContent = z.strictObject({
  schemaVersion: z.literal(1),
  kind: z.literal('dnsacl-plan'),
  createdAt: z.iso.datetime(),
  tool: z.string(),
  server: z.string(),
  domainSid: sid.nullable(),
  options: z.record(
    z.string(),
    z.union([z.string(), z.number(), z.boolean(), z.array(z.string()), z.null()]),
  ),
  zones: z.array(z.strictObject({ name: z.string(), dn: z.string().min(1), names: z.int() })),
  summary: z.strictObject({
    names: z.int(),
    changes: z.int(),
    add: z.int(),
    remove: z.int(),
    skipped: z.int(),
    bySkipCode: z.record(z.string(), z.int()),
  }),
  changes: z.array(plannedChange),
  skipped: z.array(skippedName),
});

const planSchema = sealedContent.extend({ checksum: z.string().regex(/^sha256:[0-9a-f]{64}$/) });

/** A plan without its changes, as journals begin with. */
export const planHead: z.ZodType<Omit<Plan, 'changes' | 'skipped'>> = planSchema.omit({
  changes: true,
  skipped: true,
});

/** Puts the checksum on a plan. */
export function sealPlan(draft: Omit<Plan, 'checksum'>): Plan {
  return { ...draft, checksum: checksumOf(draft) };
}

/** The text of a plan file. */
export function formatPlan(plan: Plan): string {
  const { changes, skipped, ...head } = plan;
  const lines = Object.entries(head).map(([key, value]) => `${field(key)}${JSON.stringify(value)}`);
  return `{\n${[...lines, list('changes', changes), list('skipped', skipped)].join(',\n')}\n}\n`;
}

/**
 * Reads the text of a plan file.
 *
 * @throws UsageError naming the field when it is not a plan of this version
 * @throws StaleError when the content is not what the checksum sealed: it was edited
 */
export function parsePlan(text: string, fileName: string): Plan {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new UsageError(
      `Cannot read the plan ${fileName}: it is not JSON (${(error as Error).message})`,
      fileName,
      { cause: error },
    );
  }
  const parsed = planSchema.safeParse(json);
  if (!parsed.success) throw notAPlan(parsed.error, fileName);
  const plan = parsed.data as Plan;
  const found = checksumOf(plan);
  if (found !== plan.checksum) {
    const message = `The plan ${fileName} was changed after it was made: its checksum is ${plan.checksum}, its content gives ${found}; make a new plan`;
    throw new StaleError(message, { plannedHash: plan.checksum, foundHash: found });
  }
  return plan;
}

function checksumOf(plan: Omit<Plan, 'checksum'> & { readonly checksum?: string }): string {
  const { checksum: _, ...content } = plan;
  const text = JSON.stringify(sealedContent.parse(content));
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

function field(key: string): string {
  return `  ${JSON.stringify(key)}: `;
}

function list(key: string, items: readonly unknown[]): string {
  if (items.length === 0) return `${field(key)}[]`;
  return `${field(key)}[\n${items.map((item) => `    ${JSON.stringify(item)}`).join(',\n')}\n  ]`;
}

function notAPlan(error: z.ZodError, fileName: string): UsageError {
  const [issue] = error.issues;
  const where = issue === undefined || issue.path.length === 0 ? 'the file' : issue.path.join('.');
  return new UsageError(
    `Cannot read the plan ${fileName}: ${where}: ${issue?.message ?? 'not valid'}`,
    fileName,
  );
}

function holdsDescriptor(base64: string): boolean {
  try {
    decodeSecurityDescriptor(Buffer.from(base64, 'base64'));
    return true;
  } catch {
    return false;
  }
}

function attempt<T>(parse: () => T, context: z.RefinementCtx): T {
  try {
    return parse();
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message });
    return z.NEVER;
  }
}
