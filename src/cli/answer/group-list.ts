/** A list of which only the groups are shown, in the format asked for. */

import { renderCsv } from '../../report/csv.ts';
import { createGrouping, type GroupRow, groupValue } from '../../report/group-rows.ts';
import { jsonDocument, ndjsonLine } from '../../report/json.ts';
import { renderMarkdownTable } from '../../report/markdown.ts';
import { sortRows } from '../../report/row-order.ts';
import { renderTable } from '../../report/table.ts';
import type { Answer } from './answer.ts';
import type { GroupView, ListDocument, RowList } from './list-view.ts';

/** Counts what is added and writes the groups at the end. @param limit how many groups are written */
export function createGroupList<T>(answer: Answer, view: GroupView<T>, limit: number): RowList<T> {
  const grouping = createGrouping(view.by);
  return {
    add: async (page) => {
      for (const row of page) grouping.add(row);
    },
    end: async (document) => {
      const groups = sortRows(view.sort, grouping.rows());
      const shown = groups.slice(0, limit);
      await answer.write(groupText(shown, answer, view, document));
      if (shown.length < groups.length)
        await answer.remark(`Showing ${shown.length} of ${groups.length} groups`);
    },
  };
}

function groupText<T>(
  groups: readonly GroupRow[],
  { format, render, csv }: Answer,
  { by, columns }: GroupView<T>,
  document: () => ListDocument,
): string {
  const values = groups.map((group) => groupValue(by, group));
  switch (format) {
    case 'csv':
      return renderCsv(columns, groups, csv);
    case 'json': {
      const { common, rest } = document();
      return jsonDocument(common, { groups: values, ...rest });
    }
    case 'ndjson':
      return values.map(ndjsonLine).join('');
    case 'markdown':
      return groups.length === 0 ? '' : renderMarkdownTable(columns, groups);
    default:
      return groups.length === 0 ? '' : `${renderTable(columns, groups, render)}\n`;
  }
}
