/** One small model that every format is rendered from: usual rows, gaps, wide characters and hostile names. */

import type { Column } from '../../src/report/columns.ts';

export interface SampleRow {
  readonly name: string;
  readonly owner: string | null;
  readonly ttlSeconds: number | null;
  readonly dynamic: boolean;
  readonly verdict: 'ready' | 'blocked' | 'static' | 'unknown';
  readonly reason: string;
}

const ROLES = { ready: 'good', blocked: 'bad', static: 'dim', unknown: 'warn' } as const;

export const sampleColumns: readonly Column<SampleRow>[] = [
  { id: 'name', title: 'Name', value: (row) => row.name },
  { id: 'owner', title: 'Owner', value: (row) => row.owner },
  { id: 'ttlSeconds', title: 'TTL', value: (row) => row.ttlSeconds, align: 'right' },
  { id: 'dynamic', title: 'Dynamic', value: (row) => row.dynamic },
  { id: 'verdict', title: 'Verdict', value: (row) => row.verdict, paint: (row) => ROLES[row.verdict] },
  { id: 'reason', title: 'Reason', value: (row) => row.reason },
];

const LONG =
  'the owner is SYSTEM, and no entry of the DACL lets the computer account CORP\\PC2$ write the name';

export const sampleRows: readonly SampleRow[] = [
  row('pc1', 'CORP\\PC1$', 1200, 'ready', ''),
  row('pc2', 'NT AUTHORITY\\SYSTEM', 1200, 'blocked', LONG),
  row('サーバー', 'CORP\\サーバー$', 86400, 'static', 'no dynamic record'),
  row('gone', null, null, 'unknown', 'the descriptor could not be read'),
  row(
    '\u001b[2J\u202etxt.exe',
    '=HYPERLINK("http://evil.example","x")',
    -1,
    'blocked',
    'a|b "c"\r\n<b>d</b>',
  ),
  row('@', '+1;2,3', 0, 'ready', ' spaces '),
];

function row(
  name: string,
  owner: string | null,
  ttlSeconds: number | null,
  verdict: SampleRow['verdict'],
  reason: string,
): SampleRow {
  return { name, owner, ttlSeconds, dynamic: verdict !== 'static', verdict, reason };
}
