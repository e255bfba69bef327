import { isJsonObject, type JsonValue } from '../../kernel/json.ts';
import type { ListenTask } from '../dsl/document.ts';
import { hintsOf, type Listening } from '../event-hints.ts';
import { definitionScope, type Step, type TaskResult } from '../execution.ts';
import {
  beginConsumption,
  correlates,
  eventKey,
  isLastEvent,
  noteConsumed,
  offerEvent,
  readEvent,
  untilHolds,
  type Consumption,
  type EventReading,
} from '../events.ts';
import { pause, type Fiber } from '../fiber.ts';
import type { CloudEvent, EventRef, EventWait } from '../host.ts';
import { workflowError } from '../problem.ts';
import { runIterator } from './iterator.ts';
import { correlationCompleted, correlationStarted, taskStatusChanged } from './task-events.ts';

/** Takes events one by one, each fully processed before the next, until the strategy is satisfied. */
export function* runListen(step: Step<ListenTask>): Fiber<TaskResult> {
  taskStatusChanged(step, 'waiting');
  const isCorrelated = correlates(step.task.listen.to);
  if (isCorrelated) correlationStarted(step);
  const { output, state } = yield* consume(step);
  if (isCorrelated) correlationCompleted(step, state.keys);
  taskStatusChanged(step, 'running');
  return { output };
}

interface Consumed {
  readonly output: JsonValue;
  readonly state: Consumption;
}

function* consume(step: Step<ListenTask>): Fiber<Consumed> {
  const { to: strategy, read = 'data' } = step.task.listen;
  const reading = readingOf(step);
  const items: JsonValue[] = [];
  const outputs: JsonValue[] = [];
  const consumed = [...step.execution.consumed];
  let state = beginConsumption(strategy);
  let isDone = strategy.all?.length === 0;
  for (let position = 0; !isDone; position += 1) {
    const event = yield* nextEvent(step, position, { state, reading, consumed });
    const offered = offerEvent(strategy, state, { event, reading });
    if (offered.state !== state) noteConsumed(step.execution.consumed, event);
    ({ state, isDone } = offered);
    if (!offered.isConsumed) continue;
    const item = readEvent(event, read);
    outputs.push(yield* runIterator(step, step.task.foreach, { item, index: items.length }));
    items.push(item);
    isDone ||= untilHolds(strategy, items, reading);
  }
  return { output: outputs, state };
}

function readingOf(step: Step<ListenTask>): EventReading {
  return {
    expressions: step.execution.definition.expressions,
    input: step.input,
    scope: (dot) => definitionScope(step, dot),
  };
}

function* nextEvent(
  step: Step<ListenTask>,
  position: number,
  { consumed, ...listening }: Listening & { readonly consumed: readonly EventRef[] },
): Fiber<CloudEvent> {
  const limit = step.execution.limits.events;
  if (position >= limit)
    throw workflowError(
      'runtime',
      `${step.name} has been offered more than ${String(limit)} events`,
      { isCatchable: false },
    );
  const wait: EventWait = {
    kind: 'event',
    key: eventKey(step.key, position),
    task: step.reference,
    listener: step.key,
    position,
    hints: hintsOf(step.task.listen.to, listening),
    ...(consumed.length === 0 ? {} : { consumed }),
    ...(isLastEvent(step.task.listen.to, listening.state) ? { isLast: true } : {}),
  };
  const event = yield* pause(wait);
  if (!isCloudEvent(event))
    throw workflowError('runtime', `${step.name} was handed something that is no event`);
  return event;
}

function isCloudEvent(value: JsonValue): value is CloudEvent {
  return (
    isJsonObject(value) && ['id', 'source', 'type'].every((name) => typeof value[name] === 'string')
  );
}
