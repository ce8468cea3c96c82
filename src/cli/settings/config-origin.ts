/** Where each setting comes from: the file, the environment, or nowhere. */

import type { Problem } from '../../errors.ts';
import { nearNames } from '../../formats/near-names.ts';
import type { ConfiguredUpdater } from '../auditing.ts';
import {
  type Config,
  type ConfigOptions,
  loadConfig,
  SETTING_VARIABLES,
  type SettingName,
} from './config.ts';

/** One setting as it is in force. */
export interface ConfiguredSetting {
  readonly setting: SettingName;
  readonly value: string | boolean | readonly (string | ConfiguredUpdater)[] | null;
  /** The file or the variable; null when nothing sets it. */
  readonly from: string | null;
}

/** Variables that are no settings and mean something all the same. */
const OTHER_VARIABLES = ['DNSACL_PASSWORD', 'DNSACL_NO_CACHE'];
/** Those of the tests. */
const FOREIGN_VARIABLES = /^DNSACL_LIVE$/;

/** @throws UsageError as loadConfig() does, when something is wrong */
export async function inspectConfig(
  options: ConfigOptions,
): Promise<{ readonly file: string | null; readonly settings: readonly ConfiguredSetting[] }> {
  const config = await loadConfig(options);
  const settings = (Object.keys(SETTING_VARIABLES) as SettingName[]).map((setting): ConfiguredSetting => {
    const value = settingValue(config, setting);
    const variable = SETTING_VARIABLES[setting];
    const isFromEnvironment = variable !== null && (options.env[variable]?.trim() ?? '') !== '';
    const isSet = value !== null && value !== false && (!Array.isArray(value) || value.length > 0);
    return { setting, value, from: isFromEnvironment ? variable : isSet ? config.file : null };
  });
  return { file: config.file, settings };
}

/** Variables that look like settings of this program and are not. */
export function unknownVariables(env: ConfigOptions['env']): readonly Problem[] {
  const known = [...Object.values(SETTING_VARIABLES).filter((name) => name !== null), ...OTHER_VARIABLES];
  return Object.keys(env)
    .filter((name) => name.startsWith('DNSACL_') && !known.includes(name) && !FOREIGN_VARIABLES.test(name))
    .sort()
    .map((name) => {
      const [near] = nearNames(name, known);
      const meant = near === undefined ? '' : `, did you mean ${near}?`;
      const message = `there is no such setting and it is ignored${meant}`;
      return { severity: 'warning', code: 'unknown-variable', where: name, message };
    });
}

function settingValue(config: Config, setting: SettingName): ConfiguredSetting['value'] {
  switch (setting) {
    case 'thresholds.maxBlocked':
      return config.thresholds.maxBlocked;
    case 'thresholds.maxChange':
      return config.thresholds.maxChange;
    default:
      return config[setting];
  }
}
