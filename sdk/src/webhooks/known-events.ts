import type { UnknownEvent, WebhookEvent } from './events.ts';

/** The types that `WebhookEvent` tells apart. */
export type KnownEvent = WebhookEvent['type'];

const changes = {
  'io.serverlessworkflow.workflow': [
    ...['started', 'completed', 'faulted', 'cancelled', 'suspended', 'resumed', 'status-changed'],
    ...['correlation-started', 'correlation-completed'],
  ],
  'io.serverlessworkflow.task': [
    ...['created', 'started', 'completed', 'faulted', 'cancelled', 'retried', 'status-changed'],
    ...['suspended', 'resumed'],
  ],
  'dev.operandi.job': [
    ...['queued', 'waiting', 'answered', 'emitted', 'pause-requested', 'paused', 'resumed'],
    ...[
      'cancelled',
      'compensating',
      'redriven',
      'attempt-lost',
      'interrupted',
      'quarantined',
      'dead',
    ],
  ],
  'dev.operandi.approval': ['requested', 'reminded', 'escalated', 'held', 'undone', 'decided'],
  'dev.operandi.webhook': ['ping'],
} as const;

const known: ReadonlySet<string> = new Set(
  Object.entries(changes).flatMap(([of, names]) => names.map((name) => `${of}.${name}.v1`)),
);

/** True for an event whose type this version knows, so that `switch (event.type)` tells its data. */
export function isKnownEvent(event: WebhookEvent | UnknownEvent): event is WebhookEvent {
  return known.has(event.type);
}
