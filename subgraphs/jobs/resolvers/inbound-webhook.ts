import { inboundPath } from '../../../core/access/inbound-sender.ts';
import type { InboundWebhookResolvers } from '../_generated/resolvers.ts';
import {
  presentInboundRefusal,
  presentInboundScheme,
  presentOptionalTime,
  presentTime,
} from '../presenters.ts';

export const inboundWebhook: InboundWebhookResolvers = {
  path: ({ tenantId, id }) => inboundPath(tenantId, id),
  scheme: ({ scheme }) => presentInboundScheme(scheme),
  isEnabled: ({ disabledAt }) => disabledAt === null,
  disabledAt: ({ disabledAt }) => presentOptionalTime(disabledAt),
  previousSecretUntil: ({ previousUntil }, _args, { clock }) =>
    presentOptionalTime(
      previousUntil !== null && previousUntil > clock.now() ? previousUntil : null,
    ),
  lastReceivedAt: ({ receivedAt }) => presentOptionalTime(receivedAt),
  lastRefusedAt: ({ refusedAt }) => presentOptionalTime(refusedAt),
  lastRefusal: ({ refusal }) => (refusal === null ? null : presentInboundRefusal(refusal)),
  createdAt: ({ createdAt }) => presentTime(createdAt),
  updatedAt: ({ updatedAt }) => presentTime(updatedAt),
};
