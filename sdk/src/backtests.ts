import {
  BacktestDefinitionDocument,
  type BacktestDefinitionInput,
  type BacktestFieldsFragment,
  type BacktestPayloadFieldsFragment,
  type BacktestResultFieldsFragment,
  BacktestResultsDocument,
  type BacktestVerdict,
  CancelBacktestDocument,
  GetBacktestDocument,
  ListBacktestsDocument,
  WatchBacktestDocument,
} from './_generated/documents.ts';
import type { CallOptions } from './calls.ts';
import type { Client } from './client.ts';
import { OperandiError, RefusedError } from './errors.ts';
import type { Listing, ListOptions } from './listing.ts';
import { backoffMs, pause } from './pause.ts';

/** A definition that is tried on past jobs of an agent, and how far that is. */
export type Backtest = BacktestFieldsFragment;

/** What would become of one of those jobs. */
export type BacktestResult = BacktestResultFieldsFragment;

interface WatchBacktestOptions {
  /** Ends it at once. */
  readonly signal?: AbortSignal;
}

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
  watch(id: string, options?: WatchBacktestOptions): AsyncGenerator<Backtest, void>;
  /** Jobs that were played, newest first; with `verdicts` those of these alone. */
  results(
    id: string,
    options?: ListOptions & { readonly verdicts?: readonly BacktestVerdict[] },
  ): Listing<BacktestResult>;
  /** Ends it; what was found until then stays. */
  cancel(id: string, options?: CallOptions): Promise<Backtest>;
}

type Asking = Pick<Client, 'request' | 'paginate' | 'subscribe'>;

/** Connections lost in a row before giving up. */
const maxReconnects = 10;

/** The backtests of a client's tenant; apart from the client, as pages seldom need them. */
export function openBacktests(client: Asking): Backtests {
  return {
    start: async (definition, { agent, last, filter, ...options } = {}) => {
      const input = {
        definition,
        agent: agent ?? null,
        last: last ?? null,
        filter: filter ?? null,
      };
      const answer = await client.request(BacktestDefinitionDocument, { input }, options);
      return given(answer.backtestDefinition);
    },
    get: async (id, options) =>
      (await client.request(GetBacktestDocument, { id }, options)).backtest,
    list: (options) => client.paginate(ListBacktestsDocument, {}, options),
    watch: (id, options = {}) => watchBacktest(client, id, options),
    results: (id, { verdicts, ...options } = {}) =>
      client.paginate(BacktestResultsDocument, { id, verdicts: verdicts ?? null }, options),
    cancel: async (id, options) => {
      const input = { id };
      return given(
        (await client.request(CancelBacktestDocument, { input }, options)).cancelBacktest,
      );
    },
  };
}

function given({ backtest, userErrors }: BacktestPayloadFieldsFragment): Backtest {
  if (backtest === null) throw new RefusedError(userErrors);
  return backtest;
}

/** Each connection begins with how it stands, so that one that is lost loses nothing. */
async function* watchBacktest(
  client: Asking,
  id: string,
  options: WatchBacktestOptions,
): AsyncGenerator<Backtest, void> {
  for (let failures = 0; ;) {
    try {
      for await (const move of client.subscribe(WatchBacktestDocument, { id }, options)) {
        failures = 0;
        yield move.backtestProgress;
      }
      return;
    } catch (error) {
      failures += 1;
      const mayGoOn = error instanceof OperandiError && error.isRetryable;
      if (!mayGoOn || failures > maxReconnects || options.signal?.aborted === true) throw error;
      await pause(backoffMs(failures), options.signal);
    }
  }
}
