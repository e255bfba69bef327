import { z } from 'zod';

import type { CallContext } from '../connector.ts';
import { type ConnectionPolicy, defaultLimits } from '../egress/policy.ts';
import type { CallTrace } from '../egress/trace.ts';

/** The part `limits` of a configuration, the same for every kind. */
export const limitsSchema = z
  .strictObject({
    ratePerSecond: z.number().positive().max(100_000).optional(),
    concurrency: z.int().min(1).max(1000).default(defaultLimits.concurrency),
    maxQueued: z.int().min(0).max(100_000).default(defaultLimits.maxQueued),
    timeoutMs: z.int().min(1).max(3_600_000).optional(),
    maxResponseBytes: z
      .int()
      .min(1)
      .max(100 * 1024 * 1024)
      .default(defaultLimits.maxResponseBytes),
    maxAttempts: z.int().min(1).max(10).default(defaultLimits.maxAttempts),
  })
  .prefault({});

export type Limits = z.infer<typeof limitsSchema>;

/** What the connection of an integration is known by: no two integrations share one. */
export function connectionKey({
  tenantId,
  integrationId,
}: Pick<CallContext, 'tenantId' | 'integrationId'>): string {
  return `${tenantId}/${integrationId}`;
}

/** The connection of an integration. */
export function connectionOf(
  limits: Limits,
  context: CallContext,
  { certificate }: Pick<ConnectionPolicy, 'certificate'> = {},
): ConnectionPolicy {
  const key = connectionKey(context);
  const { timeoutMs = defaultLimits.timeoutMs } = limits;
  const { integrationName: name } = context;
  return { key, name, limits: { ...limits, timeoutMs }, certificate };
}

/** How long one try may take, and the call with all of its waiting, milliseconds; and where its time is noted. */
export function timesOf(
  limits: Limits,
  context: Pick<CallContext, 'timeoutMs' | 'isPatient' | 'trace'>,
): Times {
  const timeoutMs = limits.timeoutMs ?? context.timeoutMs ?? defaultLimits.timeoutMs;
  const isPatient = context.isPatient === true;
  const deadlineAt = isPatient ? Infinity : performance.now() + timeoutMs;
  return { timeoutMs, deadlineAt, trace: context.trace };
}

interface Times {
  readonly timeoutMs: number;
  readonly deadlineAt: number;
  readonly trace: CallTrace | undefined;
}
