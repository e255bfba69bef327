import { compare, type Difference, isValid } from './compare.ts';
import type { RandomOperation } from './random-operation.ts';
import type { RunningWorld } from './run-world.ts';
import { shrinkOperation } from './shrink.ts';

/** A difference for people: the world, the smallest query that still shows it, and both answers. */
export async function describeDifference(
  running: RunningWorld,
  operation: RandomOperation,
  difference: Difference,
): Promise<string> {
  // Another run of a mutation finds another state.
  const isQuery = operation.query.startsWith('query');
  const smallest = isQuery
    ? await shrinkOperation(
        operation,
        async (smaller) =>
          isValid(running.merged, smaller) && (await compare(running, smaller)) !== undefined,
      )
    : operation;
  const { expected, given } = (isQuery && (await compare(running, smallest))) || difference;
  const parts = Object.entries(running.world.subgraphs).map(([name, sdl]) => `# ${name}\n${sdl}`);
  return [
    `World "${running.world.name}" answers otherwise than its merged schema`,
    smallest.query,
    `variables ${JSON.stringify(smallest.variables)}`,
    `expected ${expected}`,
    `given    ${given}`,
    ...parts,
  ].join('\n');
}
