/**
 * Plan files: JSON with sorted content, one change per line so that two plans can be compared with `diff`, sealed by
 * a SHA-256 over everything else. What is read back is checked field by field before a byte of it is believed.
 */

import { createHash } from 'node:crypto';
import { z } from 'zod';
import { StaleError, UsageError } from '../errors.ts';
import { counted } from '../formats/counted.ts';
import { parseGuid } from '../formats/guid.ts';
import { createDescriptorDecoder } from '../formats/node-descriptor.ts';
import { parseSid } from '../formats/sid.ts';
import type { Principal } from '../records/account.ts';
import { type Plan, type PlannedAce, type PlannedChange, SKIP_CODES } from './plan.ts';

/** The fast one: a plan holds two descriptors for each name, and they have most of their parts in common. */
const { decode } = createDescriptorDecoder();

const sid = z.string().transform((text, context) => attempt(() => parseSid(text), context));
const guid = z.string().transform((text, context) => attempt(() => parseGuid(text), context));
const descriptorBytes = z.base64().refine(holdsDescriptor, 'is not a security descriptor');

const principal = z.strictObject({
  sid,
  name: z.string().nullable(),
  kind: z.enum(['computer', 'user', 'group', 'gmsa', 'wellknown', 'unknown']),
});

/** One entry that is added or removed. */
export const plannedAce: z.ZodType<PlannedAce> = z.strictObject({
  ace: z.string(),
  principal,
  reason: z.string(),
});

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

/** One name that was not planned. */
export const skippedName: z.ZodType<Plan['skipped'][number]> = z.strictObject({
  zone: z.string(),
  fqdn: z.string(),
  code: z.enum(SKIP_CODES),
  reason: z.string(),
});

/** What the checksum seals before the changes and the skipped names, in the order in which it is hashed. */
const sealedHead = z.strictObject({
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
});

const headSchema = sealedHead.extend({ checksum: z.string().regex(/^sha256:[0-9a-f]{64}$/) });

/** A plan without its changes, as journals begin with. */
export const planHead: z.ZodType<Omit<Plan, 'changes' | 'skipped'>> = headSchema;

const planSchema = headSchema.extend({
  changes: z.array(plannedChange),
  skipped: z.array(skippedName),
});

/** A plan file, but for the checksum, which says more than a schema can. */
export const planFile: z.ZodType<Plan> = planSchema;

/** What fits one JavaScript string, with room for the layout: a plan that is made must also be readable. */
const MAX_PLAN_CHARS = 500_000_000;

/** Puts the checksum on a plan. */
export function sealPlan(draft: Omit<Plan, 'checksum'>): Plan {
  return { ...draft, checksum: checksumOf(draft) };
}

/** The text of a plan file. */
export function formatPlan(plan: Plan): string {
  return [...formatPlanLines(plan)].join('');
}

/** The same text line by line, as a plan of many names is written. */
export function* formatPlanLines(plan: Plan): Generator<string> {
  const { changes, skipped, ...head } = plan;
  yield '{\n';
  for (const [key, value] of Object.entries(head)) yield `${field(key)}${JSON.stringify(value)},\n`;
  yield* listLines('changes', changes, ',\n');
  yield* listLines('skipped', skipped, '\n}\n');
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

/** SHA-256 over the content as JSON in the order of the schema, piece by piece: a zone's plan outgrows a string. */
function checksumOf(plan: Omit<Plan, 'checksum'> & { readonly checksum?: string }): string {
  const { checksum: _, changes, skipped, ...content } = plan;
  const head = JSON.stringify(sealedHead.parse(content));
  const hash = createHash('sha256').update(`${head.slice(0, -1)},"changes":[`);
  let lengthChars = head.length;
  const add = (piece: string, index: number): void => {
    hash.update(index === 0 ? piece : `,${piece}`);
    lengthChars += piece.length;
  };
  for (const [index, item] of changes.entries()) add(JSON.stringify(inOrder(item)), index);
  hash.update('],"skipped":[');
  for (const [index, { zone, fqdn, code, reason }] of skipped.entries()) {
    add(JSON.stringify({ zone, fqdn, code, reason }), index);
  }
  if (lengthChars > MAX_PLAN_CHARS) throw tooLong(changes.length, lengthChars);
  return `sha256:${hash.update(']}').digest('hex')}`;
}

/** A change with its fields in the order in which they are hashed, whoever made it. */
function inOrder(change: PlannedChange): PlannedChange {
  const { zone, fqdn, dn, objectGuid, ownerClass, before, after, add, remove, withheld, notes } = change;
  return {
    zone,
    fqdn,
    dn,
    objectGuid,
    ownerClass,
    before: { sddl: before.sddl, base64: before.base64, version: before.version },
    after: { sddl: after.sddl, base64: after.base64 },
    add: add.map(aceInOrder),
    remove: remove.map(aceInOrder),
    withheld: withheld.map(({ principal, reason }) => ({ principal: principalInOrder(principal), reason })),
    notes,
  };
}

function aceInOrder({ ace, principal, reason }: PlannedAce): PlannedAce {
  return { ace, principal: principalInOrder(principal), reason };
}

function principalInOrder({ sid, name, kind }: Principal): Principal {
  return { sid, name, kind };
}

function tooLong(changes: number, lengthChars: number): UsageError {
  const megabytes = (chars: number): number => Math.round(chars / 1e6);
  return new UsageError(
    `The plan of ${counted(changes, 'name')} would take ${megabytes(lengthChars)} MB, a plan file holds ${megabytes(MAX_PLAN_CHARS)} MB; plan in parts with --limit or --name`,
    '--plan',
  );
}

function field(key: string): string {
  return `  ${JSON.stringify(key)}: `;
}

function* listLines(key: string, items: readonly unknown[], end: string): Generator<string> {
  yield items.length === 0 ? `${field(key)}[` : `${field(key)}[\n`;
  for (const [index, item] of items.entries()) {
    yield `    ${JSON.stringify(item)}${index === items.length - 1 ? '\n  ' : ',\n'}`;
  }
  yield `]${end}`;
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
    decode(Buffer.from(base64, 'base64'));
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
