import type { JsonObject, JsonValue } from '../kernel/json.ts';
import type { DocumentHead } from './dsl/document.ts';
import { createRedaction } from './redact.ts';
import { createPreviews } from './preview.ts';

/** The standard lifecycle event types without their common prefix. */
export type LifecycleType =
  | 'workflow.started.v1'
  | 'workflow.completed.v1'
  | 'workflow.faulted.v1'
  | 'workflow.cancelled.v1'
  | 'workflow.suspended.v1'
  | 'workflow.resumed.v1'
  | 'workflow.status-changed.v1'
  | 'workflow.correlation-started.v1'
  | 'workflow.correlation-completed.v1'
  | 'task.created.v1'
  | 'task.started.v1'
  | 'task.completed.v1'
  | 'task.faulted.v1'
  | 'task.cancelled.v1'
  | 'task.retried.v1'
  | 'task.status-changed.v1'
  | 'task.suspended.v1'
  | 'task.resumed.v1';

/** Something that happened in a run. A replay yields the same events with the same sequence numbers. */
export interface LifecycleEvent {
  /** Position in the life of the job, from 1, without gaps. */
  readonly sequence: number;
  /** Unique in the job and equal on every replay, e.g. `17:task.started.v1`. */
  readonly key: string;
  readonly type: LifecycleType;
  /** Deterministic time: of the last journaled effect, epoch milliseconds. */
  readonly time: number;
  /** Unique per execution of a task (iterations, attempts, visits); absent for workflow events. */
  readonly execution?: string | undefined;
  /** JSON pointer of the task. */
  readonly task?: string | undefined;
  /** Name of the task in its list. */
  readonly name?: string | undefined;
  /** Kind of the task: `call`, `set`, … */
  readonly kind?: string | undefined;
  /** The CloudEvent data of the specification. */
  readonly data: JsonObject;
  /** Preview of the raw input, with the creation of a task. */
  readonly input?: JsonValue | undefined;
  /** Preview of the transformed output of a completed task or workflow. */
  readonly output?: JsonValue | undefined;
}

/** `{workflow name}-{job id}.{namespace}`, the name of a run in its events. */
export function qualifiedName(head: DocumentHead, jobId: string): string {
  return `${head.name}-${jobId}.${head.namespace}`;
}

type Particulars = Partial<
  Pick<LifecycleEvent, 'execution' | 'task' | 'name' | 'kind' | 'input' | 'output'>
> & { readonly data: JsonObject };

/** Numbers and times the events of one run and hands them to `observe`, without the values of secrets. */
export function publisher(
  clock: { readonly now: number },
  observe: (event: LifecycleEvent) => void,
  { secrets, showsValues }: { readonly secrets: JsonObject; readonly showsValues: boolean },
): (type: LifecycleType, about: Particulars) => void {
  const previews = createPreviews(secrets);
  const shown = (value: JsonValue | undefined): JsonValue | undefined =>
    value === undefined || !showsValues ? undefined : previews.show(value);
  const withoutSecrets = createRedaction(secrets);
  let sequence = 0;
  return (type, { execution, task, name, kind, data, input, output }) => {
    sequence += 1;
    observe({
      sequence,
      key: `${String(sequence)}:${type}`,
      type,
      time: clock.now,
      execution,
      task,
      name,
      kind,
      data: withoutSecrets(data),
      input: shown(input),
      output: shown(output),
    });
  };
}
