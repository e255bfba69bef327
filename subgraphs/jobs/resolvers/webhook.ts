import type { WebhookDeliveryResolvers, WebhookResolvers } from '../_generated/resolvers.ts';
import { deliveriesOfWebhook, webhooks } from '../loaders.ts';
import { presentDeliveryState, presentOptionalTime, presentTime } from '../presenters.ts';

export const webhook: WebhookResolvers = {
  isEnabled: ({ disabledAt }) => disabledAt === null,
  disabledAt: ({ disabledAt }) => presentOptionalTime(disabledAt),
  failingSince: ({ failingSince }) => presentOptionalTime(failingSince),
  previousSecretUntil: ({ previousUntil }, _args, { clock }) =>
    presentOptionalTime(
      previousUntil !== null && previousUntil > clock.now() ? previousUntil : null,
    ),
  deliveries: ({ id }, args, context) =>
    deliveriesOfWebhook(context).load({ ...args, webhookId: id }),
  createdAt: ({ createdAt }) => presentTime(createdAt),
  updatedAt: ({ updatedAt }) => presentTime(updatedAt),
};

export const webhookDelivery: WebhookDeliveryResolvers = {
  webhook: ({ webhookId }, _args, context) => webhooks(context).load(webhookId),
  state: ({ state }) => presentDeliveryState(state),
  eventType: ({ type }) => type,
  job: ({ jobId }) => (jobId === null ? null : { id: jobId }),
  nextAttemptAt: ({ nextAt }) => presentOptionalTime(nextAt),
  attemptedAt: ({ triedAt }) => presentOptionalTime(triedAt),
  createdAt: ({ createdAt }) => presentTime(createdAt),
  finishedAt: ({ finishedAt }) => presentOptionalTime(finishedAt),
};
