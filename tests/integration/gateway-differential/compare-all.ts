import type { OperationTypeNode } from 'graphql';
import { expect } from 'vitest';

import { compare, isValid } from './compare.ts';
import { describeDifference } from './describe-difference.ts';
import { randomOperations } from './random-operation.ts';
import type { RunningWorld } from './run-world.ts';

/** Which random operations to compare. */
export interface Seeds {
  readonly from: number;
  readonly count: number;
  readonly kind?: OperationTypeNode;
}

/** Compares random operations until one is answered differently; gives how many were compared. */
export async function compareAll(
  running: RunningWorld,
  { from, count, kind }: Seeds,
): Promise<number> {
  let compared = 0;
  for (let seed = from; seed < from + count; seed++) {
    for (const operation of randomOperations(running.merged, seed, kind)) {
      if (!isValid(running.merged, operation)) break;
      const difference = await compare(running, operation);
      if (difference) expect.fail(await describeDifference(running, operation, difference));
      compared++;
    }
  }
  return compared;
}
