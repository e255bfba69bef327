import type {
  BacktestDefinitionInput,
  BacktestFieldsFragment,
  BacktestResultFieldsFragment,
  BacktestVerdict,
  WatchBacktestSubscription,
} from './_generated/documents.ts';
import {
  BacktestDefinitionOperation,
  BacktestResultsOperation,
  CancelBacktestOperation,
  GetBacktestOperation,
  ListBacktestsOperation,
  WatchBacktestOperation,
} from './_generated/operations.ts';
import type { CallOptions } from './calls.ts';
import { follow, type FollowOptions } from './follow.ts';
import { type Listing, listingOf, type ListOptions } from './listing.ts';
import { callsOver, given, type Transport } from './transport.ts';

/** A definition that is tried on past jobs of an agent, and how far that is. */
export type Backtest = BacktestFieldsFragment;

/** What would become of one of those jobs. */
export type BacktestResult = BacktestResultFieldsFragment;

/** Backtests of the tenant: nothing is sent and no job changes. Mutations throw `RefusedError` with every problem. */
export interface Backtests {
  /** Begins one with the newest ended jobs of an agent, of the one that the definition names unless told otherwise. */
  start(
    definition: string,
    options?: CallOptions & Omit<BacktestDefinitionInput, 'definition'>,
  ): Promise<Backtest>;
  /** One, or null. */
  get(id: string, options?: CallOptions): Promise<Backtest | null>;
  /** All, newest first. */
  list(options?: ListOptions): Listing<Backtest>;
  /** As it stands now, then whenever it has moved, until it is over. */
  watch(id: string, options?: Omit<FollowOptions, 'after'>): AsyncGenerator<Backtest, void>;
  /** Jobs that were played, newest first; with `verdicts` those of these alone. */
  results(
    id: string,
    options?: ListOptions & { readonly verdicts?: readonly BacktestVerdict[] },
  ): Listing<BacktestResult>;
  /** Ends it; what was found until then stays. */
  cancel(id: string, options?: CallOptions): Promise<Backtest>;
}

export function openBacktests(transport: Transport): Backtests {
  const { query, mutate } = callsOver(transport);
  return {
    start: async (definition, { agent, last, filter, ...options } = {}) => {
      const wish = { definition, agent: agent ?? null, last: last ?? null, filter: filter ?? null };
      return given((await mutate(BacktestDefinitionOperation, wish, options)).backtest);
    },
    get: async (id, options) => (await query(GetBacktestOperation, { id }, options)).backtest,
    list: (options) =>
      listingOf(transport, { operation: ListBacktestsOperation, variables: {} }, options),
    watch: (id, options = {}) => watchBacktest(transport, id, options),
    results: (id, { verdicts, ...options } = {}) => {
      const variables = { id, verdicts: verdicts ?? null };
      return listingOf(transport, { operation: BacktestResultsOperation, variables }, options);
    },
    cancel: async (id, options) =>
      given((await mutate(CancelBacktestOperation, { id }, options)).backtest),
  };
}

async function* watchBacktest(
  transport: Transport,
  id: string,
  options: FollowOptions,
): AsyncGenerator<Backtest, void> {
  const followed = {
    operation: WatchBacktestOperation,
    variables: { id },
    // It begins with how it stands, which may be known already.
    cursorOf: ({ backtestProgress: { state, done } }: WatchBacktestSubscription) =>
      `${state} ${String(done)}`,
  };
  for await (const { backtestProgress } of follow(transport, followed, options))
    yield backtestProgress;
}
