import type { Logger } from 'pino';

import type { Metrics } from '../../kernel/telemetry.ts';
import type { GatewayConfig } from '../config/config.ts';
import type { OperationRequest, OperationSource } from '../operation.ts';
import type { Difference } from './compare-answers.ts';
import { createComparisonCounts, type ComparisonCounts } from './comparison-counts.ts';
import type { CallFor, Executor } from './executor.ts';
import { reproductionOf } from './reproduction.ts';
import { type ShadowThread, startShadowThread } from './shadow-thread.ts';

interface CompareOptions {
  readonly config: GatewayConfig['execution']['compare'];
  readonly metrics: Metrics;
  readonly log: Logger;
}

/** The schema as each gateway shows it: ours has `@defer`. */
const introspects = /\b__(?:schema|type)\b/;

/** Each difference is logged once a graph, up to this many. */
const maxLogged = 1_000;

/**
 * Ours answers; then ApolloGateway runs a share of the queries again, in the background, and what it answers otherwise
 * is counted and logged. The caller has the answer by then, and nothing that the comparison does reaches it.
 */
export function createCompareExecutors(
  options: CompareOptions,
): (supergraphSdl: string, callFor: CallFor) => Promise<Executor> {
  const counts = createComparisonCounts(options.metrics);
  return async (supergraphSdl, callFor) => {
    const thread = await startShadowThread(supergraphSdl).catch((error: unknown) => {
      options.log.warn({ err: error }, 'answers are not compared: @apollo/gateway cannot be used');
      return undefined;
    });
    return createCompareExecutor({ ...options, counts, thread, callFor });
  };
}

interface Parts extends Pick<CompareOptions, 'config' | 'log'> {
  readonly counts: ComparisonCounts;
  /** Undefined where ApolloGateway refuses the supergraph. */
  readonly thread: ShadowThread | undefined;
  readonly callFor: CallFor;
}

function createCompareExecutor({ config, log, counts, thread, callFor }: Parts): Executor {
  const report = createReport(log);
  const compare = async (shadow: ShadowThread, given: GivenAnswer): Promise<void> => {
    try {
      const found = await runAgain(shadow, given, { config, callFor });
      counts.outcome(found.length === 0 ? 'same' : 'different');
      for (const { kind } of found) counts.difference(kind);
      if (found.length > 0) report(given.source, found);
    } catch (error) {
      counts.outcome('failed');
      log.debug({ err: error }, 'an answer was not compared');
    }
  };
  let running = 0;
  return {
    replace: (own, source) => {
      if (own.kind !== 'query') return (request) => own.execute(request);
      const isUnknown = own.mayDefer === true || introspects.test(source.query);
      return async (request) => {
        const answer = await own.execute(request);
        if (Math.random() >= config.share) return answer;
        // Files have gone by.
        if (thread === undefined || isUnknown || request.hasFiles === true)
          counts.outcome('refused');
        else if (running >= config.maxConcurrent) counts.outcome('skipped');
        else {
          running += 1;
          void compare(thread, { source, request, body: answer.body }).finally(() => {
            running -= 1;
          });
        }
        return answer;
      };
    },
    [Symbol.dispose]: () => thread?.[Symbol.dispose](),
  };
}

interface GivenAnswer {
  readonly source: OperationSource;
  readonly request: OperationRequest;
  readonly body: string;
}

/** The client may have left: this is not its request any more. */
function runAgain(
  shadow: ShadowThread,
  { source, request, body }: GivenAnswer,
  { config, callFor }: Pick<Parts, 'config' | 'callFor'>,
): Promise<readonly Difference[]> {
  const signal = AbortSignal.timeout(config.timeoutMs);
  const { call } = callFor({ ...request, signal }, true);
  const asked = { source, variables: request.variables ?? {} };
  return shadow.compare(asked, body, { call, signal });
}

function createReport(
  log: Logger,
): (source: OperationSource, found: readonly Difference[]) => void {
  const logged = new Set<string>();
  return (source, found) => {
    const differences = found.map(({ kind, path }) => `${kind} ${path.join('.')}`);
    const operation = reproductionOf(source, found);
    const key = [operation, ...differences].join('\n');
    if (logged.has(key) || logged.size >= maxLogged) return;
    logged.add(key);
    log.warn({ operation, differences }, 'executors answer differently');
  };
}
