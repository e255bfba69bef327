export type {
  ApprovalEvent,
  EventProblem,
  JobEvent,
  PingEvent,
  TaskEvent,
  UnknownEvent,
  WebhookEvent,
  WorkflowEvent,
} from './events.ts';
export { isKnownEvent, type KnownEvent } from './known-events.ts';
export {
  signWebhook,
  verifyWebhook,
  type SignedWebhook,
  WebhookError,
  type WebhookFault,
  type WebhookHeaders,
  type WebhookOptions,
} from './verify-webhook.ts';
