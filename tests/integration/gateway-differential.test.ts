import fc from 'fast-check';
import { graphql, parse, validate } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { anonymous } from '../../gateway/identity.ts';
import { mediaWorld } from './gateway-differential/media-world.ts';
import { randomQuery } from './gateway-differential/random-query.ts';
import { shopWorld } from './gateway-differential/shop-world.ts';
import { type RunningWorld, startWorld } from './gateway-differential/world.ts';

const QUERIES_PER_WORLD = Number(process.env['DIFFERENTIAL_QUERIES'] ?? 5_500);
const PER_RUN = 50;
const controller = new AbortController();
let worlds: RunningWorld[] = [];

beforeAll(async () => {
  worlds = await Promise.all(
    [shopWorld, mediaWorld].map((world) => startWorld(world, controller.signal)),
  );
});
afterAll(async () => {
  controller.abort();
  await Promise.all(worlds.map(({ gateway }) => gateway.drain()));
});

test.each(['shop', 'media'])(
  'answers random queries on the split %s schema byte for byte as the merged one does',
  async (name) => {
    const world = worlds.find((candidate) => candidate.name === name);
    if (world === undefined) throw new Error(`No world ${name}`);
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(fc.nat(), async (seed) => {
        const seeds = Array.from({ length: PER_RUN }, (_, index) => seed + index);
        const outcomes = await Promise.all(seeds.map((own) => compare(world, own)));
        compared += outcomes.filter((outcome) => outcome === 'equal').length;
      }),
      { numRuns: Math.ceil(QUERIES_PER_WORLD / PER_RUN), seed: 4, endOnFailure: true },
    );
    expect(compared).toBeGreaterThan(QUERIES_PER_WORLD * 0.9);
  },
  300_000,
);

async function compare(world: RunningWorld, seed: number): Promise<'equal' | 'invalid'> {
  const { query, variables } = randomQuery(world.merged, seed);
  if (validate(world.merged, parse(query)).length > 0) return 'invalid';
  const expected = await graphql({
    schema: world.merged,
    source: query,
    variableValues: variables,
  });
  using lease = world.gateway.current.acquire();
  const prepared = await lease.graph.prepare({ query }, anonymous);
  const answer = await prepared.execute({
    variables,
    identity: anonymous,
    headers: {},
    signal: controller.signal,
    requestId: String(seed),
  });
  expect(answer.body, `seed ${seed}: ${query}`).toBe(JSON.stringify(expected));
  return 'equal';
}
