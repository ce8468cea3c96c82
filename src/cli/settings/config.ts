/**
 * Settings that stay the same from run to run: `dnsacl.config.json`, then the environment; flags come after both.
 * What comes later wins, a list as a whole.
 *
 * | field                | environment          | holds                                                          |
 * | -------------------- | -------------------- | -------------------------------------------------------------- |
 * | server               | DNSACL_SERVER        | domain controller, as --server                                 |
 * | domain               | DNSACL_DOMAIN        | FQDN of the domain, as --domain                                |
 * | dhcpAccounts         | DNSACL_DHCP_ACCOUNTS | accounts DHCP servers register with; by comma, so no DNs there |
 * | dhcpServers          | DNSACL_DHCP_SERVERS  | DHCP servers the directory does not list; by comma             |
 * | extraUpdaters        |                      | principals that should be able to update the names that match  |
 * | protect              | DNSACL_PROTECT       | globs of names that are not changed; by comma                  |
 * | thresholds.maxBlocked| DNSACL_MAX_BLOCKED   | "10" names or "1.5%", as --max-blocked                         |
 * | thresholds.maxChange | DNSACL_MAX_CHANGE    | likewise, as --max-change                                      |
 * | readOnly             | DNSACL_READ_ONLY     | true: refuse what would change the directory, as --read-only    |
 * | leases               | DNSACL_LEASES        | files as --leases; from the file's folder, or the working one  |
 * | $schema              |                      | for editors, ignored                                           |
 *
 * Other `DNSACL_*` variables are no settings; an empty one counts as not set.
 */

import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { UsageError } from '../../errors.ts';
import type { ConfiguredUpdater } from '../auditing.ts';
import type { ConfigFile } from './config-file.ts';
import { THRESHOLD, THRESHOLD_FORM } from './threshold.ts';

/** Every setting; null or empty where neither the file nor the environment says anything. */
export interface Config {
  /** The file that was read. */
  readonly file: string | null;
  readonly server: string | null;
  readonly domain: string | null;
  readonly dhcpAccounts: readonly string[];
  readonly dhcpServers: readonly string[];
  readonly extraUpdaters: readonly ConfiguredUpdater[];
  readonly protect: readonly string[];
  /** A count such as `10` or a share such as `1.5%`. */
  readonly thresholds: { readonly maxBlocked: string | null; readonly maxChange: string | null };
  readonly readOnly: boolean;
  /** Absolute paths. */
  readonly leases: readonly string[];
}

export interface ConfigOptions {
  /** The file to read; without it, the nearest `dnsacl.config.json` from `startFolder` upwards, if there is one. */
  readonly path?: string | undefined;
  readonly startFolder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The settings, and the environment variable of each that has one. */
export const SETTING_VARIABLES = {
  server: 'DNSACL_SERVER',
  domain: 'DNSACL_DOMAIN',
  dhcpAccounts: 'DNSACL_DHCP_ACCOUNTS',
  dhcpServers: 'DNSACL_DHCP_SERVERS',
  extraUpdaters: null,
  protect: 'DNSACL_PROTECT',
  'thresholds.maxBlocked': 'DNSACL_MAX_BLOCKED',
  'thresholds.maxChange': 'DNSACL_MAX_CHANGE',
  readOnly: 'DNSACL_READ_ONLY',
  leases: 'DNSACL_LEASES',
} as const;

export type SettingName = keyof typeof SETTING_VARIABLES;

const FILE_NAME = 'dnsacl.config.json';
const FLAG = '--config';

/**
 * Reads the configuration file, if there is one, and puts the environment on top of it.
 *
 * @throws UsageError naming the file or the variable, the field and what it needs; also when `path` cannot be read
 */
export async function loadConfig(options: ConfigOptions): Promise<Config> {
  const { startFolder, env } = options;
  const found = await findFile(options);
  const file = found === null ? {} : await parseFound(found);
  const folder = found === null ? startFolder : dirname(found.path);
  return {
    file: found?.path ?? null,
    server: variable(env, SETTING_VARIABLES.server) ?? file.server ?? null,
    domain: variable(env, SETTING_VARIABLES.domain) ?? file.domain ?? null,
    dhcpAccounts: list(env, SETTING_VARIABLES.dhcpAccounts) ?? file.dhcpAccounts ?? [],
    dhcpServers: list(env, SETTING_VARIABLES.dhcpServers) ?? file.dhcpServers ?? [],
    extraUpdaters: file.extraUpdaters ?? [],
    protect: list(env, SETTING_VARIABLES.protect) ?? file.protect ?? [],
    thresholds: {
      maxBlocked:
        limit(env, SETTING_VARIABLES['thresholds.maxBlocked']) ?? file.thresholds?.maxBlocked ?? null,
      maxChange: limit(env, SETTING_VARIABLES['thresholds.maxChange']) ?? file.thresholds?.maxChange ?? null,
    },
    readOnly: yesOrNo(env, SETTING_VARIABLES.readOnly) ?? file.readOnly ?? false,
    leases:
      list(env, SETTING_VARIABLES.leases)?.map((path) => resolve(startFolder, path)) ??
      (file.leases ?? []).map((path) => resolve(folder, path)),
  };
}

interface FoundFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Brings the schema in only now: most runs have no file, and its library is the largest of all. */
async function parseFound({ path, bytes }: FoundFile): Promise<ConfigFile> {
  const { parseConfigFile } = await import('./config-file.ts');
  return parseConfigFile(bytes, path);
}

async function findFile({ path, startFolder }: ConfigOptions): Promise<FoundFile | null> {
  if (path !== undefined) {
    const named = resolve(startFolder, path);
    const bytes = await readIfThere(named);
    if (bytes === null)
      throw new UsageError(`Cannot read the configuration ${named}: there is no such file`, FLAG);
    return { path: named, bytes };
  }
  let folder = resolve(startFolder);
  for (;;) {
    const candidate = join(folder, FILE_NAME);
    const bytes = await readIfThere(candidate);
    if (bytes !== null) return { path: candidate, bytes };
    const parent = dirname(folder);
    if (parent === folder) return null;
    folder = parent;
  }
}

async function readIfThere(path: string): Promise<Uint8Array | null> {
  try {
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    const reason = (error as Error).message;
    throw new UsageError(`Cannot read the configuration ${path}: ${reason}`, FLAG, { cause: error });
  }
}

/** The value of a variable without spaces around it; null when it is empty or not set. */
function variable(env: ConfigOptions['env'], name: string): string | null {
  const value = env[name]?.trim() ?? '';
  return value === '' ? null : value;
}

function yesOrNo(env: ConfigOptions['env'], name: string): boolean | null {
  const value = variable(env, name);
  if (value === null) return null;
  if (/^(?:1|true|yes|on)$/i.test(value)) return true;
  if (/^(?:0|false|no|off)$/i.test(value)) return false;
  throw new UsageError(`Cannot use ${name}: found ${JSON.stringify(value)}, needs 1 or 0`, name);
}

function list(env: ConfigOptions['env'], name: string): readonly string[] | null {
  const items = (variable(env, name) ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
  return items.length === 0 ? null : items;
}

function limit(env: ConfigOptions['env'], name: string): string | null {
  const value = variable(env, name);
  if (value === null || THRESHOLD.test(value)) return value;
  throw new UsageError(`Cannot use ${name}: found ${JSON.stringify(value)}, needs ${THRESHOLD_FORM}`, name);
}
