import type { JsonObject, JsonValue } from '../../kernel/json.ts';
import { kindOf } from '../dsl/document.ts';
import type { Step } from '../execution.ts';
import { isoTime } from '../iso-time.ts';
import type { LifecycleType } from '../lifecycle.ts';
import type { WorkflowProblem } from '../problem.ts';

/** The lifecycle events of one execution of a task. */
export interface TaskEvents {
  created(): void;
  started(): void;
  completed(output: JsonValue): void;
  faulted(problem: WorkflowProblem): void;
  /** For a task that is left neither completed nor faulted: somebody ended its strand. */
  cancelledUnlessOver(): void;
}

export function taskEvents(step: Step): TaskEvents {
  let isOver = false;
  return {
    created() {
      publish(step, 'task.created.v1', { input: step.rawInput });
    },
    started() {
      publish(step, 'task.started.v1');
    },
    completed(output) {
      isOver = true;
      publish(step, 'task.completed.v1', { output });
    },
    faulted(problem) {
      isOver = true;
      publish(step, 'task.faulted.v1', { data: { error: problem } });
    },
    cancelledUnlessOver() {
      if (!isOver) publish(step, 'task.cancelled.v1');
    },
  };
}

/** A retry of a `try` is about to wait and start. */
export function taskRetried(step: Step): void {
  publish(step, 'task.retried.v1');
}

/** The optional event by which onlookers see that a task stands still, or goes on. */
export function taskStatusChanged(step: Step, status: 'waiting' | 'running'): void {
  publish(step, 'task.status-changed.v1', { data: { status } });
}

/** The run begins to correlate events. */
export function correlationStarted({ execution }: Step): void {
  const startedAt = isoTime(execution.clock.now);
  execution.publish('workflow.correlation-started.v1', {
    data: { name: execution.name, startedAt },
  });
}

/** The events of a listen task have been found, by these keys. */
export function correlationCompleted({ execution }: Step, correlationKeys: JsonObject): void {
  const completedAt = isoTime(execution.clock.now);
  const data = { name: execution.name, completedAt, correlationKeys };
  execution.publish('workflow.correlation-completed.v1', { data });
}

interface More {
  readonly data?: JsonObject;
  readonly input?: JsonValue;
  readonly output?: JsonValue;
}

type DataAt = (workflow: string, task: string, time: string) => JsonObject;

/** The data of each event, with what the specification calls its time: loops make millions, each of a fixed shape. */
const dataAt = {
  'task.created.v1': (workflow, task, createdAt) => ({ workflow, task, createdAt }),
  'task.started.v1': (workflow, task, startedAt) => ({ workflow, task, startedAt }),
  'task.completed.v1': (workflow, task, completedAt) => ({ workflow, task, completedAt }),
  'task.faulted.v1': (workflow, task, faultedAt) => ({ workflow, task, faultedAt }),
  'task.cancelled.v1': (workflow, task, cancelledAt) => ({ workflow, task, cancelledAt }),
  'task.retried.v1': (workflow, task, retriedAt) => ({ workflow, task, retriedAt }),
  'task.status-changed.v1': (workflow, task, updatedAt) => ({ workflow, task, updatedAt }),
} as const satisfies Partial<Record<LifecycleType, DataAt>>;

function publish(step: Step, type: keyof typeof dataAt, more: More = {}): void {
  const { execution, reference, name, key, task } = step;
  const data = dataAt[type](execution.name, reference, isoTime(execution.clock.now));
  execution.publish(type, {
    execution: key,
    task: reference,
    name,
    kind: kindOf(task) ?? 'unknown',
    input: more.input,
    output: more.output,
    data: more.data === undefined ? data : { ...data, ...more.data },
  });
}
