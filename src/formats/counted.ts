/** Counts with their words. */

/** `1 name`, `2 names`. @param several the words for any count but one; by default the noun with an s */
export function counted(count: number, one: string, several = `${one}s`): string {
  return `${count} ${count === 1 ? one : several}`;
}
