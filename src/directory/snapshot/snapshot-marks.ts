/**
 * What a snapshot says about itself, in comment lines `# dnsacl-MARK: value`; other readers of LDIF pass them over.
 *
 *     tool              name and version of the writer
 *     taken             when, ISO 8601 UTC
 *     server            the domain controller that was read, or the file that was copied
 *     complete-domain   SID: every account of that domain is in the file, so a SID that is not found is an orphan
 *     names-of          DN of a zone: every name of it is in the file; other zones are there without their names
 *     anonymized        yes: names, SIDs, GUIDs and addresses stand for others
 *     not-saved         a part that could not be read, and why
 *
 * A file that ldapsearch wrote has none of them, and then nothing of this is known.
 */

import type { Dn } from '../../formats/dn.ts';
import { isSidText, parseSid, type Sid } from '../../formats/sid.ts';

export type SnapshotMark =
  | 'tool'
  | 'taken'
  | 'server'
  | 'complete-domain'
  | 'names-of'
  | 'anonymized'
  | 'not-saved';

/** What the marks of one file told. */
export interface SnapshotMarks {
  readonly tool: string | null;
  readonly takenAt: Date | null;
  readonly server: string | null;
  readonly completeDomains: ReadonlySet<Sid>;
  /** The zones whose names are in the file; empty when it does not tell, and then all may be. */
  readonly namesOf: readonly Dn[];
  readonly anonymized: boolean;
  readonly notSaved: readonly string[];
}

const MARK = /^dnsacl-([a-z-]+):\s*(.*)$/;

/** One comment line. */
export function formatMark(mark: SnapshotMark, value: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a line end within a value would end the comment
  return `# dnsacl-${mark}: ${value.replace(/[\u0000-\u001f]/g, ' ')}\n`;
}

/** Gathers the marks of a file; comments that are none are passed over. */
export function createMarkCollector(): { add(comment: string): void; marks(): SnapshotMarks } {
  const found = new Map<string, string[]>();
  const all = (mark: SnapshotMark): readonly string[] => found.get(mark) ?? [];
  const first = (mark: SnapshotMark): string | null => all(mark)[0] ?? null;
  return {
    add(comment) {
      const [, mark, value] = MARK.exec(comment.trim()) ?? [];
      if (mark === undefined || value === undefined) return;
      found.set(mark, [...(found.get(mark) ?? []), value.trim()]);
    },
    marks: () => ({
      tool: first('tool'),
      takenAt: dateOf(first('taken')),
      server: first('server'),
      completeDomains: new Set(all('complete-domain').filter(isSidText).map(parseSid)),
      namesOf: all('names-of') as readonly Dn[],
      anonymized: first('anonymized') === 'yes',
      notSaved: all('not-saved'),
    }),
  };
}

function dateOf(text: string | null): Date | null {
  const time = text === null ? Number.NaN : Date.parse(text);
  return Number.isNaN(time) ? null : new Date(time);
}
