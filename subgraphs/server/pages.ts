import DataLoader from 'dataloader';

import type { Connection, PageArguments } from '../../core/pagination.ts';
import type { AppError } from '../../kernel/errors.ts';
import { isolating } from '../../kernel/isolating.ts';
import { isOfOneRow } from './by-id.ts';
import type { SubgraphContext } from './context.ts';
import { perRequest } from './per-request.ts';

/** Lists a page of each of many parents; what is wrong with one is the answer to that one alone. */
export type ListPages<Wanted extends PageArguments, Row> = (
  context: SubgraphContext,
  wanted: readonly Wanted[],
) => Promise<readonly (Connection<Row> | AppError)[]>;

/** Parents whose pages one statement reads: a bound of what is in memory at once. */
const maxParents = 100;

/** A loader a request: the pages of all parents of a level come with one statement for each hundred of them. */
export function pagesOf<Wanted extends PageArguments, Row>(
  list: ListPages<Wanted, Row>,
): (context: SubgraphContext) => DataLoader<Wanted, Connection<Row>, string> {
  return perRequest(
    (context) =>
      new DataLoader<Wanted, Connection<Row>, string>(
        isolating((wanted) => list(context, wanted), isOfOneRow),
        {
          maxBatchSize: maxParents,
          cacheKeyFn: (one) => JSON.stringify(Object.entries(one).toSorted()),
        },
      ),
  );
}
