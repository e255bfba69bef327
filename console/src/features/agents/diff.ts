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
  if (old.length * now.length > mostCells)
    return [
      ...old.map((text) => ({ is: 'removed' as const, text })),
      ...now.map((text) => ({ is: 'added' as const, text })),
    ];
  const width = now.length + 1;
  const lengths = new Uint32Array((old.length + 1) * width);
  const at = (row: number, column: number): number => lengths[row * width + column] ?? 0;
  for (let row = old.length - 1; row >= 0; row -= 1)
    for (let column = now.length - 1; column >= 0; column -= 1)
      lengths[row * width + column] =
        old[row] === now[column]
          ? at(row + 1, column + 1) + 1
          : Math.max(at(row + 1, column), at(row, column + 1));
  const lines: DiffLine[] = [];
  let row = 0;
  let column = 0;
  while (row < old.length || column < now.length) {
    const removed = old[row];
    const added = now[column];
    if (removed !== undefined && removed === added) {
      lines.push({ is: 'same', text: removed });
      row += 1;
      column += 1;
    } else if (removed !== undefined && (added === undefined || at(row + 1, column) >= at(row, column + 1))) {
      lines.push({ is: 'removed', text: removed });
      row += 1;
    } else {
      lines.push({ is: 'added', text: added ?? '' });
      column += 1;
    }
  }
  return lines;
}
