import { z } from 'zod';

import type { IntegrationCall } from '../../prisma/_generated/client.ts';
import { AppError, NotFoundError, RefusedError } from '../../kernel/errors.ts';
import type { Problem } from '../../kernel/errors.ts';
import type { JsonValue } from '../../kernel/json.ts';
import { permitFor } from '../access/permit-for.ts';
import { permit } from '../access/permit.ts';
import type { VerbContext } from '../context.ts';
import { jsonValue, parse } from '../parse.ts';
import { read } from '../read.ts';

const timeoutMs = 60_000;

const invokeIntegrationInput = z.strictObject({
  integrationId: z.uuid(),
  operation: z.string().min(1).max(200),
  arguments: z.record(z.string(), jsonValue).nullish(),
  idempotencyKey: z.string().min(1).max(200).nullish(),
});

/** The call is there even when it failed; then `userErrors` say why. */
export interface InvokedIntegration {
  readonly call: IntegrationCall;
  readonly result: JsonValue;
  readonly userErrors: readonly Problem[];
}

/** Calls an operation outside a job. */
export async function invokeIntegration(
  context: VerbContext & { readonly signal?: AbortSignal },
  input: unknown,
): Promise<InvokedIntegration> {
  await permit(context, 'INTEGRATIONS_INVOKE', 'integration.invoke');
  const {
    integrationId,
    operation,
    arguments: given,
    idempotencyKey,
  } = parse(invokeIntegrationInput, input);
  const thing = { kind: 'integration', id: integrationId } as const;
  await permitFor(context, thing, {
    permission: 'INTEGRATIONS_INVOKE',
    action: 'integration.invoke',
  });
  const { tenantId } = context.actor;
  const integration = await read(context, (tx) =>
    tx.integration.findFirst({ where: { tenantId, id: integrationId, deletedAt: null } }),
  );
  if (integration === null) throw new NotFoundError('integration', integrationId);
  const { callId, settled } = await context.invoker.invoke({
    author: context,
    integration: integration.name,
    operation,
    arguments: given ?? {},
    ...(typeof idempotencyKey === 'string' ? { idempotencyKey } : {}),
    signal: AbortSignal.any([
      AbortSignal.timeout(timeoutMs),
      ...(context.signal === undefined ? [] : [context.signal]),
    ]),
  });
  const call = await read(context, (tx) =>
    tx.integrationCall.findUniqueOrThrow({ where: { tenantId_id: { tenantId, id: callId } } }),
  );
  return 'result' in settled
    ? { call, result: settled.result.value, userErrors: [] }
    : { call, result: null, userErrors: problemsOf(settled.error) };
}

/** A failure that may be shown; a fault of the platform is thrown on. */
function problemsOf(error: unknown): readonly Problem[] {
  if (error instanceof RefusedError) return error.problems;
  if (!(error instanceof AppError) || error.code === 'INTERNAL') throw error;
  return [{ code: error.code, field: error.path ?? '', message: error.message }];
}
