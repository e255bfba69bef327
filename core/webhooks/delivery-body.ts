import type { JsonObject } from '../../kernel/json.ts';
import { attributesOf } from '../jobs/cloud-event.ts';
import type { JobEvent } from '../jobs/job-event.ts';

/** The event of `testWebhook`. */
export const pingType = 'dev.operandi.webhook.ping.v1';

/** The largest body, bytes; `data` of a larger event is left out and `datacut` says so. */
const maxBodyBytes = 262_144;

/** An event of a job as JSON by CloudEvents 1.0: the same bytes however often it is told. */
export function bodyOf(event: JobEvent): string {
  const attributes = {
    ...attributesOf(event),
    type: event.type,
    time: event.at.toISOString(),
    jobid: event.jobId,
    sequence: String(event.seq),
    ...(event.task === null ? {} : { task: event.task }),
  };
  const whole = JSON.stringify({ ...attributes, data: event.data });
  if (Buffer.byteLength(whole) <= maxBodyBytes) return whole;
  return JSON.stringify({ ...attributes, datacut: true });
}

/** What a test tells: nothing but that the endpoint is known. */
export function pingBodyOf(delivery: {
  readonly id: string;
  readonly webhookId: string;
  readonly createdAt: Date;
}): string {
  const data: JsonObject = { webhookId: delivery.webhookId };
  return JSON.stringify({
    specversion: '1.0',
    id: delivery.id,
    source: `/operandi/webhooks/${delivery.webhookId}`,
    type: pingType,
    time: delivery.createdAt.toISOString(),
    datacontenttype: 'application/json',
    data,
  });
}
