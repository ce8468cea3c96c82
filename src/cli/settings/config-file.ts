/** Reads the text of a configuration file. Only this part of the configuration needs zod. */

import { z } from 'zod';
import { UsageError } from '../../errors.ts';
import { didYouMean } from '../../formats/near-names.ts';
import { decodeText } from '../../formats/text-file.ts';
import type { ConfiguredUpdater } from '../auditing.ts';
import { THRESHOLD, THRESHOLD_FORM } from './threshold.ts';

/** What a file holds, paths as written; config.ts says what the fields mean. */
export interface ConfigFile {
  readonly server?: string | undefined;
  readonly domain?: string | undefined;
  readonly dhcpAccounts?: readonly string[] | undefined;
  readonly dhcpServers?: readonly string[] | undefined;
  readonly extraUpdaters?: readonly ConfiguredUpdater[] | undefined;
  readonly protect?: readonly string[] | undefined;
  readonly thresholds?:
    | { readonly maxBlocked?: string | undefined; readonly maxChange?: string | undefined }
    | undefined;
  readonly readOnly?: boolean | undefined;
  readonly leases?: readonly string[] | undefined;
}

const FLAG = '--config';
const SECRET = /pass|pwd|secret|token|credential|(?:api|private).?key/i;
const SAFE_WAYS = 'use --password-file, --password-stdin, DNSACL_PASSWORD or the prompt';

const text = z.string('a text').trim().min(1, 'a text that is not empty');
const texts = z.array(text, 'a list of texts');
const threshold = z.string(THRESHOLD_FORM).regex(THRESHOLD, THRESHOLD_FORM);
const updater = z.strictObject(
  {
    names: texts.min(1, 'at least one glob').describe('Globs of names'),
    principal: text.describe('Who should be able to update them'),
    reason: text.optional().describe('Why, for reports'),
  },
  'an object with names, principal and perhaps reason',
);
const thresholds = z.strictObject(
  {
    maxBlocked: threshold.optional().describe('How many names may be blocked: "10" or "1.5%"'),
    maxChange: threshold.optional().describe('How many names one plan may change: "10" or "25%"'),
  },
  'an object with maxBlocked and maxChange',
);
const schema = z.strictObject(
  {
    $schema: z.string('a text').optional().describe('For editors'),
    server: text.optional().describe('Domain controller: HOST, ldap://HOST or ldaps://HOST'),
    domain: text.optional().describe('FQDN of the domain whose controllers are looked for'),
    dhcpAccounts: texts.optional().describe('Accounts that DHCP servers register names with'),
    dhcpServers: texts.optional().describe('DHCP servers that the directory does not list'),
    extraUpdaters: z
      .array(updater, 'a list of objects')
      .optional()
      .describe('Principals that should be able to update the names that match'),
    protect: texts.optional().describe('Globs of names that are not changed'),
    thresholds: thresholds.optional().describe('Limits'),
    readOnly: z.boolean('true or false').optional().describe('Refuse what would change the directory'),
    leases: texts.optional().describe('Lease lists of the DHCP servers; from the folder of this file'),
  },
  'an object',
);

/** The JSON Schema of a configuration file, for editors. */
export function configJsonSchema(): Readonly<Record<string, unknown>> {
  return { $id: 'dnsacl:config', title: 'dnsacl.config.json', ...z.toJSONSchema(schema, { io: 'input' }) };
}

/** @throws UsageError naming the file, each field that is wrong, and what it needs */
export function parseConfigFile(bytes: Uint8Array, path: string): ConfigFile {
  const json = parseJson(decodeText(bytes, { name: path, flag: FLAG }, 'configuration'), path);
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.flatMap((issue) => describeIssue(issue, json));
  throw new UsageError(`Cannot use the configuration ${path}:\n  ${faults.join('\n  ')}`, FLAG);
}

function parseJson(content: string, path: string): unknown {
  try {
    return JSON.parse(content);
  } catch (error) {
    // The parser's own message quotes the file, and so might show what nobody should see.
    const where = /line \d+ column \d+/.exec((error as Error).message)?.[0];
    const found = `it is not JSON${where === undefined ? '' : ` at ${where}`}, needs an object of settings`;
    throw new UsageError(`Cannot read the configuration ${path}: ${found}`, FLAG);
  }
}

/** One line for each field that is wrong. */
function describeIssue(issue: z.core.$ZodIssue, json: unknown): readonly string[] {
  if (issue.code !== 'unrecognized_keys') {
    const field = fieldName(issue.path);
    return [`${field}: found ${describeValue(valueAt(json, issue.path))}, needs ${issue.message}`];
  }
  const settings = issue.path.length === 0 ? Object.keys(schema.shape) : [];
  const known = settings.length === 0 ? '' : ` (there are ${settings.join(', ')})`;
  return issue.keys.map((key) => {
    const field = fieldName([...issue.path, key]);
    if (SECRET.test(key)) return `${field}: secrets are not read from this file; ${SAFE_WAYS}`;
    return `${field}: there is no such setting${didYouMean(key, settings)}${known}`;
  });
}

/** `extraUpdaters[0].names` */
function fieldName(path: readonly PropertyKey[]): string {
  const name = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`)).join('');
  return name === '' ? 'the file' : name.replace(/^\./, '');
}

function valueAt(json: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, step) => (value as Record<PropertyKey, unknown>)[step], json);
}

function describeValue(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  return typeof value === 'object' && value !== null ? 'an object' : JSON.stringify(value);
}
