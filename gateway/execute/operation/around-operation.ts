import { isJsonObject, type JsonObject, type JsonValue, parseJson } from '../../../kernel/json.ts';
import type { Tracing } from '../../../kernel/tracing.ts';
import type { ObserveOperation } from '../../observe/observe.ts';
import { traceOperation } from '../../observe/trace.ts';
import type { OperationAnswer, OperationRequest, PreparedOperation } from '../../operation.ts';
import type { PluginChain } from '../../plugins.ts';
import type { CountUse } from '../../usage/open-usage.ts';

interface AroundOptions {
  readonly onResponse: PluginChain['onResponse'];
  readonly observe: ObserveOperation;
  readonly tracing: Tracing | undefined;
  /** Told of each query and mutation that has run. */
  readonly countUse?: CountUse | undefined;
  /** Told what operations cost by estimate and in fact, where that is measured. */
  readonly onCost?: ((estimated: number, actual: number | undefined) => void) | undefined;
}

/** Puts around an operation what surrounds it on every protocol. */
export type AroundOperation = (operation: PreparedOperation) => PreparedOperation;

/** The span outermost, then the clock, then the hooks of plugins; each event of a subscription is answered alike. */
export function createAroundOperation({
  onResponse,
  observe,
  tracing,
  onCost,
  countUse,
}: AroundOptions): AroundOperation {
  return (operation) => {
    const { kind, name, subscription } = operation;
    const answer = async (
      request: OperationRequest,
      run: () => Promise<OperationAnswer>,
    ): Promise<OperationAnswer> => {
      const started = performance.now();
      const plain = await run();
      const seen = { operation, request, identity: request.identity };
      const final = onResponse === undefined ? plain : await onResponse(seen, plain);
      observe(kind, name, (performance.now() - started) / 1000);
      return final;
    };
    const observed: PreparedOperation = {
      ...operation,
      execute: counting(operation, countUse, (request) =>
        answer(request, async () =>
          withExtensions(await operation.execute(request), request, { operation, onCost }),
        ),
      ),
      ...(subscription && {
        subscription: {
          ...subscription,
          complete: (event, request) =>
            answer(request, () => subscription.complete(event, request)),
        },
      }),
    };
    return traceOperation(observed, tracing);
  };
}

type Execute = PreparedOperation['execute'];

/** A client that left says nothing of the operation: it is counted without its time, and without an error. */
function counting(
  { usage }: PreparedOperation,
  countUse: CountUse | undefined,
  execute: Execute,
): Execute {
  if (countUse === undefined || usage === undefined) return execute;
  return async (request) => {
    const started = performance.now();
    let hasErrors = true;
    try {
      const answer = await execute(request);
      ({ hasErrors } = answer);
      return answer;
    } finally {
      const isLeft = request.signal.aborted;
      countUse(request.headers, usage(), {
        seconds: isLeft ? undefined : (performance.now() - started) / 1000,
        hasErrors: hasErrors && !isLeft,
      });
    }
  };
}

interface Counting {
  readonly operation: PreparedOperation;
  readonly onCost: AroundOptions['onCost'];
}

/** What the answer has cost, where it is whole and that is measured. */
function actualCost(
  { body, incremental }: OperationAnswer,
  { variables, cost = 0, costLimit }: OperationRequest,
  { operation, onCost }: Counting,
): JsonObject {
  if (costLimit === undefined) return {};
  const { maxCost = Infinity, isActualMeasured } = costLimit;
  const isCounted = isActualMeasured && incremental === undefined;
  const actual = isCounted ? operation.actualCost?.(variables, dataOf(body)) : undefined;
  onCost?.(cost, actual);
  const result = verdictOn(cost > maxCost, (actual ?? 0) > maxCost);
  return { ...(actual !== undefined && { actual }), result };
}

/** In the words of Apollo Router. */
function verdictOn(isEstimateTooHigh: boolean, isActualTooHigh: boolean): string {
  if (isEstimateTooHigh) return 'COST_ESTIMATED_TOO_EXPENSIVE';
  return isActualTooHigh ? 'COST_ACTUAL_TOO_EXPENSIVE' : 'COST_OK';
}

function dataOf(body: string): JsonValue | undefined {
  const answer = parseJson(body);
  return isJsonObject(answer) ? answer['data'] : undefined;
}

/** `extensions` are added to the text: the result is never an object. */
function withExtensions(
  answer: OperationAnswer,
  request: OperationRequest,
  counting: Counting,
): OperationAnswer {
  const { extensions, ...plain } = answer;
  const { cost, rate } = request;
  if (cost === undefined && extensions === undefined) return answer;
  const told = {
    ...extensions,
    ...(cost !== undefined && {
      cost: {
        requested: cost,
        ...actualCost(answer, request, counting),
        ...(rate && { remaining: rate.remaining, limit: rate.limit }),
      },
    }),
  };
  return { ...plain, body: `${plain.body.slice(0, -1)},"extensions":${JSON.stringify(told)}}` };
}
