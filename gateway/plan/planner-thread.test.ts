import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';

import { compose } from '../testing/federated.ts';
import { startPlannerThread } from './planner-thread.ts';
import type { Planner } from './planner.ts';

const people = `
  type Query { me: Person }
  type Person @key(fields: "id") { id: ID! name: String friend: Person rival: Person }`;
const ages = `
  type Person @key(fields: "id") { id: ID! age: Int }`;
const supergraph = compose([
  { name: 'people', sdl: people },
  { name: 'ages', sdl: ages },
]);

const easy = '{ me { name age } }';
/** Doubles with every fragment: a plan takes minutes. */
const hard = [
  '{ me { ...F0 } }',
  ...Array.from({ length: 20 }, (_, n) => {
    const inner = n === 19 ? 'age' : `...F${n + 1}`;
    return `fragment F${n} on Person { friend { ${inner} } rival { ${inner} } }`;
  }),
].join(' ');

const onLost = vi.fn<(reason: unknown) => void>();
let planner: Planner;

beforeAll(async () => {
  planner = await startPlannerThread(supergraph, { planTimeoutMs: 2_000, onLost });
});
beforeEach(() => onLost.mockClear());
afterAll(() => planner[Symbol.dispose]());

it('plans one operation after the other', async () => {
  const plans = await Promise.all([planner.plan(easy), planner.plan('{ me { name } }')]);
  expect(plans.map((plan) => JSON.stringify(plan).match(/"serviceName"/g)?.length)).toEqual([2, 1]);
});

it('gives up a plan that takes too long, and makes those behind it in a new thread', async () => {
  const [slow, next] = await Promise.allSettled([planner.plan(hard), planner.plan(easy)]);
  expect(slow).toMatchObject({
    status: 'rejected',
    reason: { code: 'LIMIT_EXCEEDED', message: expect.stringContaining('2000 ms') as string },
  });
  expect(next).toMatchObject({ status: 'fulfilled' });
  expect(onLost).toHaveBeenCalledTimes(1);
}, 30_000);

it('refuses what is not an operation and stays', async () => {
  await expect(planner.plan('{ nobody }')).rejects.toThrow(/nobody/);
  await expect(planner.plan(easy)).resolves.toBeDefined();
  expect(onLost).not.toHaveBeenCalled();
});

it('makes no new thread after its end', async () => {
  const closed = await startPlannerThread(supergraph, { planTimeoutMs: 2_000, onLost });
  const underWay = closed.plan(hard);
  closed[Symbol.dispose]();
  await expect(underWay).rejects.toThrow(/ended|closed/);
  await expect(closed.plan(easy)).rejects.toThrow(/closed/);
  expect(onLost).not.toHaveBeenCalled();
});

it('says what is wrong with a supergraph', async () => {
  const options = { planTimeoutMs: 2_000, onLost };
  await expect(startPlannerThread('type Query { a: Int }', options)).rejects.toThrow(
    /The supergraph cannot be used/,
  );
});

it('waits for no thread when it is known what one would say, and plans with one when asked', async () => {
  using eager = await startPlannerThread(supergraph, { planTimeoutMs: 2_000, onLost });
  const known = { ...eager.supergraph, apiSdl: 'type Query { known: Int }' };
  using lazy = await startPlannerThread(supergraph, { planTimeoutMs: 2_000, onLost, known });
  expect(lazy.supergraph).toBe(known);
  expect(JSON.stringify(await lazy.plan(easy)).match(/"serviceName"/g)).toHaveLength(2);
});

it('tells with the first plan what is wrong with a supergraph that was said to be known', async () => {
  const known = { apiSdl: '', subgraphs: [], standIns: {} };
  const options = { planTimeoutMs: 2_000, onLost, known };
  using lazy = await startPlannerThread('type Query { broken', options);
  await expect(lazy.plan(easy)).rejects.toThrow('The supergraph cannot be used');
});

it('is closed before its first plan', async () => {
  const known = { apiSdl: '', subgraphs: [], standIns: {} };
  const lazy = await startPlannerThread(supergraph, { planTimeoutMs: 2_000, onLost, known });
  lazy[Symbol.dispose]();
  await expect(lazy.plan(easy)).rejects.toThrow(/closed/);
});
