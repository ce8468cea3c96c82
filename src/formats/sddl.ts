/**
 * SDDL, the text form of security descriptors and ACEs. [MS-DTYP] 2.5.1.1. Printing is in sddl-format.ts,
 * reading in sddl-parse.ts and sddl-parse-ace.ts, the letters in sddl-aliases.ts.
 */

export type { SddlContext } from './sddl-aliases.ts';
export { formatAce, formatSddl } from './sddl-format.ts';
export { parseSddl } from './sddl-parse.ts';
export { parseAce } from './sddl-parse-ace.ts';
