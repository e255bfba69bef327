import { inspect } from 'node:util';

import { expect } from 'vitest';

import { AppError } from '../../kernel/errors.ts';
import type { JsonObject } from '../../kernel/json.ts';
import type { CallContext, CallResult, Connector } from '../connector.ts';
import type { EgressOptions } from '../egress/egress.ts';
import { IntegrationError } from '../errors.ts';
import type { FaultProxy } from '../testing/fault-proxy.ts';
import type { Subject, SubjectCall } from './subject.ts';

/** What a test of the kit works with. */
export interface Stand {
  readonly subject: Subject;
  readonly proxy: FaultProxy;
  readonly connectorFor: (options?: EgressOptions) => Connector;
}

/** Limits of a call that is tried once. */
export const once = { maxAttempts: 1 };

interface CallOptions {
  readonly connector?: Connector;
  readonly context?: Partial<CallContext>;
  readonly limits?: JsonObject;
}

/** Calls an operation of the subject through the proxy. */
export function call(
  stand: Stand,
  { operation, arguments: given }: SubjectCall,
  options: CallOptions = {},
): Promise<CallResult> {
  const { connector = stand.connectorFor(), context, limits = {} } = options;
  return connector.invoke(
    { config: { ...configOf(stand), limits }, operation, arguments: given },
    contextOf({ credential: stand.subject.credential, ...context }),
  );
}

/** A configuration that leads to the subject through the proxy. */
export function configOf({ subject, proxy }: Stand): JsonObject {
  return subject.configFor({ host: '127.0.0.1', port: proxy.port });
}

/** A context of one tenant and integration. */
export function contextOf(changes: Partial<CallContext>): CallContext {
  return {
    tenantId: 'tenant-1',
    integrationId: 'integration-1',
    integrationName: 'partner',
    credential: undefined,
    credentialVersion: 1,
    signal: AbortSignal.timeout(20_000),
    ...changes,
  };
}

/** What work fails with; work that does not fail is an error of its own. */
export async function failureOf(work: Promise<unknown>): Promise<unknown> {
  try {
    const value = await work;
    return new Error(`it did not fail but answered ${inspect(value)}`);
  } catch (error) {
    return error;
  }
}

/** Fields that a refusal names. */
export function placesOf(failure: unknown): readonly string[] {
  if (typeof failure === 'object' && failure !== null && 'problems' in failure)
    return (failure.problems as readonly { readonly field: string }[]).map(({ field }) => field);
  return failure instanceof AppError && failure.path !== undefined ? [failure.path] : [];
}

/** Fails when an error, or what it comes from, repeats a credential. */
export function expectNoSecret(failure: unknown, { secrets }: Subject): void {
  const shown =
    failure instanceof IntegrationError
      ? inspect([failure.message, failure.answer, causeOf(failure)], { depth: 10 })
      : String(failure);
  for (const secret of secrets) expect(shown).not.toContain(secret);
}

function causeOf({ cause }: IntegrationError): string {
  return cause instanceof Error ? cause.message : '';
}
