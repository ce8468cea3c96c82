/**
 * How many terminal cells a text takes, and how it is cut to fit: East Asian wide characters take two, combining
 * marks none. The table library knows these widths, but it measures every cell about ten times (0.1 ms for a row
 * of six) and can cut a surrogate pair in half; so it is asked once for each distinct character that is not plain
 * ASCII, and the adding up and cutting is done here, by grapheme.
 */

import Table from 'cli-table3';

const PLAIN_ASCII = /^[ -~]*$/;
const ELLIPSIS = '…';

/** Widths found so far, by grapheme. */
const measured = new Map<string, number>();
/** Made when it is first needed: that takes longer than loading all of the report, and most names are ASCII. */
let segmenter: Intl.Segmenter | null = null;

/** The width of `text` in terminal cells. The text is safe for a terminal: one line, no escape sequences. */
export function cellWidth(text: string): number {
  if (PLAIN_ASCII.test(text)) return text.length;
  let width = 0;
  for (const { segment } of graphemesOf(text)) width += graphemeWidth(segment);
  return width;
}

/**
 * `text` in at most `width` cells (one or more), with `…` at the end when something was cut.
 *
 * @returns what is left of the text, and its own width: one cell short when half a wide character did not fit
 */
export function fitToWidth(text: string, width: number): { readonly text: string; readonly width: number } {
  const whole = cellWidth(text);
  if (whole <= width) return { text, width: whole };
  if (PLAIN_ASCII.test(text)) return { text: text.slice(0, width - 1) + ELLIPSIS, width };
  let used = 0;
  let end = 0;
  for (const { segment, index } of graphemesOf(text)) {
    const more = graphemeWidth(segment);
    if (used + more > width - 1) break;
    used += more;
    end = index + segment.length;
  }
  return { text: text.slice(0, end) + ELLIPSIS, width: used + 1 };
}

function graphemesOf(text: string): Intl.Segments {
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  return segmenter.segment(text);
}

function graphemeWidth(grapheme: string): number {
  const known = measured.get(grapheme);
  if (known !== undefined) return known;
  const width = measure(grapheme);
  measured.set(grapheme, width);
  return width;
}

/** Asks the library how wide it makes a column; next to a letter, because it makes no column narrower than one. */
function measure(grapheme: string): number {
  const table = new Table({
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  table.push([`a${grapheme}`]);
  table.toString();
  return (table.options.colWidths[0] ?? 2) - 1;
}
