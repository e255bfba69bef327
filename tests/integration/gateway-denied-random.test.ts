import { expect, test } from 'vitest';

import { anonymous, type Identity } from '../../gateway/admit/identity.ts';
import { ask, isValid } from './gateway-differential/compare.ts';
import { guardWorld } from './gateway-differential/guard-world.ts';
import { answerGuarded } from './gateway-differential/guarded-answer.ts';
import { type RandomOperation, randomOperations } from './gateway-differential/random-operation.ts';
import { randomWorld } from './gateway-differential/random-world/random-world.ts';
import { NotComposed, type RunningWorld, startWorld } from './gateway-differential/run-world.ts';
import { shrinkOperation } from './gateway-differential/shrink.ts';
import { sized } from '../support/soak.ts';

/** 400 worlds have 20,000 operations. */
const WORLDS = Number(process.env['DIFFERENTIAL_WORLDS'] ?? sized(15, 400));
const FIRST = Number(process.env['DIFFERENTIAL_FIRST_WORLD'] ?? 0);
const OPERATIONS = 5;

const callers = [
  anonymous,
  ...[[], ['a'], ['b'], ['a', 'b']].map((scopes): Identity => {
    return { ...anonymous, key: scopes.join(), isAuthenticated: true, scopes };
  }),
];

test(
  'answers each caller as a merged schema that resolves nothing it may not see',
  async () => {
    let compared = 0;
    let denied = 0;
    for (let seed = FIRST; seed < FIRST + WORLDS; seed++) {
      using running = await startIfComposed(seed);
      if (running === undefined) continue;
      for (let number = 0; number < OPERATIONS; number++) {
        const [operation] = randomOperations(running.merged, number);
        if (operation === undefined || !isValid(running.merged, operation)) continue;
        for (const caller of callers) {
          denied += await compareFor(running, operation, caller);
          compared++;
        }
      }
    }
    expect(compared).toBeGreaterThan(WORLDS * OPERATIONS * 2);
    expect(denied).toBeGreaterThan(compared);
  },
  sized(300_000, 3_000_000),
);

async function compareFor(
  running: RunningWorld,
  operation: RandomOperation,
  caller: Identity,
): Promise<number> {
  const differs = async (one: RandomOperation): Promise<string | undefined> => {
    const { data } = await answerGuarded(running, one, caller);
    const given = await ask(running, one, caller);
    const { data: found } = JSON.parse(given) as { data?: unknown };
    return JSON.stringify(found) === data ? undefined : `expected ${data}\ngiven    ${given}`;
  };
  if ((await differs(operation)) !== undefined) {
    const smallest = await shrinkOperation(
      operation,
      async (one) => isValid(running.merged, one) && (await differs(one)) !== undefined,
    );
    const { name, subgraphs } = running.world;
    const parts = Object.entries(subgraphs).map(([part, sdl]) => `# ${part}\n${sdl}`);
    const text = [name, caller.key, smallest.query, JSON.stringify(smallest.variables)];
    expect.fail([...text, await differs(smallest), ...parts].join('\n'));
  }
  return (await answerGuarded(running, operation, caller)).denied;
}

async function startIfComposed(seed: number): Promise<RunningWorld | undefined> {
  try {
    const left = seed % 2 === 0 ? (['requires'] as const) : [];
    return await startWorld(
      guardWorld(randomWorld(seed, new Set([...left, 'interfaceObject'])), seed),
    );
  } catch (error) {
    if (error instanceof NotComposed) return undefined;
    throw error;
  }
}
