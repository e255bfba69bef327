import type { Tracing } from '../../kernel/tracing.ts';
import type { ObserveOperation } from '../observe/observe.ts';
import { traceOperation } from '../observe/trace.ts';
import type { OperationAnswer, OperationRequest, PreparedOperation } from '../operation.ts';
import type { PluginChain } from '../plugins.ts';

interface AroundOptions {
  readonly onResponse: PluginChain['onResponse'];
  readonly observe: ObserveOperation;
  readonly tracing: Tracing | undefined;
}

/** Puts around an operation what surrounds it on every protocol. */
export type AroundOperation = (operation: PreparedOperation) => PreparedOperation;

/** The span outermost, then the clock, then the hooks of plugins; each event of a subscription is answered alike. */
export function createAroundOperation({
  onResponse,
  observe,
  tracing,
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
      execute: (request) =>
        answer(request, async () => withExtensions(await operation.execute(request), request)),
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

/** `extensions` are added to the text: the result is never an object. */
function withExtensions(answer: OperationAnswer, request: OperationRequest): OperationAnswer {
  const { extensions, ...plain } = answer;
  const { cost, rate, actualCost } = request;
  if (cost === undefined && extensions === undefined) return answer;
  const told = {
    ...extensions,
    ...(cost !== undefined && {
      cost: {
        requested: cost,
        ...(actualCost && { actual: actualCost(answer.body) }),
        ...(rate && { remaining: rate.remaining, limit: rate.limit }),
      },
    }),
  };
  return { ...plain, body: `${plain.body.slice(0, -1)},"extensions":${JSON.stringify(told)}}` };
}
