/** The candidate that differs from a word in the fewest letters; undefined when none is near. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const wanted = word.toLowerCase();
  let found: string | undefined;
  let least = Math.floor(wanted.length * 0.4) + 1;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - wanted.length) > least) continue;
    const distance = distanceBetween(wanted, candidate.toLowerCase());
    if (distance >= least) continue;
    least = distance;
    found = candidate;
  }
  return found;
}

/** A hint that names what was probably meant; undefined when nothing is near. */
export function didYouMean(word: string, candidates: Iterable<string>): string | undefined {
  const near = nearest(word.slice(0, maxWord), candidates);
  return near === undefined ? undefined : `Did you mean ${JSON.stringify(near)}?`;
}

const maxWord = 100;

/** Letters to insert, remove, replace or swap with their neighbour. */
function distanceBetween(left: string, right: string): number {
  let before: readonly number[] = [];
  let above: readonly number[] = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= right.length; column += 1) {
      const isEqual = left[row - 1] === right[column - 1];
      const isSwapped =
        row > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      current[column] = Math.min(
        at(above, column) + 1,
        at(current, column - 1) + 1,
        at(above, column - 1) + (isEqual ? 0 : 1),
        isSwapped ? at(before, column - 2) + 1 : Infinity,
      );
    }
    before = above;
    above = current;
  }
  return at(above, right.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Infinity;
}
