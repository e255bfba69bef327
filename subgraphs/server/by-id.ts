import DataLoader from 'dataloader';

import { concernsAll } from '../../kernel/database/faults.ts';
import { AppError } from '../../kernel/errors.ts';
import { isolating } from '../../kernel/isolating.ts';
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
  return loader(async (context, ids) => {
    const found = await load(context, ids);
    return ids.map((id) => found.get(id) ?? null);
  });
}

/** A loader a request over a query for many keys; a key whose row cannot be read fails alone. */
export function loader<Key, Row>(
  load: (context: SubgraphContext, keys: readonly Key[]) => Promise<readonly (Row | Error)[]>,
): (context: SubgraphContext) => DataLoader<Key, Row> {
  return perRequest(
    (context) => new DataLoader(isolating((keys) => load(context, keys), isOfOneRow)),
  );
}

/** What the platform says by a code of its own, e.g. that this is forbidden, it would say of each key. */
export function isOfOneRow(error: unknown): boolean {
  return !(error instanceof AppError) && !concernsAll(error);
}
