import type { JsonObject, JsonValue } from '../../kernel/json.ts';
import { isoTime } from '../iso-time.ts';
import type { EmitTask } from '../dsl/document.ts';
import { definitionScope, effectOf, type Step, type TaskResult } from '../execution.ts';
import { perform, type Fiber } from '../fiber.ts';
import type { CloudEvent } from '../host.ts';
import { noteConsumed } from '../events.ts';
import { workflowError } from '../problem.ts';
import { seededUuid } from '../random.ts';
import { expandTemplate } from '../uri-template.ts';

/** Attributes that are URIs or moments: an expression only when wrapped, else a template. */
const uriAttributes: ReadonlySet<string> = new Set(['source', 'dataschema']);

/**
 * Publishes an event; its id and time are fixed by the job, so that a replay publishes the same event. It is not for those
 * tasks of the job that begin to listen later.
 */
export function* runEmit(step: Step<EmitTask>): Fiber<TaskResult> {
  const event = eventOf(step);
  const output = yield* perform(step.key, step.reference, async (signal) => {
    await step.execution.host.emit(event, effectOf(step, step.key, signal));
    return event;
  });
  noteConsumed(step.execution.consumed, event);
  return { output };
}

function eventOf(step: Step<EmitTask>): CloudEvent {
  const { execution, task } = step;
  const { namespace, name, version } = execution.definition.document.document;
  const { id, source, type, ...more } = attributes(step, task.emit.event.with ?? {});
  if (typeof type !== 'string' || type === '')
    throw workflowError('validation', `the event of ${step.name} has no type`);
  return {
    specversion: '1.0',
    id:
      typeof id === 'string'
        ? id
        : seededUuid(`${execution.job.id}:${execution.renewals.outsideKey(step.key)}`),
    source: typeof source === 'string' ? source : `/${namespace}/${name}/${version}`,
    type,
    time: isoTime(execution.clock.now),
    ...more,
  };
}

function attributes(step: Step, model: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(model).map(([name, value]) => [name, attribute(step, name, value)]),
  );
}

function attribute(step: Step, name: string, value: JsonValue): JsonValue {
  const scope = definitionScope(step);
  if (!uriAttributes.has(name) || typeof value !== 'string')
    return step.execution.definition.expressions.value(value, scope);
  const filled = step.execution.definition.expressions.wrapped(value, scope);
  return filled === value ? expandTemplate(value, step.input) : filled;
}
