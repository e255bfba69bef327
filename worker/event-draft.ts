import type { LifecycleEvent } from '../engine/lifecycle.ts';
import type { EventDraft } from '../queue/job.ts';
import { toStorable } from '../kernel/storable.ts';

/** An event of the engine as the queue keeps it. */
export function toDraft(event: LifecycleEvent): EventDraft {
  const { execution, name, kind, task, input, output } = event;
  return {
    type: `io.serverlessworkflow.${event.type}`,
    key: event.key,
    at: new Date(event.time).toISOString(),
    data: toStorable({
      ...event.data,
      ...(execution === undefined ? {} : { execution }),
      ...(name === undefined ? {} : { name }),
      ...(kind === undefined ? {} : { kind }),
      ...(task === undefined || input === undefined ? {} : { input }),
      ...(task === undefined || output === undefined ? {} : { output }),
    }),
    ...(task === undefined ? {} : { task }),
  };
}
