import type { JsonObject, JsonValue } from '../../kernel/json.ts';
import { kindOf } from '../dsl/document.ts';
import type { Step } from '../execution.ts';
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
    created() { publish(step, 'task.created.v1', 'createdAt'); },
    started() { publish(step, 'task.started.v1', 'startedAt'); },
    completed(output) {
      isOver = true;
      publish(step, 'task.completed.v1', 'completedAt', { output });
    },
    faulted(problem) {
      isOver = true;
      publish(step, 'task.faulted.v1', 'faultedAt', { data: { error: problem } });
    },
    cancelledUnlessOver() {
      if (!isOver) publish(step, 'task.cancelled.v1', 'cancelledAt');
    },
  };
}

/** A retry of a `try` is about to wait and start. */
export function taskRetried(step: Step): void {
  publish(step, 'task.retried.v1', 'retriedAt');
}

/** The optional event by which onlookers see that a task stands still, or goes on. */
export function taskStatusChanged(step: Step, status: 'waiting' | 'running'): void {
  publish(step, 'task.status-changed.v1', 'updatedAt', { data: { status } });
}

interface More {
  readonly data?: JsonObject;
  readonly output?: JsonValue;
}

function publish(step: Step, type: LifecycleType, timeField: string, more: More = {}): void {
  const { execution, reference, name, key, task } = step;
  const time = new Date(execution.clock.now).toISOString();
  execution.publish(type, {
    execution: key,
    task: reference,
    name,
    kind: kindOf(task) ?? 'unknown',
    ...(more.output === undefined ? {} : { output: more.output }),
    data: { workflow: execution.name, task: reference, [timeField]: time, ...more.data },
  });
}
