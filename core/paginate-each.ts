import { Prisma } from '../prisma/_generated/client.ts';
import { AppError } from '../kernel/errors.ts';
import { connectionOf, windowOf } from './pagination.ts';
import type { Connection, Listing, Window } from './pagination.ts';

/** Windows that one statement reads: all walk the same way and take as many rows. */
export interface Windows<Wanted> {
  readonly each: readonly { readonly wanted: Wanted; readonly window: Window }[];
  readonly isBackward: boolean;
  /** Rows of each. */
  readonly take: number;
}

/** A row, and which of the windows it stands in, from 1. */
export type Placed<Row> = Row & { readonly n: number };

interface Walk<Wanted, Row> extends Windows<Wanted> {
  readonly each: {
    readonly wanted: Wanted;
    readonly window: Window;
    readonly listing: Listing<Row>;
    readonly index: number;
  }[];
}

/**
 * A page of each of many listings: `fetch` reads all that walk the same way at once, in the order of the walk. What
 * is wrong with the arguments of one is the answer to that one alone.
 */
export async function paginateEach<Wanted, Row>(
  wanted: readonly Wanted[],
  listingOf: (one: Wanted) => Listing<Row>,
  fetch: (windows: Windows<Wanted>) => Promise<readonly Placed<Row>[]>,
): Promise<readonly (Connection<Row> | AppError)[]> {
  const pages: (Connection<Row> | AppError)[] = [];
  const walks = new Map<string, Walk<Wanted, Row>>();
  for (const [index, one] of wanted.entries()) {
    const listing = listingOf(one);
    const window = windowOrFault(listing);
    if (window instanceof AppError) {
      pages[index] = window;
      continue;
    }
    const { take, isBackward } = window;
    const key = `${String(take)} ${String(isBackward)}`;
    const walk = walks.get(key) ?? { each: [], take, isBackward };
    walk.each.push({ wanted: one, window, listing, index });
    walks.set(key, walk);
  }
  for (const walk of walks.values()) {
    const rows = Map.groupBy(await fetch(walk), ({ n }) => n);
    for (const [at, { listing, window, index }] of walk.each.entries()) {
      pages[index] = connectionOf(listing, window, rows.get(at + 1) ?? []);
    }
  }
  return pages;
}

function windowOrFault<Row>(listing: Listing<Row>): Window | AppError {
  try {
    return windowOf(listing);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}

/** `asc` or `desc`: the order of a listing, or its reverse for a walk from the end. */
export function walkOrder(order: 'asc' | 'desc', isBackward: boolean): Prisma.Sql {
  return (order === 'asc') === isBackward ? Prisma.sql`desc` : Prisma.sql`asc`;
}

/** Both ends of a window over one column, the smaller first, as text; `least` and `most` where it is open. */
export function rangeOf(
  { after, before }: Window,
  order: 'asc' | 'desc',
  [at, least, most]: readonly [at: number, least: string, most: string],
): readonly [low: string, high: string] {
  const [low, high] = order === 'asc' ? [after, before] : [before, after];
  return [low?.[at] ?? least, high?.[at] ?? most];
}

/** Whole rows in the order of their places. */
export function placeRows<Row extends { readonly id: string }>(
  places: readonly Placed<{ readonly id: string }>[],
  rows: readonly Row[],
): readonly Placed<Row>[] {
  const byId = new Map(rows.map((row) => [row.id, row]));
  return places.flatMap(({ n, id }) => {
    const row = byId.get(id);
    return row === undefined ? [] : [{ ...row, n }];
  });
}
