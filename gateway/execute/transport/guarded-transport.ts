import {
  BrokenCircuitError,
  circuitBreaker,
  CircuitState,
  type CircuitBreakerPolicy,
  handleWhen,
  SamplingBreaker,
} from 'cockatiel';

import { AppError } from '../../../kernel/errors.ts';
import { UploadFault } from '../../uploaded-file.ts';
import { OversizedAnswer } from './oversized-answer.ts';
import type { SubgraphRequest, SubgraphResponse, SubgraphTransport } from './port.ts';

/** How much one subgraph may hold up the gateway. */
export interface GuardOptions {
  readonly name: string;
  readonly timeoutMs: number;
  /** Further attempts of a query; other operations are sent once. */
  readonly retries: number;
  /** Retries allowed per hundred requests, so that retrying never doubles the load of a sick subgraph. */
  readonly retryBudgetPercent: number;
  readonly breaker: {
    readonly isEnabled: boolean;
    readonly failureRatio: number;
    readonly windowMs: number;
    readonly minimumRps: number;
    readonly openMs: number;
  };
}

/** A transport that may refuse to bother a sick subgraph. */
export interface GuardedTransport extends SubgraphTransport {
  /** Whether it does so now. */
  readonly isCircuitOpen: boolean;
}

/** Puts deadline, retry and circuit breaker around a transport. */
export function createGuardedTransport(
  inner: SubgraphTransport,
  options: GuardOptions,
): GuardedTransport {
  const breaker = createBreaker(options);
  const budget = createRetryBudget(options.retryBudgetPercent);
  const once = (request: SubgraphRequest): Promise<SubgraphResponse> => {
    if (breaker === undefined) return withDeadline(inner, request, options);
    return breaker.execute(() => {
      // The one request that finds out whether the subgraph is well again goes on without its client.
      const isProbe = breaker.state === CircuitState.HalfOpen;
      return withDeadline(inner, isProbe ? { ...request, signal: unending } : request, options);
    });
  };

  return {
    get isCircuitOpen() {
      return breaker?.state === CircuitState.Open;
    },
    execute: async (request) => {
      budget.onRequest();
      for (let attempt = 0; ; attempt++) {
        try {
          return await once(request);
        } catch (error) {
          const isLast = request.isQuery !== true || attempt >= options.retries;
          if (isLast || !isWorthRetrying(error, request) || !budget.take()) {
            throw describe(error, options);
          }
        }
      }
    },
    subscribe: (request) => inner.subscribe(request),
    close: () => inner.close(),
  };
}

const unending = new AbortController().signal;

/** The client has left, which says nothing about the subgraph. */
class Abandoned extends Error {
  override readonly name = 'Abandoned';
}

/** Thrown to the breaker and the retries only: the answer is still handed on when it is the last. */
class UnwellSubgraph extends AppError {
  override readonly name = 'UnwellSubgraph';
}

/** What tells nothing of the health of a subgraph. */
const harmless = [Abandoned, OversizedAnswer, UploadFault];

function createBreaker({ breaker }: GuardOptions): CircuitBreakerPolicy | undefined {
  if (!breaker.isEnabled) return undefined;
  return circuitBreaker(
    handleWhen((error) => !harmless.some((kind) => error instanceof kind)),
    {
      halfOpenAfter: breaker.openMs,
      breaker: new SamplingBreaker({
        threshold: breaker.failureRatio,
        duration: breaker.windowMs,
        minimumRps: breaker.minimumRps,
      }),
    },
  );
}

async function withDeadline(
  inner: SubgraphTransport,
  request: SubgraphRequest,
  options: GuardOptions,
): Promise<SubgraphResponse> {
  const controller = new AbortController();
  const abandon = (): void => {
    controller.abort(new Abandoned('The client has left', { cause: request.signal.reason }));
  };
  let isWaiting = false;
  const timer = setTimeout(() => {
    if (isWaiting) return;
    const message = `Subgraph "${options.name}" did not answer within ${options.timeoutMs} ms`;
    controller.abort(new AppError('SUBGRAPH_TIMEOUT', message));
  }, options.timeoutMs);
  // Its time begins anew with what it is sent: until then it is the client who is slow.
  const onWaiting = (isNow: boolean): void => {
    isWaiting = isNow;
    timer.refresh();
  };
  request.signal.addEventListener('abort', abandon, { once: true });
  if (request.signal.aborted) abandon();
  try {
    const response = await inner.execute({
      ...request,
      signal: controller.signal,
      ...(request.files && { onWaiting }),
    });
    if (response.status >= 500 && !looksLikeGraphQL(response)) {
      throw new UnwellSubgraph(
        'SUBGRAPH_FAILED',
        `Subgraph "${options.name}" answered HTTP ${response.status}`,
      );
    }
    return response;
  } catch (error) {
    // An in-process subgraph may word the abort its own way: the deadline's own reason wins.
    throw controller.signal.aborted ? controller.signal.reason : error;
  } finally {
    clearTimeout(timer);
    request.signal.removeEventListener('abort', abandon);
  }
}

/** Some servers send 500 with a full GraphQL answer; that is an answer, not an outage. */
function looksLikeGraphQL({ body }: SubgraphResponse): boolean {
  return body.trimStart().startsWith('{') && (body.includes('"errors"') || body.includes('"data"'));
}

function isWorthRetrying(error: unknown, request: SubgraphRequest): boolean {
  if (request.signal.aborted || error instanceof BrokenCircuitError) return false;
  return !(error instanceof AppError) || error instanceof UnwellSubgraph;
}

function describe(error: unknown, { name }: GuardOptions): Error {
  if (error instanceof AppError) return error;
  if (error instanceof BrokenCircuitError) {
    const message = `Subgraph "${name}" is failing and is left alone for a while`;
    return new AppError('SUBGRAPH_FAILED', message, { cause: error });
  }
  return new AppError('SUBGRAPH_FAILED', `Subgraph "${name}" could not be reached`, {
    cause: error,
  });
}

interface RetryBudget {
  onRequest(): void;
  take(): boolean;
}

/** A token bucket filled by requests: at rest it allows a small burst. */
function createRetryBudget(percent: number): RetryBudget {
  const most = 10;
  let tokens = most;
  return {
    onRequest: () => void (tokens = Math.min(most, tokens + percent / 100)),
    take: () => {
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    },
  };
}
