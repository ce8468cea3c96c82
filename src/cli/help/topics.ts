/** What `dnsacl help TOPIC` explains besides commands. */

import { CONFIGURATION_HELP } from './configuration.ts';
import { CSV_HELP } from './csv.ts';
import { EXIT_CODES_HELP } from './exit-codes.ts';
import { FILTERS_HELP } from './filters.ts';
import { FORMATS_HELP } from './formats.ts';

export const HELP_TOPICS: Readonly<Record<string, string>> = {
  'exit-codes': EXIT_CODES_HELP,
  csv: CSV_HELP,
  formats: FORMATS_HELP,
  filters: FILTERS_HELP,
  configuration: CONFIGURATION_HELP,
};
