import { OperationTypeNode } from 'graphql';
import { expect, test } from 'vitest';

import { compareAll } from './gateway-differential/compare-all.ts';
import { startWorld } from './gateway-differential/run-world.ts';
import { worlds } from './gateway-differential/worlds.ts';
import { sized } from '../support/soak.ts';

const OPERATIONS = Number(process.env['DIFFERENTIAL_OPERATIONS'] ?? sized(60, 400));

test.each(worlds.map((world) => [world.name, world] as const))(
  'answers random queries on the split %s schema byte for byte as the merged one does',
  async (_, world) => {
    using running = await startWorld(world);
    const compared = await compareAll(running, { from: 0, count: OPERATIONS });
    expect(compared).toBeGreaterThan(OPERATIONS * 2);
  },
  sized(300_000, 3_000_000),
);

test(
  'runs random mutations in order and shows after each what it has changed',
  async () => {
    for (const world of worlds) {
      using running = await startWorld(world);
      if (!running.merged.getMutationType()) continue;
      const range = { from: 0, count: OPERATIONS, kind: OperationTypeNode.MUTATION };
      expect(await compareAll(running, range)).toBeGreaterThan(OPERATIONS * 2);
    }
  },
  sized(300_000, 3_000_000),
);
