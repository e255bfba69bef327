/** Where something stands in an answer. */
export type Path = readonly (string | number)[];

/** Whether `long` is at `short` or below it. Positions in lists that one of them leaves out fit any: a denied field is named once, not per item. */
export function isAtOrBelow(long: Path, short: Path): boolean {
  let at = 0;
  for (const key of short) {
    if (typeof key === 'number' && typeof long[at] !== 'number') continue;
    while (typeof key === 'string' && typeof long[at] === 'number') at++;
    if (long[at] !== key) return false;
    at++;
  }
  return true;
}
