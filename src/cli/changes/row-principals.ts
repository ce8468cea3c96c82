/** Whom the rows of a CSV file name: looked up once each, before anything is planned, so that all bad rows are told at once. */

import { type Problem, UsageError } from '../../errors.ts';
import type { TargetRow } from '../../plan/target-csv.ts';
import type { Account, Principal } from '../../records/account.ts';
import { findPrincipal } from '../../records/find-principal.ts';
import type { Reading } from '../reading.ts';

/** A principal that a row names; `account` when the directory holds one. */
export interface NamedPrincipal {
  readonly principal: Principal;
  readonly account: Account | null;
}

/** The rows that can be used, and whom they name, by how it is written. */
export interface RowPrincipals {
  readonly rows: readonly TargetRow[];
  readonly named: ReadonlyMap<string, NamedPrincipal>;
  /** One `bad-csv-row` for each row that names nobody. */
  readonly problems: readonly Problem[];
}

/** True for `@computer`, which stands for the computers that a name belongs to. */
export function isComputerWord(reference: string): boolean {
  return reference.toLowerCase() === '@computer';
}

/** True for `@dhcp`, which stands for the accounts of `--dhcp-account`. */
export function isDhcpWord(reference: string): boolean {
  return reference.toLowerCase() === '@dhcp';
}

/** Looks up the principals that `rows` name. */
export async function resolveRowPrincipals(
  rows: readonly TargetRow[],
  fileName: string,
  reading: Reading,
): Promise<RowPrincipals> {
  const named = new Map<string, NamedPrincipal>();
  const faults = new Map<string, string>();
  for (const { principal: reference } of rows) {
    if (reference === null || named.has(reference) || faults.has(reference)) continue;
    const found = await resolve(reference, reading);
    if (typeof found === 'string') faults.set(reference, found);
    else if (found !== null) named.set(reference, found);
  }
  const faultOf = ({ principal }: TargetRow): string | undefined =>
    principal === null ? undefined : faults.get(principal);
  return {
    rows: rows.filter((row) => faultOf(row) === undefined),
    named,
    problems: rows.flatMap((row) => {
      const message = faultOf(row);
      const where = `${fileName}:${row.line}:principal`;
      return message === undefined ? [] : [{ severity: 'error', code: 'bad-csv-row', where, message }];
    }),
  };
}

/** @returns whom it names, null for a word that each name settles for itself, or what is wrong */
async function resolve(reference: string, reading: Reading): Promise<NamedPrincipal | string | null> {
  if (isComputerWord(reference)) return null;
  if (isDhcpWord(reference)) {
    return reading.estate.dhcpAccounts.length > 0
      ? null
      : 'Cannot tell who @dhcp is: no --dhcp-account was given';
  }
  try {
    const principal = await findPrincipal(reading.source, reading.info, reading.book, reference, '--csv');
    return { principal, account: reading.book.account(principal.sid) };
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
}
