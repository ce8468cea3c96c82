/**
 * The JSON Schemas that are published, as text. In a file that is read back everything unknown is an error; an answer
 * may get more fields in a later version, so its schema does not close the door to them.
 */

import { z } from 'zod';
import { configJsonSchema } from '../../src/cli/settings/config-file.ts';
import { ANSWERS } from './answers.ts';

/** By file name. */
export function schemaFiles(): ReadonlyMap<string, string> {
  const answers = Object.entries(ANSWERS).map(([name, type]): [string, unknown] => [
    name,
    { $id: `dnsacl:${name}`, ...answerSchema(type, 'open') },
  ]);
  return new Map(
    [...answers, ['config', configJsonSchema()] as [string, unknown]].map(([name, schema]) => [
      `${name}.schema.json`,
      `${JSON.stringify(schema, null, 2)}\n`,
    ]),
  );
}

/** @param fields `open` lets other fields pass, `closed` does not */
export function answerSchema(type: z.ZodType, fields: 'open' | 'closed'): Readonly<Record<string, unknown>> {
  const schema = z.toJSONSchema(type, { io: 'input' });
  return fields === 'closed' ? schema : (opened(schema) as Readonly<Record<string, unknown>>);
}

function opened(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(opened);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(
    ([key, inner]) => key !== 'additionalProperties' || inner !== false,
  );
  return Object.fromEntries(entries.map(([key, inner]) => [key, opened(inner)]));
}
