/**
 * Which column of a target file means what. Headers are compared without case, spaces, underscores and hyphens.
 *
 * | meaning   | headers                                                                                      |
 * | --------- | -------------------------------------------------------------------------------------------- |
 * | name      | dn, distinguishedname; fqdn, dnshostname, hostname, host, recordname, record, name; the word |
 * |           | for name that DNS Manager puts there in other languages                                      |
 * | zone      | zone, zonename                                                                               |
 * | principal | principal, account, computer, identity, trustee, user                                        |
 * | rights    | rights, right                                                                                |
 * | approve   | approve, approved                                                                            |
 *
 * Several name columns are welcome, the exactest comes first: the audit's own CSV has dn, fqdn and name. Of the
 * others there may be one each: which of two accounts is meant cannot be guessed.
 */

import { UsageError } from '../errors.ts';

/** A column of the file: its place in the record and the header as it stands there. */
export interface TargetColumn {
  readonly index: number;
  readonly header: string;
}

/** A column that can hold the name; `kind` says whether as the DN of a dnsNode or as a DNS name. */
export interface NameColumn extends TargetColumn {
  readonly kind: 'dn' | 'dns';
}

/** The columns of a target file that mean something here; the others are ignored. */
export interface TargetColumns {
  /** At least one, the exactest first. */
  readonly names: readonly [NameColumn, ...NameColumn[]];
  readonly zone: TargetColumn | null;
  readonly principal: TargetColumn | null;
  readonly rights: TargetColumn | null;
  readonly approve: TargetColumn | null;
  /** All headers in order, up to the last that is not empty. */
  readonly headers: readonly string[];
}

const DN_HEADERS = ['dn', 'distinguishedname'];
const DNS_HEADERS = ['fqdn', 'dnshostname', 'hostname', 'host', 'recordname', 'record', 'name'];
const LOCAL_DNS_HEADERS = [
  ...['nom', 'nombre', 'nome', 'naam', 'namn', 'navn', 'nimi', 'nazwa', 'název', 'názov', 'név', 'ad'],
  ...['имя', '名前', '名称', '名稱', '이름'],
];
const ZONE_HEADERS = ['zone', 'zonename'];
const PRINCIPAL_HEADERS = ['principal', 'account', 'computer', 'identity', 'trustee', 'user'];
const RIGHTS_HEADERS = ['rights', 'right'];
const APPROVE_HEADERS = ['approve', 'approved'];

/**
 * Gives the columns of a header row their meaning.
 *
 * @throws UsageError when no column holds the name, or two columns mean the same and only one can count
 */
export function findTargetColumns(headerRow: readonly string[], fileName: string): TargetColumns {
  const lastUsed = headerRow.findLastIndex((header) => header.trim() !== '');
  const headers = headerRow.slice(0, lastUsed + 1).map((header) => header.trim());
  const columns = headers.map((header, index) => ({ index, header }));
  const [first, ...others] = [
    ...inOrderOf(DN_HEADERS, columns).map((column) => ({ ...column, kind: 'dn' as const })),
    ...inOrderOf([...DNS_HEADERS, ...LOCAL_DNS_HEADERS], columns).map((column) => ({
      ...column,
      kind: 'dns' as const,
    })),
  ];
  if (first === undefined) {
    throw unusable(
      fileName,
      `no column holds the name; found ${headers.join(', ')}; needs one of ${[...DNS_HEADERS, ...DN_HEADERS].join(', ')}`,
    );
  }
  return {
    names: [first, ...others],
    zone: only(inOrderOf(ZONE_HEADERS, columns), 'the zone', fileName),
    principal: only(inOrderOf(PRINCIPAL_HEADERS, columns), 'the principal', fileName),
    rights: only(inOrderOf(RIGHTS_HEADERS, columns), 'the rights', fileName),
    approve: only(inOrderOf(APPROVE_HEADERS, columns), 'the approval', fileName),
    headers,
  };
}

function inOrderOf(wanted: readonly string[], columns: readonly TargetColumn[]): readonly TargetColumn[] {
  return wanted.flatMap((word) => columns.filter((column) => normalized(column.header) === word));
}

function normalized(header: string): string {
  return header
    .normalize('NFC')
    .toLowerCase()
    .replace(/[\s_-]/g, '');
}

function only(found: readonly TargetColumn[], meaning: string, fileName: string): TargetColumn | null {
  if (found.length > 1) {
    const headers = found.map((column) => column.header).join(' and ');
    throw unusable(fileName, `the columns ${headers} all name ${meaning}, needs a single one`);
  }
  return found[0] ?? null;
}

function unusable(fileName: string, found: string): UsageError {
  return new UsageError(`Cannot read ${fileName} as a list of names: ${found}`, '--csv');
}
