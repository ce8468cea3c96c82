/** Rows as CSV files that `dnsacl grant --csv` takes. */

import type { Column } from '../columns.ts';
import { csvHeader, csvRow } from '../csv.ts';
import { FIELD_SEPARATOR } from '../page-model.ts';
import { element } from './elements.ts';
import type { Store } from './store.ts';

/** Every column of the rows but commands and access lists. */
export function rowsAsCsv(store: Store, rows: readonly number[]): string {
  const columns = store.columns.flatMap((column, place): readonly Column<number>[] => {
    const isText = column.place !== 'data' && column.form !== 'command' && column.form !== 'entries';
    const { id, title } = column;
    const value = (row: number): string => store.text(place, row).replaceAll('\n', '; ');
    return isText ? [{ id, title, value }] : [];
  });
  return toCsv(columns, rows);
}

/** One thing that was approved. */
interface Approved {
  readonly row: number;
  readonly principal: string;
  readonly rights: string;
  readonly reason: string;
}

/** One line for each entry of the rows, with the columns that `grant --csv` reads. @param grants place of their column */
export function approvedAsCsv(store: Store, rows: readonly number[], grants: number): string {
  const cell = (id: string) => {
    const place = store.column(id);
    return ({ row }: Approved): string => store.text(place, row);
  };
  const columns: readonly Column<Approved>[] = [
    { id: 'name', title: 'Name', value: cell('name') },
    { id: 'principal', title: 'Principal', value: ({ principal }) => principal },
    { id: 'rights', title: 'Rights', value: ({ rights }) => rights },
    { id: 'approve', title: 'Approve', value: () => 'yes' },
    { id: 'reason', title: 'Reason', value: ({ reason }) => reason },
    { id: 'zone', title: 'Zone', value: cell('zone') },
    { id: 'dn', title: 'DN', value: cell('dn') },
  ];
  const approved = rows.flatMap((row) =>
    store.lines(grants, row).map((line) => {
      const [principal = '', rights = '', reason = ''] = line.split(FIELD_SEPARATOR);
      return { row, principal, rights, reason };
    }),
  );
  return toCsv(columns, approved);
}

/** Has the browser save a file. */
export function saveFile(name: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: 'text/csv;charset=utf-8' }));
  const link = element('a', { href: address, download: name });
  link.click();
  URL.revokeObjectURL(address);
}

/** With the mark that makes Excel take it for UTF-8. */
function toCsv<T>(columns: readonly Column<T>[], rows: readonly T[]): string {
  return csvHeader(columns, { bom: true }) + rows.map((row) => csvRow(columns, row)).join('');
}
