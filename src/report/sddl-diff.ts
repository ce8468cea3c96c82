/** Two descriptors in SDDL against each other, entry by entry, as `diff` does it with lines. */

/** One part of an SDDL text: what stands before the first ACE, or one ACE. */
export interface DiffLine {
  readonly mark: ' ' | '+' | '-';
  readonly text: string;
}

/** One ACE in parentheses, or whatever stands between ACEs. */
const PART = /\([^()]*\)|[^()]+/g;

/** The parts of both in order; what only `before` has is marked `-`, what only `after` has is marked `+`. */
export function diffSddl(before: string, after: string): readonly DiffLine[] {
  const [old, new_] = [partsOf(before), partsOf(after)];
  const shortest = Math.min(old.length, new_.length);
  let head = 0;
  while (head < shortest && old[head] === new_[head]) head += 1;
  let tail = 0;
  while (tail < shortest - head && old.at(-1 - tail) === new_.at(-1 - tail)) tail += 1;
  const middle = diffParts(old.slice(head, old.length - tail), new_.slice(head, new_.length - tail));
  return [...kept(old.slice(0, head)), ...middle, ...kept(old.slice(old.length - tail))];
}

function partsOf(sddl: string): readonly string[] {
  return sddl.match(PART) ?? [];
}

function kept(parts: readonly string[]): readonly DiffLine[] {
  return parts.map((text) => ({ mark: ' ', text }));
}

/** Keeps the longest common subsequence; removed parts come before added ones. */
function diffParts(old: readonly string[], new_: readonly string[]): readonly DiffLine[] {
  const common = commonLengths(old, new_);
  const lengthAt = (i: number, j: number): number => common[i]?.[j] ?? 0;
  const lines: DiffLine[] = [];
  let [i, j] = [0, 0];
  while (i < old.length || j < new_.length) {
    const [left, right] = [old[i], new_[j]];
    if (left !== undefined && left === right) {
      lines.push({ mark: ' ', text: left });
      i += 1;
      j += 1;
    } else if (left !== undefined && (right === undefined || lengthAt(i + 1, j) >= lengthAt(i, j + 1))) {
      lines.push({ mark: '-', text: left });
      i += 1;
    } else if (right !== undefined) {
      lines.push({ mark: '+', text: right });
      j += 1;
    }
  }
  return lines;
}

/** At [i][j]: how many parts the rests of both from i and j on have in common, in order. */
function commonLengths(old: readonly string[], new_: readonly string[]): readonly (readonly number[])[] {
  const lengths = Array.from({ length: old.length + 1 }, () => new Array<number>(new_.length + 1).fill(0));
  for (let i = old.length - 1; i >= 0; i -= 1) {
    const [row, below] = [lengths[i] as number[], lengths[i + 1] as number[]];
    for (let j = new_.length - 1; j >= 0; j -= 1) {
      row[j] =
        old[i] === new_[j]
          ? (below[j + 1] as number) + 1
          : Math.max(below[j] as number, row[j + 1] as number);
    }
  }
  return lengths;
}
