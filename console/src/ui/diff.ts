export interface DiffLine {
  readonly is: 'same' | 'added' | 'removed';
  readonly text: string;
}

// Longer texts are compared as wholes from their first to their last difference: the table would be too large.
const mostCells = 4_000_000;

/** Lines by the longest common subsequence, what was removed before what was added. */
export function diffOf(before: string, after: string): readonly DiffLine[] {
  const old = before.split('\n');
  const now = after.split('\n');
  const head = commonPrefix(old, now);
  const tail = commonPrefix(old.slice(head).reverse(), now.slice(head).reverse());
  const same = (text: string): DiffLine => ({ is: 'same', text });
  return [
    ...old.slice(0, head).map(same),
    ...middle(old.slice(head, old.length - tail), now.slice(head, now.length - tail)),
    ...old.slice(old.length - tail).map(same),
  ];
}

function commonPrefix(one: readonly string[], other: readonly string[]): number {
  const end = one.findIndex((line, at) => line !== other[at]);
  return end === -1 ? one.length : end;
}

function middle(old: readonly string[], now: readonly string[]): readonly DiffLine[] {
  const removed = (text: string): DiffLine => ({ is: 'removed', text });
  const added = (text: string): DiffLine => ({ is: 'added', text });
  if (old.length * now.length > mostCells) return [...old.map(removed), ...now.map(added)];
  const common = commonLengths(old, now);
  const lines: DiffLine[] = [];
  let row = 0;
  let column = 0;
  while (row < old.length && column < now.length) {
    const is = stepOf(old[row] === now[column], common(row + 1, column) - common(row, column + 1));
    lines.push({ is, text: (is === 'added' ? now[column] : old[row]) ?? '' });
    row += is === 'added' ? 0 : 1;
    column += is === 'removed' ? 0 : 1;
  }
  return [...lines, ...old.slice(row).map(removed), ...now.slice(column).map(added)];
}

/** `ahead`: how much more is in common when the old line goes first. */
function stepOf(isSame: boolean, ahead: number): DiffLine['is'] {
  if (isSame) return 'same';
  return ahead >= 0 ? 'removed' : 'added';
}

/** How long the longest common subsequence is of what follows a place in each. */
function commonLengths(
  old: readonly string[],
  now: readonly string[],
): (row: number, column: number) => number {
  const width = now.length + 1;
  const lengths = new Uint32Array((old.length + 1) * width);
  const at = (row: number, column: number): number => lengths[row * width + column] ?? 0;
  for (let row = old.length - 1; row >= 0; row -= 1)
    for (let column = now.length - 1; column >= 0; column -= 1)
      lengths[row * width + column] =
        old[row] === now[column]
          ? at(row + 1, column + 1) + 1
          : Math.max(at(row + 1, column), at(row, column + 1));
  return at;
}
