import type { Transaction } from '../../kernel/database/database.ts';
import { storableText } from '../../kernel/storable.ts';
import { systemActor } from '../access/actor.ts';
import { record } from '../audit/record.ts';
import type { Services } from '../context.ts';
import type { ClaimedDelivery } from './claim-deliveries.ts';

/** What came of a try. */
export interface DeliveryOutcome {
  readonly kind: 'DELIVERED' | 'FAILED' | 'NOT_TRIED';
  /** HTTP status, when there was an answer. */
  readonly status?: number | undefined;
  /** Why it failed. */
  readonly error?: string | undefined;
  readonly durationMs?: number | undefined;
  /** When to try again, milliseconds from now; absent: never. */
  readonly waitMs?: number | undefined;
  /** The endpoint says that it is gone for good. */
  readonly isGone?: boolean;
}

/** Days of nothing but failures after which an endpoint is disabled. */
const patienceDays = 5;
const maxErrorChars = 500;

/** Writes down what came of a try; of one whose claim has ended meanwhile, nothing. */
export async function settleDelivery(
  { database, log }: Pick<Services, 'database' | 'log'>,
  delivery: ClaimedDelivery,
  outcome: DeliveryOutcome,
): Promise<void> {
  const reason = await database.asSystem(async (tx) => {
    const isOurs = await writeOutcome(tx, delivery, outcome);
    if (!isOurs || outcome.kind === 'NOT_TRIED') return undefined;
    if (outcome.kind === 'DELIVERED') await noteSuccess(tx, delivery);
    return outcome.kind === 'DELIVERED' ? undefined : noteFailure(tx, delivery, outcome);
  });
  const { tenantId, webhookId } = delivery;
  if (reason !== undefined) log.warn({ tenantId, webhookId, reason }, 'a webhook was disabled');
}

async function writeOutcome(
  tx: Transaction,
  { tenantId, id, claim }: ClaimedDelivery,
  { kind, status, error, durationMs, waitMs }: DeliveryOutcome,
): Promise<boolean> {
  const state =
    kind === 'NOT_TRIED' || (kind === 'FAILED' && waitMs !== undefined) ? 'PENDING' : kind;
  const untried = kind === 'NOT_TRIED' ? 1 : 0;
  const text = error === undefined ? null : storableText(error).slice(0, maxErrorChars);
  const written = await tx.$executeRaw`
    update jobs.webhook_delivery
    set state = ${state}, is_claimed = false, attempts = attempts - ${untried}, tries = tries - ${untried},
      response_status = ${status ?? null}, duration_ms = ${durationMs ?? null}, error = ${text},
      next_at = case when ${state} = 'PENDING' then clock_timestamp() + ${waitMs ?? 0} * interval '1 millisecond' end,
      finished_at = case when ${state} <> 'PENDING' then clock_timestamp() end
    where tenant_id = ${tenantId}::uuid and id = ${id}::uuid and claim = ${claim} and is_claimed`;
  return written > 0;
}

async function noteSuccess(
  tx: Transaction,
  { tenantId, webhookId }: ClaimedDelivery,
): Promise<void> {
  await tx.$executeRaw`
    update jobs.webhook set failing_since = null
    where tenant_id = ${tenantId}::uuid and id = ${webhookId}::uuid and failing_since is not null`;
}

/** Answers why the endpoint is disabled, if this failure was the last one. */
async function noteFailure(
  tx: Transaction,
  { tenantId, webhookId }: ClaimedDelivery,
  { isGone = false }: DeliveryOutcome,
): Promise<string | undefined> {
  await tx.$executeRaw`
    update jobs.webhook set failing_since = clock_timestamp()
    where tenant_id = ${tenantId}::uuid and id = ${webhookId}::uuid and failing_since is null`;
  const [disabled] = await tx.$queryRaw<readonly { reason: string }[]>`
    update jobs.webhook set disabled_at = clock_timestamp(), updated_at = clock_timestamp(), disabled_reason =
      ${isGone ? 'it answered 410 Gone' : `every delivery failed for ${String(patienceDays)} days`}
    where tenant_id = ${tenantId}::uuid and id = ${webhookId}::uuid and disabled_at is null
      and (${isGone} or failing_since < now() - ${patienceDays} * interval '1 day')
    returning disabled_reason as reason`;
  if (disabled === undefined) return undefined;
  await record(
    tx,
    { actor: systemActor(tenantId) },
    {
      action: 'webhook.disable',
      target: { kind: 'webhook', id: webhookId },
      data: { reason: disabled.reason },
    },
  );
  return disabled.reason;
}
