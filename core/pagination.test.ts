import { describe, expect, it } from 'vitest';

import { AppError } from '../kernel/errors.ts';
import { decodeCursor, encodeCursor, idSort, paginate } from './pagination.ts';
import type { PageArguments, Window } from './pagination.ts';

const tenantId = '018f0000-0000-7000-8000-00000000aaaa';
const otherTenantId = '018f0000-0000-7000-8000-00000000bbbb';
const sort = idSort('thing');
const rows = Array.from({ length: 7 }, (_, index) => ({
  id: `018f0000-0000-7000-8000-00000000000${String(index)}`,
}));

/** Lists the rows in ascending order as a database would. */
function fetchRows({ after, before, isBackward, take }: Window) {
  const [lower, upper] = [after?.[0] ?? '', before?.[0] ?? '~'];
  const within = rows.filter(({ id }) => id > lower && id < upper);
  return Promise.resolve((isBackward ? within.toReversed() : within).slice(0, take));
}

const list = (page: PageArguments) => paginate({ page, sort, tenantId }, fetchRows);

describe('paginate', () => {
  it('walks forward over every row once', async () => {
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof list>> = await list({ first: 3, after });
      seen.push(...page.nodes.map(({ id }) => id));
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
    } while (after !== null);
    expect(seen).toEqual(rows.map(({ id }) => id));
  });

  it('walks backward and keeps the order of the list in each page', async () => {
    const end = await list({ last: 3 });
    expect(end.nodes).toEqual(rows.slice(4));
    expect(end.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
    const middle = await list({ last: 3, before: end.pageInfo.startCursor });
    expect(middle.nodes).toEqual(rows.slice(1, 4));
    expect(middle.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: true });
  });

  it('says that a page which ends exactly at the last row has no next', async () => {
    const { nodes, pageInfo } = await list({ first: 7 });
    expect(nodes).toHaveLength(7);
    expect(pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: false });
  });

  it('gives an empty page null cursors', async () => {
    const { pageInfo } = await paginate({ page: {}, sort, tenantId }, () => Promise.resolve([]));
    expect(pageInfo).toEqual({
      hasNextPage: false,
      hasPreviousPage: false,
      startCursor: null,
      endCursor: null,
    });
  });

  it.each<[string, PageArguments, string]>([
    ['a page of none', { first: 0 }, 'first'],
    ['a negative page', { last: -1 }, 'last'],
    ['a page over the limit', { first: 101 }, 'first'],
    ['both directions at once', { first: 1, last: 1 }, 'last'],
    ['a cursor that is noise', { after: 'noise' }, 'after'],
    ['an empty cursor', { before: '' }, 'before'],
    [
      'a cursor of another order',
      { after: encodeCursor(idSort('other'), tenantId, ['x']) },
      'after',
    ],
    [
      'a cursor of another tenant',
      { after: encodeCursor(sort, otherTenantId, [rows[0]?.id ?? '']) },
      'after',
    ],
    ['a position that is no id', { after: encodeCursor(sort, tenantId, ["' or 1=1"]) }, 'after'],
  ])('refuses %s and names the argument', async (_, page, path) => {
    const refusal = await list(page).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(AppError);
    expect(refusal).toMatchObject({ code: 'BAD_USER_INPUT', path });
  });
});

describe('decodeCursor', () => {
  it('returns what was encoded', () => {
    const position = [rows[3]?.id ?? ''];
    const cursor = encodeCursor(sort, tenantId, position);
    expect(decodeCursor({ sort, tenantId, path: 'after' }, cursor)).toEqual(position);
  });

  it('refuses a cursor after any one character is changed', () => {
    const cursor = encodeCursor(sort, tenantId, [rows[3]?.id ?? '']);
    for (let at = 0; at < cursor.length; at += 1) {
      const forged = cursor.slice(0, at) + (cursor[at] === 'A' ? 'B' : 'A') + cursor.slice(at + 1);
      expect(() => decodeCursor({ sort, tenantId, path: 'after' }, forged)).toThrow('not a cursor');
    }
  });

  it('refuses a cursor of another generation of the database with words of its own', () => {
    const of = (generation: number) => ({ ...sort, generation });
    const position = [rows[3]?.id ?? ''];
    const made = (generation: number) => encodeCursor(of(generation), tenantId, position);
    const read = (generation: number, cursor: string) =>
      decodeCursor({ sort: of(generation), tenantId, path: 'after' }, cursor);
    expect(made(0)).toBe(encodeCursor(sort, tenantId, position));
    expect(read(7, made(7))).toEqual(position);
    for (const [now, then] of [
      [7, 0],
      [8, 7],
      [0, 7],
    ] as const)
      expect(() => read(now, made(then))).toThrow('a cursor of before the database was restored');
  });
});
