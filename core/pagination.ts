import { createHash } from 'node:crypto';

import { z } from 'zod';

import { AppError } from '../kernel/errors.ts';
import { parseJson } from '../kernel/json.ts';

const maxPageSize = 100;
const defaultPageSize = 20;

/** Arguments of a Relay connection as they come from a client. */
export interface PageArguments {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
  readonly last?: number | null | undefined;
  readonly before?: string | null | undefined;
}

/** The values of a row by which its listing is sorted, as text. */
export type Position = readonly string[];

/** An order of a listing. */
export interface Sort<Row> {
  /** A cursor of one order is refused by another. */
  readonly name: string;
  /** Of the database; a cursor of another one is refused. @default 0, for orders that a restore does not change */
  readonly generation?: number;
  /** What a position must look like before it may reach a query. */
  readonly position: z.ZodType<Position>;
  positionOf(row: Row): Position;
}

/** Which rows a listing needs: at most `take` between the bounds, backwards from `before` if `isBackward`. */
export interface Window {
  readonly after: Position | undefined;
  readonly before: Position | undefined;
  readonly isBackward: boolean;
  readonly take: number;
}

export interface Connection<Node> {
  readonly edges: readonly { readonly cursor: string; readonly node: Node }[];
  readonly nodes: readonly Node[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
}

/** What is asked for of one listing. */
export interface Listing<Row> {
  readonly page: PageArguments;
  readonly sort: Sort<Row>;
  readonly tenantId: string;
}

/** One page by the Relay specification; `fetch` gives the window's rows in the order of the walk. */
export async function paginate<Row>(
  listing: Listing<Row>,
  fetch: (window: Window) => Promise<readonly Row[]>,
): Promise<Connection<Row>> {
  const window = windowOf(listing);
  return connectionOf(listing, window, await fetch(window));
}

/** The page that the rows of a window make. */
export function connectionOf<Row>(
  { sort, tenantId }: Pick<Listing<Row>, 'sort' | 'tenantId'>,
  window: Window,
  found: readonly Row[],
): Connection<Row> {
  const hasMore = found.length === window.take;
  const walked = hasMore ? found.slice(0, -1) : found;
  const nodes = window.isBackward ? walked.toReversed() : walked;
  const edges = nodes.map((node) => ({
    cursor: encodeCursor(sort, tenantId, sort.positionOf(node)),
    node,
  }));
  return {
    edges,
    nodes,
    pageInfo: {
      hasNextPage: window.isBackward ? window.before !== undefined : hasMore,
      hasPreviousPage: window.isBackward ? hasMore : window.after !== undefined,
      startCursor: edges.at(0)?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}

/** Reads the arguments; asks for one row more than the page, which tells whether there are more. */
export function windowOf<Row>({ page, sort, tenantId }: Listing<Row>): Window {
  if (typeof page.first === 'number' && typeof page.last === 'number') {
    throw new AppError('BAD_USER_INPUT', 'give first or last, not both', { path: 'last' });
  }
  const isBackward = typeof page.last === 'number';
  const bound = (path: 'after' | 'before') => {
    const cursor = page[path];
    return typeof cursor === 'string' ? decodeCursor({ sort, tenantId, path }, cursor) : undefined;
  };
  return {
    after: bound('after'),
    before: bound('before'),
    isBackward,
    take: 1 + (isBackward ? sizeOf(page.last, 'last') : sizeOf(page.first, 'first')),
  };
}

/**
 * An opaque position. It is no capability, as row-level security decides what can be read; the
 * digest refuses one that was made for another tenant or order, or put together by hand.
 */
export function encodeCursor(
  { name, generation = 0 }: Pick<Sort<never>, 'name' | 'generation'>,
  tenantId: string,
  position: Position,
): string {
  const body = JSON.stringify(generation === 0 ? position : [...position, generation]);
  return Buffer.from(`${digestOf(name, tenantId, body)}${body}`).toString('base64url');
}

interface CursorPlace {
  readonly sort: Pick<Sort<never>, 'name' | 'generation' | 'position'>;
  readonly tenantId: string;
  /** Name of the argument, for the error. */
  readonly path: string;
}

/** The position in a cursor; BAD_USER_INPUT with the argument's path when it was not made for this place. */
export function decodeCursor({ sort, tenantId, path }: CursorPlace, cursor: string): Position {
  const text = Buffer.from(cursor, 'base64url').toString();
  const body = text.slice(digestLength);
  const isGenuine = text.slice(0, digestLength) === digestOf(sort.name, tenantId, body);
  const told = isGenuine ? withGeneration(parsed(body)) : undefined;
  if (told !== undefined && told.generation !== (sort.generation ?? 0)) throw ofBefore(path);
  const position = sort.position.safeParse(told?.values);
  if (!position.success) {
    throw new AppError('BAD_USER_INPUT', `${path} is not a cursor of this list`, { path });
  }
  return position.data;
}

/** What a place is worth after a restore: what was read behind it may never have been. */
export function ofBefore(path: string): AppError {
  const reason = `${path} is a cursor of before the database was restored: begin anew without it`;
  return new AppError('BAD_USER_INPUT', reason, { path });
}

/** The order of rows by their time-ordered id. */
export function idSort<Row extends { readonly id: string }>(name: string): Sort<Row> {
  return { name, position: z.tuple([z.uuid()]), positionOf: (row) => [row.id] };
}

/** A window over a unique text column as Prisma takes it, e.g. `findMany({ ...columnWindow(window, 'id', 'desc') })`. */
export function columnWindow<Column extends string>(
  window: Window,
  column: Column,
  order: 'asc' | 'desc',
) {
  const [lower, upper] =
    order === 'asc' ? [window.after, window.before] : [window.before, window.after];
  const range = {
    ...(lower?.[0] === undefined ? {} : { gt: lower[0] }),
    ...(upper?.[0] === undefined ? {} : { lt: upper[0] }),
  };
  const direction: 'asc' | 'desc' = (order === 'asc') === window.isBackward ? 'desc' : 'asc';
  return {
    where: keyed(column, range),
    orderBy: keyed(column, direction),
    take: window.take,
  };
}

const digestLength = 16;

function digestOf(...parts: readonly string[]): string {
  return createHash('sha256')
    .update(JSON.stringify(parts))
    .digest('base64url')
    .slice(0, digestLength);
}

/** The last value, if it is a number: those of positions are texts. */
function withGeneration(body: unknown): { readonly values: unknown; readonly generation: number } {
  if (!Array.isArray(body)) return { values: body, generation: 0 };
  const values: readonly unknown[] = body;
  const last = values.at(-1);
  return typeof last === 'number'
    ? { values: values.slice(0, -1), generation: last }
    : { values, generation: 0 };
}

function parsed(body: string): unknown {
  try {
    return parseJson(body);
  } catch {
    return undefined;
  }
}

function sizeOf(size: number | null | undefined, path: 'first' | 'last'): number {
  if (typeof size !== 'number') return defaultPageSize;
  if (Number.isInteger(size) && size >= 1 && size <= maxPageSize) return size;
  throw new AppError('BAD_USER_INPUT', `${path} must be from 1 to ${String(maxPageSize)}`, {
    path,
  });
}

// The computed key is the one property, which TypeScript widens to an index signature.
function keyed<Key extends string, Value>(key: Key, value: Value): Record<Key, Value> {
  return { [key]: value } as Record<Key, Value>;
}
