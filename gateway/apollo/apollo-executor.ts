import { errorsText } from '../execute/project.ts';
import { type FormattedError, OperationRefused } from '../operation.ts';
import { AppError } from '../../kernel/errors.ts';
import { openApolloRunner } from './apollo-runner.ts';
import type { CallFor, Executor } from './executor.ts';

/**
 * ApolloGateway as the executor. What it knows nothing of, `@defer`, files and subscriptions, is left to ours; a supergraph
 * that it refuses cannot be used.
 */
export async function openApolloExecutor(
  supergraphSdl: string,
  callFor: CallFor,
): Promise<Executor> {
  const runner = await openApolloRunner(supergraphSdl).catch((cause: unknown) => {
    if (cause instanceof AppError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    const message = `@apollo/gateway refuses this supergraph, use --executor operandi: ${reason}`;
    throw new AppError('BAD_USER_INPUT', message, { cause });
  });
  return {
    replace: (own, source) => {
      if (own.mayDefer === true || own.kind === 'subscription') {
        return (request) => own.execute(request);
      }
      return async (request) => {
        if (request.hasFiles === true) return own.execute(request);
        const { call, headers } = callFor(request, own.kind === 'query');
        const asked = { source, variables: request.variables ?? {} };
        const { data, errors } = await runner.run(asked, call).catch((cause: unknown) => {
          const reason = cause instanceof Error ? cause.message : String(cause);
          const message = `@apollo/gateway has no way to run this operation: ${reason}`;
          throw new AppError('PLANNING_FAILED', message, { cause });
        });
        if (data === undefined) throw new OperationRefused(errors.map(asInput));
        const body = `{${errorsText(errors)}"data":${JSON.stringify(data)}}`;
        return { body, hasErrors: errors.length > 0, headers };
      };
    },
    [Symbol.dispose]: () => void runner.close(),
  };
}

/** Before anything runs, it looks at variables only. */
function asInput(error: FormattedError): FormattedError {
  return { ...error, extensions: { code: 'BAD_USER_INPUT' } };
}
