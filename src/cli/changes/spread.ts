/** An evenly spread sample of a stream whose length nobody knows beforehand. */

/** Takes items as they come by. */
export interface Spread<T> {
  add(item: T): void;
  /** How many came by. */
  readonly seen: number;
  /** At most so many as were wanted, in their order, the first among them. */
  items(): readonly T[];
}

/**
 * Keeps every item at first; each time there are twice as many as wanted, every other one goes, and from then on only
 * every second, fourth, … is taken. Unlike a random sample it is the same in every run.
 *
 * @param size how many are wanted, at least 1
 */
export function createSpread<T>(size: number): Spread<T> {
  let kept: T[] = [];
  let step = 1;
  let seen = 0;
  return {
    get seen() {
      return seen;
    },
    add: (item) => {
      if (seen % step === 0) kept.push(item);
      seen += 1;
      if (kept.length <= 2 * size) return;
      kept = kept.filter((_, index) => index % 2 === 0);
      step *= 2;
    },
    items: () => {
      if (kept.length <= size) return kept;
      return Array.from({ length: size }, (_, index) => kept[Math.floor((index * kept.length) / size)] as T);
    },
  };
}
