/**
 * How many more places an owner may take that holds `held` while `free` are left: it never comes to hold more than it
 * leaves free, and half of what is free is kept for whoever comes next. An owner alone comes to hold half of all.
 */
export function roomOf(free: number, held: number): number {
  // The last place is given away to one who has none: else it would be of no use.
  if (held === 0) return Math.min(free, Math.max(1, Math.floor(free / 2)));
  return Math.max(0, Math.floor((free - held) / 2));
}
