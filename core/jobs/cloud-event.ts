import type { JobEvent } from './job-event.ts';

/** The context attributes of an event of a job, by CloudEvents 1.0; its type and data are its own. */
export interface CloudEventAttributes {
  readonly specversion: '1.0';
  readonly id: string;
  readonly source: string;
  readonly subject: string;
  readonly datacontenttype: 'application/json';
}

/** Equal for everybody who is told of the event, however often. Lifecycle events tell of a workflow by its qualified name. */
export function attributesOf({ jobId, seq, data }: JobEvent): CloudEventAttributes {
  const qualified = data['workflow'] ?? data['name'];
  return {
    specversion: '1.0',
    id: `${jobId}/${String(seq)}`,
    source: `/operandi/jobs/${jobId}`,
    subject: typeof qualified === 'string' ? qualified : jobId,
    datacontenttype: 'application/json',
  };
}
