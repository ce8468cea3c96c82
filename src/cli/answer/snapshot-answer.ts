/** Shows what a snapshot holds, in the format asked for. */

import { createSnapshotSource } from '../../directory/snapshot/snapshot-source.ts';
import { type SnapshotSurvey, surveySnapshot } from '../../directory/snapshot/snapshot-survey.ts';
import { UsageError } from '../../errors.ts';
import { counted } from '../../formats/counted.ts';
import { dnKey } from '../../formats/dn.ts';
import { readZones } from '../../records/read.ts';
import type { DirectoryInfo } from '../../records/source.ts';
import { renderCsv } from '../../report/csv.ts';
import { jsonDocument, ndjsonLine } from '../../report/json.ts';
import { markdownList, renderMarkdownTable } from '../../report/markdown.ts';
import { safeForMarkdown, safeForTerminal } from '../../report/safe-text.ts';
import {
  SAVED_ZONE_COLUMNS,
  type SavedZone,
  type SnapshotFacts,
  savedZoneValue,
  snapshotLines,
} from '../../report/snapshot-rows.ts';
import { renderTable } from '../../report/table.ts';
import { TICKET_FORMATS } from '../options.ts';
import type { Answer } from './answer.ts';

/**
 * Reads the file and writes what is in it.
 *
 * @throws UsageError when it cannot be read, or for a form that only plans and journals have
 */
export async function writeSnapshotFacts(file: string, answer: Answer, now: Date): Promise<void> {
  if (!TICKET_FORMATS.includes(answer.format)) {
    const cure = `needs one of ${TICKET_FORMATS.join(', ')}`;
    throw new UsageError(`Cannot show a snapshot as ${answer.format}; ${cure}`, '--format');
  }
  const survey = await surveySnapshot(file);
  const source = createSnapshotSource(file);
  const info = await source.describe();
  const { values: zones, problems } = await readZones(source);
  const rows = zones.map((zone): SavedZone => ({ zone, names: namesOf(zone.dn, info, survey) }));
  const facts = factsOf(file, info, survey);
  switch (answer.format) {
    case 'csv':
      await answer.write(renderCsv(SAVED_ZONE_COLUMNS, rows, answer.csv));
      break;
    case 'json': {
      const names = zones.map(({ name }) => name);
      const head = { command: 'show', generatedAt: now, server: facts.server, zones: names, problems };
      await answer.write(jsonDocument(head, { snapshot: facts, zones: rows.map(savedZoneValue) }));
      break;
    }
    case 'ndjson':
      await answer.writeAll(rows.map((row) => ndjsonLine(savedZoneValue(row))));
      break;
    case 'markdown':
      await answer.write(markdownList(snapshotLines(facts).map(safeForMarkdown)));
      await answer.write(renderMarkdownTable(SAVED_ZONE_COLUMNS, rows));
      break;
    default:
      for (const line of snapshotLines(facts)) await answer.write(`${safeForTerminal(line)}\n`);
      if (rows.length > 0) await answer.write(`\n${renderTable(SAVED_ZONE_COLUMNS, rows, answer.render)}`);
  }
  answer.tellProblems(problems);
}

/** Null for a zone whose names were left out. */
function namesOf(dn: SavedZone['zone']['dn'], info: DirectoryInfo, survey: SnapshotSurvey): number | null {
  const isSaved = info.namesOf === null || info.namesOf.some((saved) => dnKey(saved) === dnKey(dn));
  return isSaved ? (survey.namesBelow.get(dnKey(dn)) ?? 0) : null;
}

function factsOf(file: string, info: DirectoryInfo, survey: SnapshotSurvey): SnapshotFacts {
  const { marks, counts } = survey;
  return {
    file,
    tool: marks.tool,
    server: marks.server,
    domain: info.domain?.dnsName ?? null,
    takenAt: info.takenAt,
    anonymized: marks.anonymized,
    complete: info.domain?.answered === true,
    accounts: counts.account,
    dhcpServers: counts.dhcp,
    missing: missingParts(survey),
  };
}

function missingParts({ marks, counts, unreadable }: SnapshotSurvey): readonly string[] {
  const absent: readonly (readonly [boolean, string])[] = [
    [counts.root === 0, 'the rootDSE: the domain at hand is guessed'],
    [counts.domain === 0, 'the domain object: SIDs of the domain cannot be told from others'],
    [counts.crossref === 0, 'the crossRefs: partitions without zones are not known'],
    [counts.account === 0, 'accounts: no name can be judged'],
    [counts.node === 0, 'names'],
    [unreadable > 0, `${counted(unreadable, 'entry', 'entries')} that cannot be read`],
  ];
  return [...absent.flatMap(([isAbsent, what]) => (isAbsent ? [what] : [])), ...marks.notSaved];
}
