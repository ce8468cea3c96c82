/**
 * Where rows lie on a page that holds only some of them: each is ROW_PX high, and below one of them may lie what it
 * opens to. Pure arithmetic, in pixels from the top of the first row.
 */

/** Every row's height; the style sheet says the same. */
export const ROW_PX = 34;

/** The row that is open, and the height of what it opens to. */
export interface Opened {
  readonly place: number;
  readonly px: number;
}

/** The top of a row; of the place after the last one, the height of all. */
export function offsetOf(place: number, open: Opened | null): number {
  return place * ROW_PX + (open !== null && place > open.place ? open.px : 0);
}

/** The row at a height; below what a row opens to lies the next one. */
export function placeAt(px: number, open: Opened | null): number {
  if (open === null || px < (open.place + 1) * ROW_PX) return Math.floor(px / ROW_PX);
  const end = (open.place + 1) * ROW_PX + open.px;
  return px < end ? open.place : Math.floor((px - open.px) / ROW_PX);
}
