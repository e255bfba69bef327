import { OperationTypeNode } from 'graphql';
import { expect, test } from 'vitest';

import { compareAll } from './gateway-differential/compare-all.ts';
import type { Feature } from './gateway-differential/random-world/model.ts';
import { randomWorld } from './gateway-differential/random-world/random-world.ts';
import { NotComposed, type RunningWorld, startWorld } from './gateway-differential/run-world.ts';

const WORLDS = Number(process.env['DIFFERENTIAL_WORLDS'] ?? 100);
const FIRST = Number(process.env['DIFFERENTIAL_FIRST_WORLD'] ?? 0);
const OPERATIONS = 12;
/** The planner throws on some fragments below random interface objects; worlds by hand have those it can plan. */
const leftOut = new Set<Feature>(['interfaceObject']);

test('answers random operations on random worlds as their merged schemas do', async () => {
  let composed = 0;
  let compared = 0;
  for (let seed = FIRST; seed < FIRST + WORLDS; seed++) {
    using running = await startIfComposed(seed);
    if (running === undefined) continue;
    composed++;
    compared += await compareAll(running, { from: 0, count: OPERATIONS });
    if (!running.merged.getMutationType()) continue;
    const kind = OperationTypeNode.MUTATION;
    compared += await compareAll(running, { from: 0, count: OPERATIONS / 4, kind });
  }
  expect(composed).toBeGreaterThan(WORLDS * 0.8);
  expect(compared).toBeGreaterThan(WORLDS * OPERATIONS * 2);
}, 300_000);

async function startIfComposed(seed: number): Promise<RunningWorld | undefined> {
  try {
    return await startWorld(randomWorld(seed, leftOut));
  } catch (error) {
    if (error instanceof NotComposed) return undefined;
    throw error;
  }
}
