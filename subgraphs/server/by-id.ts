import DataLoader from 'dataloader';

import type { SubgraphContext } from './context.ts';
import { perRequest } from './per-request.ts';

/** Loads many rows at once; ids that the tenant does not have are missing in the answer. */
export type LoadByIds<Row> = (
  context: SubgraphContext,
  ids: readonly string[],
) => Promise<ReadonlyMap<string, Row>>;

/** A loader a request: one query for all ids of a level, null for what the tenant does not have. */
export function byId<Row>(
  load: LoadByIds<Row>,
): (context: SubgraphContext) => DataLoader<string, Row | null> {
  return perRequest(
    (context) =>
      new DataLoader(async (ids: readonly string[]) => {
        const found = await load(context, ids);
        return ids.map((id) => found.get(id) ?? null);
      }),
  );
}
