/**
 * One row of a target file: from fields to a target, or to the faults that keep it from being one.
 *
 * | row                     | taken as                                                                          |
 * | ----------------------- | --------------------------------------------------------------------------------- |
 * | nothing in any field    | left out                                                                          |
 * | too many fields         | a fault, its columns have shifted; an empty surplus is no surplus                 |
 * | too few fields          | a fault when the name, zone, principal or rights are missing; Excel drops what is |
 * |                         | empty at the end of a row                                                         |
 * | approve: yes true 1 x   | counts, as does every row when there is no such column                            |
 * | approve: no false 0 ''  | left out, and not checked further                                                 |
 *
 * A field is taken without the spaces around it and without the apostrophe that the CSV output puts before `=`,
 * `+`, `-` and `@`.
 */

import { FormatError } from '../errors.ts';
import { parseDn } from '../formats/dn.ts';
import { writeCountName } from '../formats/dns-name.ts';
import { Writer } from '../formats/writer.ts';
import type { NameColumn, TargetColumn, TargetColumns } from './target-columns.ts';

/** A row that is to be planned. */
export interface TargetRow {
  /** The line of the file the row starts on, from 1. */
  readonly line: number;
  /** A name relative to its zone, an FQDN with or without the final dot, `@` for the apex, or the dnsNode's DN. */
  readonly name: string;
  readonly zone: string | null;
  /** As written: a SID, `DOMAIN\name`, UPN, sAMAccountName, DN, `@computer` or `@dhcp`. */
  readonly principal: string | null;
  readonly rights: 'full' | 'update' | null;
}

/** What is wrong with a row, and the header of the column it is wrong in. */
export interface RowFault {
  readonly column: string;
  readonly message: string;
}

/** What DNS Manager shows for the apex, in the languages whose wording is known. */
const APEX_IN_DNS_MANAGER: readonly string[] = [
  '(same as parent folder)',
  '(identisch mit übergeordnetem Ordner)',
  '(identique au dossier parent)',
];
/** The longest DNS_COUNT_NAME: its two counts and 255 bytes. [MS-DNSP] 2.2.2.2.3 */
const MAX_COUNT_NAME_BYTES = 257;
const YES: readonly string[] = ['yes', 'true', '1', 'x'];
const NO: readonly string[] = ['no', 'false', '0', ''];
const EXPORT_GUARD = /^'(?='*[=+\-@＝＋－＠])/u;
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

/** @returns the target, null when the row is left out or faulty, and every fault found in it */
export function readTargetRow(
  fields: readonly string[],
  line: number,
  columns: TargetColumns,
): { readonly value: TargetRow | null; readonly faults: readonly RowFault[] } {
  if (fields.every((field) => field.trim() === '')) return { value: null, faults: [] };
  const surplus = surplusFault(fields, columns);
  if (surplus !== null) return { value: null, faults: [surplus] };

  const faults: RowFault[] = [];
  const approved = readApproval(fields, columns.approve, faults);
  if (approved === false) return { value: null, faults: [] };
  const nameColumn = pickNameColumn(fields, columns.names);
  for (const column of [nameColumn, columns.zone, columns.principal, columns.rights]) {
    if (column !== null && column.index >= fields.length) faults.push(missingField(fields, column, columns));
  }
  if (faults.length > 0) return { value: null, faults };

  const value: TargetRow = {
    line,
    name: readName(fields, nameColumn, faults),
    zone: readZone(fields, columns.zone, faults),
    principal: readPrincipal(fields, columns.principal, faults),
    rights: readRights(fields, columns.rights, faults),
  };
  return { value: faults.length === 0 ? value : null, faults };
}

function surplusFault(fields: readonly string[], { headers }: TargetColumns): RowFault | null {
  const used = fields.findLastIndex((field) => field.trim() !== '') + 1;
  if (used <= headers.length) return null;
  const message = `Cannot read the row: it has ${used} fields, needs at most ${headers.length}; "${fields[headers.length] ?? ''}" is one too many`;
  return { column: headers.at(-1) ?? '', message };
}

function missingField(fields: readonly string[], column: TargetColumn, columns: TargetColumns): RowFault {
  const message = `Cannot read the row: it has ${fields.length} of ${columns.headers.length} fields, needs the one of this column`;
  return { column: column.header, message };
}

/** @returns null, with a fault, when the field is neither yes nor no */
function readApproval(
  fields: readonly string[],
  column: TargetColumn | null,
  faults: RowFault[],
): boolean | null {
  if (column === null) return true;
  const text = cell(fields, column);
  if (YES.includes(text.toLowerCase())) return true;
  if (NO.includes(text.toLowerCase())) return false;
  const message = `Cannot tell whether "${text}" approves the row, needs yes, true, 1 or x, or no, false, 0 or nothing`;
  faults.push({ column: column.header, message });
  return null;
}

/** The first column with something in it. A DN that is no dnsNode's, such as a computer's, gives way to a name. */
function pickNameColumn(fields: readonly string[], names: TargetColumns['names']): NameColumn {
  const filled = names.filter((column) => cell(fields, column) !== '');
  const usable = filled.find((column) => column.kind === 'dns' || isNodeDn(cell(fields, column)));
  return usable ?? filled[0] ?? names[0];
}

function readName(fields: readonly string[], column: NameColumn, faults: RowFault[]): string {
  const text = cell(fields, column);
  if (text === '') {
    const message = 'Cannot read the name: the field is empty, needs a name, an FQDN or the DN of a dnsNode';
    faults.push({ column: column.header, message });
    return text;
  }
  if (isNodeDn(text)) return readSyntax(text, 'DN', parseDn, column, faults);
  if (column.kind === 'dns') return readDnsName(text, column, faults);
  const message = `Cannot use the DN "${text}": it is not that of a dnsNode, which starts with DC=`;
  faults.push({ column: column.header, message });
  return text;
}

function readDnsName(text: string, column: TargetColumn, faults: RowFault[]): string {
  if (APEX_IN_DNS_MANAGER.includes(text)) return '@';
  const encode = (name: string): void => writeCountName(new Writer(MAX_COUNT_NAME_BYTES), name);
  return readSyntax(text, 'name', encode, column, faults);
}

/** `text`, with a fault when it is unprintable or `parse` throws a FormatError. */
function readSyntax(
  text: string,
  what: string,
  parse: (text: string) => unknown,
  column: TargetColumn,
  faults: RowFault[],
): string {
  const before = faults.length;
  checked(text, what, column, faults);
  if (faults.length > before) return text;
  try {
    parse(text);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    faults.push({ column: column.header, message: error.message });
  }
  return text;
}

function readZone(fields: readonly string[], column: TargetColumn | null, faults: RowFault[]): string | null {
  const text = cell(fields, column);
  return column === null || text === '' ? null : readDnsName(text, column, faults);
}

function readPrincipal(
  fields: readonly string[],
  column: TargetColumn | null,
  faults: RowFault[],
): string | null {
  const text = cell(fields, column);
  return column === null || text === '' ? null : checked(text, 'principal', column, faults);
}

function readRights(
  fields: readonly string[],
  column: TargetColumn | null,
  faults: RowFault[],
): TargetRow['rights'] {
  const text = cell(fields, column);
  if (column === null || text === '') return null;
  const rights = text.toLowerCase();
  if (rights === 'full' || rights === 'update') return rights;
  const message = `Cannot use "${text}" as rights, needs full, update or nothing`;
  faults.push({ column: column.header, message });
  return null;
}

/** `text`, with a fault when it holds a character that cannot be seen and so cannot have been reviewed. */
function checked(text: string, what: string, column: TargetColumn, faults: RowFault[]): string {
  const found = UNPRINTABLE.exec(text)?.[0];
  if (found !== undefined) {
    const codePoint = found.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0');
    const message = `Cannot use "${text}" as a ${what}: it holds the unprintable character U+${codePoint}`;
    faults.push({ column: column.header, message });
  }
  return text;
}

function isNodeDn(text: string): boolean {
  return /^DC=.+,/is.test(text);
}

/** The field of `column`; empty when it is missing or there is no such column. */
function cell(fields: readonly string[], column: TargetColumn | null): string {
  return (column === null ? '' : (fields[column.index] ?? '')).trim().replace(EXPORT_GUARD, '');
}
