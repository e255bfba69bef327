import { describe, expect, it } from 'vitest';
import { createBatcher } from './batcher.ts';
import { AppError } from './errors.ts';

/** A flush that ends when told to, and remembers what it was given. */
function heldFlush() {
  const flights: { items: readonly number[]; finish: () => void }[] = [];
  const flush = (items: readonly number[]): Promise<readonly number[]> =>
    new Promise((resolve) => {
      flights.push({
        items,
        finish: () => {
          resolve(items.map((item) => item * 10));
        },
      });
    });
  return { flights, flush };
}

const databaseFault = (code: string): Error =>
  Object.assign(new Error(`database says ${code}`), { code });

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a batcher', () => {
  it('joins all items of one turn into one flush', async () => {
    const batches: (readonly number[])[] = [];
    const batcher = createBatcher<number, number>({
      ownerOf: String,
      maxItems: 100,
      flush: (items) => {
        batches.push(items);
        return Promise.resolve(items.map((item) => item * 10));
      },
    });
    expect(await Promise.all([1, 2, 3].map((item) => batcher.add(item)))).toEqual([10, 20, 30]);
    expect(batches).toEqual([[1, 2, 3]]);
  });

  it('gathers the next flush while one is in flight', async () => {
    const { flights, flush } = heldFlush();
    const batcher = createBatcher({ flush, ownerOf: String, maxItems: 100 });
    const first = batcher.add(1);
    await turn();
    const later = [batcher.add(2), batcher.add(3)];
    await turn();
    expect(flights.map((flight) => flight.items)).toEqual([[1]]);
    flights[0]?.finish();
    await first;
    await turn();
    expect(flights.map((flight) => flight.items)).toEqual([[1], [2, 3]]);
    flights[1]?.finish();
    expect(await Promise.all(later)).toEqual([20, 30]);
  });

  it('has no more flushes in flight than allowed, nor more items in one', async () => {
    const { flights, flush } = heldFlush();
    const batcher = createBatcher({ flush, ownerOf: String, maxItems: 2, parallel: 2 });
    const all = [1, 2, 3, 4, 5].map((item) => batcher.add(item));
    await turn();
    expect(flights.map((flight) => flight.items)).toEqual([
      [1, 2],
      [3, 4],
    ]);
    flights[1]?.finish();
    await turn();
    expect(flights.map((flight) => flight.items)).toEqual([[1, 2], [3, 4], [5]]);
    for (const flight of flights) flight.finish();
    expect(await Promise.all(all)).toEqual([10, 20, 30, 40, 50]);
  });

  it('flies beside another for a crowd at once, for fewer only when the other takes its time', async () => {
    const { flights, flush } = heldFlush();
    const batcher = createBatcher({ flush, ownerOf: String, maxItems: 9, parallel: 2, crowd: 3 });
    const all = [batcher.add(1)];
    await turn();
    all.push(batcher.add(2), batcher.add(3));
    await turn();
    expect(flights.map((flight) => flight.items)).toEqual([[1]]);
    all.push(batcher.add(4));
    await turn();
    expect(flights.map((flight) => flight.items)).toEqual([[1], [2, 3, 4]]);
    flights[1]?.finish();
    await turn();
    all.push(batcher.add(5));
    await expect.poll(() => flights.map((flight) => flight.items)).toContainEqual([5]);
    for (const flight of flights) flight.finish();
    expect(await Promise.all(all)).toEqual([10, 20, 30, 40, 50]);
  });

  it('rejects only the member whose result is an error', async () => {
    const refusal = new AppError('CONFLICT', 'not this one');
    const batcher = createBatcher<number, number>({
      ownerOf: String,
      maxItems: 10,
      flush: (items) => Promise.resolve(items.map((item) => (item === 2 ? refusal : item))),
    });
    expect(await Promise.allSettled([1, 2, 3].map((item) => batcher.add(item)))).toEqual([
      { status: 'fulfilled', value: 1 },
      { status: 'rejected', reason: refusal },
      { status: 'fulfilled', value: 3 },
    ]);
  });

  it('rejects all members when the database is away, and goes on with the next', async () => {
    const sizes: number[] = [];
    let isDown = true;
    const batcher = createBatcher<number, number>({
      ownerOf: String,
      maxItems: 10,
      flush: (items) => {
        sizes.push(items.length);
        return isDown ? Promise.reject(databaseFault('57P01')) : Promise.resolve(items);
      },
    });
    const lost = await Promise.allSettled([batcher.add(1), batcher.add(2)]);
    expect(lost).toMatchObject([
      { reason: { code: 'UNAVAILABLE' } },
      { reason: { code: 'UNAVAILABLE' } },
    ]);
    isDown = false;
    expect(await batcher.add(3)).toBe(3);
    expect(sizes).toEqual([2, 1]);
  });

  it('tries no member apart for a statement that is wrong in itself', async () => {
    let flights = 0;
    const batcher = createBatcher<number, number>({
      ownerOf: String,
      maxItems: 10,
      flush: () => {
        flights += 1;
        return Promise.reject(databaseFault('42P01'));
      },
    });
    const lost = await Promise.allSettled([1, 2, 3].map((item) => batcher.add(item)));
    expect(lost.every(({ status }) => status === 'rejected')).toBe(true);
    expect(flights).toBe(1);
  });

  it.each([
    ['data the database refuses', databaseFault('22P05')],
    ['a broken constraint', databaseFault('23505')],
    ['a row that a policy refuses', databaseFault('42501')],
    ['a statement that takes too long', databaseFault('57014')],
    ['a statement that is too large', databaseFault('54000')],
    ['an error of its own while it is written down', new TypeError('no text can be made of it')],
    ['a transaction that ran out of time', new AppError('UNAVAILABLE', 'took too long')],
  ])('rejects a member alone for %s', async (_, fault) => {
    const batcher = createBatcher<number, number>({
      ownerOf: String,
      maxItems: 100,
      flush: (items) =>
        items.includes(7) ? Promise.reject(fault) : Promise.resolve(items.map((item) => item * 10)),
    });
    const items = Array.from({ length: 20 }, (_unused, index) => index);
    const results = await Promise.allSettled(items.map((item) => batcher.add(item)));
    expect(
      results.map((result) => (result.status === 'fulfilled' ? result.value : 'lost')),
    ).toEqual(items.map((item) => (item === 7 ? 'lost' : item * 10)));
  });

  it('keeps an owner with bad members apart, so that no flush of others fails again', async () => {
    const failed: (readonly string[])[] = [];
    const batcher = createBatcher<string, string>({
      ownerOf: (item) => item.slice(0, 1),
      maxItems: 64,
      flush: (items) => {
        if (!items.some((item) => item.endsWith('!'))) return Promise.resolve(items);
        failed.push(items);
        return Promise.reject(databaseFault('22P05'));
      },
    });
    const round = () =>
      Promise.allSettled([
        ...Array.from({ length: 16 }, (_unused, index) => batcher.add(`b${index}!`)),
        ...Array.from({ length: 16 }, (_unused, index) => batcher.add(`a${index}`)),
      ]);
    const first = await round();
    const halvings = failed.splice(0).filter((items) => items.some((item) => item.startsWith('a')));
    const second = await round();
    const mixed = failed.filter((items) => items.some((item) => item.startsWith('a')));
    for (const results of [first, second]) {
      const states = results.map(({ status }) => status);
      expect(states).toEqual([
        ...Array.from({ length: 16 }, () => 'rejected'),
        ...Array.from({ length: 16 }, () => 'fulfilled'),
      ]);
    }
    expect(halvings.length).toBeLessThanOrEqual(6);
    expect(mixed).toEqual([]);
  });

  it('answers the others while members of an owner at fault are still under way', async () => {
    const held = Promise.withResolvers<readonly string[]>();
    const batcher = createBatcher<string, string>({
      ownerOf: (item) => item.slice(0, 1),
      maxItems: 64,
      flush: (items) => {
        if (items.includes('b!')) return Promise.reject(databaseFault('22P05'));
        return items.includes('b1') ? held.promise : Promise.resolve(items);
      },
    });
    await expect(batcher.add('b!')).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    const own = batcher.add('b1');
    const others = ['a1', 'a2', 'a3'].map((item) => batcher.add(item));
    expect(await Promise.all(others)).toEqual(['a1', 'a2', 'a3']);
    held.resolve(['b1']);
    expect(await own).toBe('b1');
  });

  it('lets a huge item travel alone while small ones pass it', async () => {
    const { flights, flush } = heldFlush();
    const batcher = createBatcher<number, number>({
      flush,
      ownerOf: String,
      maxItems: 10,
      sizeOf: (item) => item,
      maxBytes: 100,
    });
    const results = [500, 40, 50, 60].map((item) => batcher.add(item));
    await turn();
    expect(flights.map(({ items }) => items)).toEqual([[40, 50], [500]]);
    flights[0]?.finish();
    await turn();
    expect(flights.map(({ items }) => items)).toEqual([[40, 50], [500], [60]]);
    for (const flight of flights) flight.finish();
    expect(await Promise.all(results)).toEqual([5_000, 400, 500, 600]);
  });

  it('lets what is too large to be shared travel apart, though it would fit into one flush', async () => {
    const { flights, flush } = heldFlush();
    const batcher = createBatcher<number, number>({
      flush,
      ownerOf: String,
      maxItems: 10,
      sizeOf: (item) => item,
      maxBytes: 100,
      maxBytesShared: 30,
    });
    const results = [40, 20, 10].map((item) => batcher.add(item));
    await turn();
    expect(flights.map(({ items }) => items)).toEqual([[20, 10], [40]]);
    for (const flight of flights) flight.finish();
    expect(await Promise.all(results)).toEqual([400, 200, 100]);
  });

  it('rejects an item whose size cannot be told and keeps the others', async () => {
    const batcher = createBatcher<number, number>({
      ownerOf: String,
      maxItems: 10,
      sizeOf: (item) => {
        if (item === 2) throw new TypeError('no size');
        return 1;
      },
      flush: (items) => Promise.resolve(items),
    });
    const results = await Promise.allSettled([1, 2, 3].map((item) => batcher.add(item)));
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('rejects all members when results are missing', async () => {
    const batcher = createBatcher<number, number>({
      ownerOf: String,
      maxItems: 10,
      flush: () => Promise.resolve([]),
    });
    await expect(batcher.add(1)).rejects.toThrow('a flush of 1 items gave 0 results');
  });

  it('drains what was added before, failures included', async () => {
    const { flights, flush } = heldFlush();
    const batcher = createBatcher({ flush, ownerOf: String, maxItems: 1 });
    await batcher.drain();
    const results = [batcher.add(1), batcher.add(2)];
    let isDrained = false;
    const drained = batcher.drain().then(() => (isDrained = true));
    await turn();
    flights[0]?.finish();
    await turn();
    expect(isDrained).toBe(false);
    flights[1]?.finish();
    await drained;
    expect(await Promise.all(results)).toEqual([10, 20]);
  });
});
