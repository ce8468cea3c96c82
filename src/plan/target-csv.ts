/**
 * The CSV file that names what is to be changed (`--csv`): a header row, then one name per row, with the principal
 * and the rights when they are not the usual ones. It is written by hand, by Excel, by DNS Manager, by PowerShell's
 * Export-Csv, or it is the audit's own CSV with an `approve` column ticked.
 *
 * formats/csv.ts makes records of it, target-columns.ts settles the headers, target-row.ts each row; here is the way
 * from one to the next.
 */

import type { Problem } from '../errors.ts';
import { readCsv } from '../formats/csv.ts';
import { findTargetColumns } from './target-columns.ts';
import { readTargetRow, type TargetRow } from './target-row.ts';

export type { TargetRow } from './target-row.ts';

/**
 * Reads a target file. Each bad row is a problem `bad-csv-row` at `file:line:column`, and not among the values;
 * both are in the order of the file. Rows that are not approved are in neither.
 *
 * @throws UsageError when the file as a whole cannot be used: empty, not text, no header row,
 *   no name column, two columns for one thing
 */
export function parseTargetCsv(
  bytes: Uint8Array,
  fileName: string,
): { readonly values: readonly TargetRow[]; readonly problems: readonly Problem[] } {
  const csv = readCsv(bytes, { name: fileName, flag: '--csv' });
  const columns = findTargetColumns(csv.header, fileName);
  const values: TargetRow[] = [];
  const found: { line: number; column: string; message: string }[] = csv.faults.map((fault) => ({
    line: fault.line,
    column: columns.headers[fault.fieldIndex] ?? columns.headers.at(-1) ?? '',
    message: fault.message,
  }));
  for (const { line, fields } of csv.rows) {
    const { value, faults } = readTargetRow(fields, line, columns);
    if (value !== null) values.push(value);
    for (const fault of faults) found.push({ line, ...fault });
  }
  const problems = found
    .sort((a, b) => a.line - b.line)
    .map(({ line, column, message }) => badRow(`${fileName}:${line}:${column}`, message));
  return { values, problems };
}

function badRow(where: string, message: string): Problem {
  return { severity: 'error', code: 'bad-csv-row', where, message };
}
