/**
 * Lists of leases from PowerShell: `Get-DhcpServerv4Lease | Export-Csv` and `Get-DhcpServerv6Lease | Export-Csv`.
 *
 * | column          | holds                                                     | needed |
 * | --------------- | --------------------------------------------------------- | ------ |
 * | IPAddress       | the address                                               | yes    |
 * | HostName        | fully qualified or a single label, may be empty           | yes    |
 * | AddressState    | see lease.ts; DHCPv6 has none                             | no     |
 * | LeaseExpiryTime | in the date format of whoever exported it                 | no     |
 * | PSComputerName  | the server, when it was asked from another computer       | no     |
 * | ServerIP        | the server                                                | no     |
 *
 * All other columns are ignored.
 */

import { FormatError, type Problem } from '../errors.ts';
import { type CsvRow, readCsv } from '../formats/csv.ts';
import { type InputFile, unusableFile } from '../formats/text-file.ts';
import { type Lease, readLease } from './lease.ts';

/** Where each column stands; -1 for one that is not there. */
interface LeaseColumns {
  readonly count: number;
  readonly address: number;
  readonly hostName: number;
  readonly state: number;
  readonly expiresAt: number;
  readonly computer: number;
  readonly serverAddress: number;
}

/**
 * Reads a CSV list of leases; a bad row is a problem `bad-lease` at `file:line`.
 *
 * @throws UsageError when the file is no such list
 */
export function parseLeasesCsv(
  bytes: Uint8Array,
  file: InputFile,
): { readonly values: readonly Lease[]; readonly problems: readonly Problem[] } {
  const csv = readCsv(bytes, file);
  const columns = findColumns(csv.header, file);
  const values: Lease[] = [];
  const faults: { line: number; message: string }[] = [...csv.faults];
  for (const row of csv.rows) {
    if (row.fields.every((field) => field.trim() === '')) continue;
    try {
      values.push(readRow(row, columns));
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      faults.push({ line: row.line, message: error.message });
    }
  }
  const problems = faults
    .sort((a, b) => a.line - b.line)
    .map(
      ({ line, message }): Problem => ({
        severity: 'error',
        code: 'bad-lease',
        where: `${file.name}:${line}`,
        message,
      }),
    );
  return { values, problems };
}

function findColumns(header: readonly string[], file: InputFile): LeaseColumns {
  const names = header.map((name) => name.trim().toLowerCase());
  const columns = {
    count: header.length,
    address: names.indexOf('ipaddress'),
    hostName: names.indexOf('hostname'),
    state: names.indexOf('addressstate'),
    expiresAt: names.indexOf('leaseexpirytime'),
    computer: names.indexOf('pscomputername'),
    serverAddress: names.indexOf('serverip'),
  };
  if (columns.address >= 0 && columns.hostName >= 0) return columns;
  const found = `its columns are ${header.join(', ')}; needs IPAddress and HostName`;
  const cure = 'as Get-DhcpServerv4Lease | Export-Csv gives them, or the XML of Export-DhcpServer -Leases';
  throw unusableFile(file, 'a list of leases', `${found}, ${cure}`);
}

/** @throws FormatError when the columns of the row have shifted, or its address is none */
function readRow({ fields }: CsvRow, columns: LeaseColumns): Lease {
  const used = fields.findLastIndex((field) => field.trim() !== '') + 1;
  if (used > columns.count) {
    throw new FormatError(
      'lease',
      `Cannot read the lease: its row has ${used} fields, needs at most ${columns.count}`,
    );
  }
  const cell = (index: number): string => fields[index] ?? '';
  return readLease({
    address: cell(columns.address),
    hostName: cell(columns.hostName),
    state: cell(columns.state),
    expiresAt: cell(columns.expiresAt),
    server: cell(columns.computer).trim() === '' ? cell(columns.serverAddress) : cell(columns.computer),
  });
}
