import type { Egress } from '../connectors/egress/egress.ts';
import type { Services } from '../core/context.ts';
import type { Logger } from '../kernel/logger.ts';
import { createAdmission } from './admission.ts';
import { createAuditStreamer } from './audit-streams.ts';
import { createBacktestWorker } from './backtests.ts';
import { createBulkWorker } from './bulk.ts';
import type { Chore } from './every.ts';
import { createWebhookSender, type ObserveDelivery } from './webhooks.ts';

/** What a worker may do besides running jobs; what is absent is left to other workers. */
export interface SideDuties {
  /** Carries webhooks and, with `verbs`, audit streams out. */
  readonly egress?: Egress;
  /** @default nothing is noted of them */
  readonly observeDelivery?: ObserveDelivery;
  /** What verbs work with, for bulk operations, backtests and for jobs that were queued by SQL. */
  readonly verbs?: Services;
}

/** The chores of these. Disposing ends what is under way. */
export function openSideDuties(
  {
    egress,
    verbs,
    observeDelivery,
    ...services
  }: SideDuties & Pick<Services, 'database' | 'keyring'>,
  log: Logger,
): AsyncDisposable & { readonly chores: readonly Chore[] } {
  const stack = new AsyncDisposableStack();
  const bulk = verbs && stack.use(createBulkWorker(verbs));
  const backtests = verbs && stack.use(createBacktestWorker(verbs));
  const admission = verbs && stack.use(createAdmission(verbs));
  const webhooks =
    egress && stack.use(createWebhookSender({ ...services, egress, observeDelivery, log }));
  const { connectors } = verbs ?? {};
  const streams =
    egress &&
    connectors &&
    stack.use(createAuditStreamer({ ...services, egress, connectors, log }));
  return {
    chores: [webhooks, streams, bulk, backtests, admission].flatMap((duty) => duty?.chores ?? []),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
