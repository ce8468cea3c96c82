/**
 * The names of an answer as one HTML page. What is kept of each name until all were read is its row as JSON, not the
 * name: a page is written in order, and a zone can have a million names.
 */

import { createRowEncoder } from '../../report/page-data.ts';
import { type Page, renderEncodedPage } from '../../report/page-html.ts';
import type { PageCell, PageModel } from '../../report/page-model.ts';
import { byZoneThenName } from '../names.ts';
import type { Answer } from './answer.ts';
import { createShelf, type Shelf } from './shelf.ts';

interface Named {
  readonly zone: string;
  readonly fqdn: string;
  readonly dn: string;
}

/** Rows of a page as they come. */
export interface PageList<T extends Named> {
  add(page: readonly T[]): Promise<void>;
  /** The text of the page with the names in order, piece by piece; `page` is what stands around them. */
  texts(page: Page): Promise<Iterable<string>>;
}

/**
 * @param cellsOf the cells of a name in the order of the model's columns
 * @param shelf where rows wait until all were read
 */
export function createPageList<T extends Named>(
  answer: Pick<Answer, 'stages'>,
  model: PageModel,
  cellsOf: (name: T) => readonly PageCell[],
  shelf: Shelf = createShelf(),
): PageList<T> {
  const encoder = createRowEncoder(model.columns);
  const kept: (Named & { readonly row: number })[] = [];
  return {
    add: (page) =>
      answer.stages.during('writing', async () => {
        for (const name of page) {
          const { zone, fqdn, dn } = name;
          kept.push({ zone, fqdn, dn, row: shelf.put(encoder.row(cellsOf(name))) });
        }
      }),
    texts: async (page) => {
      const { loadPageScript } = await import('../page-script.ts');
      const rows = shelf.texts(kept.sort(byZoneThenName).map(({ row }) => row));
      return renderEncodedPage(page, rows, encoder, await loadPageScript());
    },
  };
}
