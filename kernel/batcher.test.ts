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

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a batcher', () => {
  it('cuts a flush where its weight would be too much, and sends what is too heavy alone', async () => {
    const batches: (readonly number[])[] = [];
    const batcher = createBatcher<number, number>({
      maxItems: 100,
      weigh: (item) => item,
      maxWeight: 10,
      flush: (items) => {
        batches.push(items);
        return Promise.resolve(items);
      },
    });
    await Promise.all([4, 5, 3, 30, 1, 9].map((item) => batcher.add(item)));
    expect(batches).toEqual([[4, 5], [3], [30], [1, 9]]);
  });

  it('joins all items of one turn into one flush', async () => {
    const batches: (readonly number[])[] = [];
    const batcher = createBatcher<number, number>({
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
    const batcher = createBatcher({ flush, maxItems: 100 });
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
    const batcher = createBatcher({ flush, maxItems: 2, parallel: 2 });
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

  it('rejects only the member whose result is an error', async () => {
    const refusal = new AppError('CONFLICT', 'not this one');
    const batcher = createBatcher<number, number>({
      maxItems: 10,
      flush: (items) => Promise.resolve(items.map((item) => (item === 2 ? refusal : item))),
    });
    expect(await Promise.allSettled([1, 2, 3].map((item) => batcher.add(item)))).toEqual([
      { status: 'fulfilled', value: 1 },
      { status: 'rejected', reason: refusal },
      { status: 'fulfilled', value: 3 },
    ]);
  });

  it('rejects all members when the flush fails, and goes on with the next', async () => {
    let isDown = true;
    const batcher = createBatcher<number, number>({
      maxItems: 10,
      flush: (items) => (isDown ? Promise.reject(new Error('down')) : Promise.resolve(items)),
    });
    const lost = await Promise.allSettled([batcher.add(1), batcher.add(2)]);
    expect(lost.map((result) => result.status)).toEqual(['rejected', 'rejected']);
    isDown = false;
    expect(await batcher.add(3)).toBe(3);
  });

  it('rejects all members when results are missing', async () => {
    const batcher = createBatcher<number, number>({
      maxItems: 10,
      flush: () => Promise.resolve([]),
    });
    await expect(batcher.add(1)).rejects.toThrow('a flush of 1 items gave 0 results');
  });

  it('drains what was added before, failures included', async () => {
    const { flights, flush } = heldFlush();
    const batcher = createBatcher({ flush, maxItems: 1 });
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
