import { isoTime } from '../engine/iso-time.ts';
import type { LifecycleEvent } from '../engine/lifecycle.ts';
import type { EventDraft } from '../queue/job.ts';

/** An event of the engine as the queue keeps it. */
export function toDraft(event: LifecycleEvent): EventDraft {
  const { execution, name, kind, task, input, output } = event;
  return {
    type: `io.serverlessworkflow.${event.type}`,
    key: event.key,
    at: isoTime(event.time),
    data: {
      ...event.data,
      ...(execution === undefined ? {} : { execution }),
      ...(name === undefined ? {} : { name }),
      ...(kind === undefined ? {} : { kind }),
      ...(task === undefined || input === undefined ? {} : { input }),
      ...(task === undefined || output === undefined ? {} : { output }),
    },
    ...(task === undefined ? {} : { task }),
  };
}
