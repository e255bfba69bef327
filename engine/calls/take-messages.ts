import type { JsonObject, JsonValue } from '../../kernel/json.ts';
import type { CallTask, SubscriptionModel } from '../dsl/document.ts';
import { definitionScope, effectOf, type Step } from '../execution.ts';
import { isTruthy } from '../expressions.ts';
import { perform, type Fiber } from '../fiber.ts';
import type { EffectContext } from '../host.ts';
import { isJsonArray } from '../json-text.ts';
import { workflowError } from '../problem.ts';
import { runIterator } from '../tasks/iterator.ts';
import { momentAfter } from '../timeout.ts';

type RequestOf = (effect: EffectContext) => Promise<JsonObject>;

/** Takes messages one by one, each fully processed before the next, until there are enough or the time is over. */
export function* takeMessages(
  step: Step<CallTask>,
  model: SubscriptionModel,
  requestOf: RequestOf,
): Fiber<JsonValue> {
  const { consume, foreach } = model;
  const dueAt =
    consume.for === undefined ? undefined : momentAfter(consume.for, definitionScope(step), step);
  const next = nextMessage(step, { model, dueAt, requestOf });
  const messages: JsonValue[] = [];
  const outputs: JsonValue[] = [];
  let isOver = holds(step, consume.until, messages);
  while (!isOver) {
    const message = yield* next(messages.length);
    if (message === null) break;
    const item = { item: message, index: messages.length, place: 'with/subscription/foreach' };
    outputs.push(yield* runIterator(step, foreach, item));
    messages.push(message);
    isOver = isEnough(step, consume, messages);
  }
  yield* tellOver(step);
  return outputs;
}

/** Checked after each message, and before the next. */
function isEnough(
  step: Step,
  consume: SubscriptionModel['consume'],
  messages: readonly JsonValue[],
): boolean {
  if (consume.amount !== undefined) return messages.length >= consume.amount;
  if (consume.while !== undefined) return !holds(step, consume.while, messages);
  return holds(step, consume.until, messages);
}

function holds(step: Step, condition: string | undefined, messages: readonly JsonValue[]): boolean {
  if (condition === undefined) return false;
  const { expressions } = step.execution.definition;
  return isTruthy(expressions.evaluate(condition, definitionScope(step, messages)));
}

interface Taking {
  readonly model: SubscriptionModel;
  readonly dueAt: number | undefined;
  readonly requestOf: RequestOf;
}

/** Takes the n-th message that the filter lets through: an effect, so that it stays the same. Null when the time is over. */
function nextMessage(step: Step<CallTask>, { model, dueAt, requestOf }: Taking) {
  const { host, limits, turns } = step.execution;
  // What came with others, and has not been looked at; lost with the connection.
  const pending: JsonValue[] = [];
  let offered = 0;

  async function ask(effect: EffectContext): Promise<readonly JsonValue[]> {
    const wanted = { subscription: step.key, ...(dueAt === undefined ? {} : { dueAt }) };
    const first = await host.call({ kind: 'asyncapi', with: named(step, wanted) }, effect);
    if (first !== null) return messagesOf(first);
    const request = { ...(await requestOf(effect)), ...wanted };
    return messagesOf((await host.call({ kind: 'asyncapi', with: request }, effect)) ?? []);
  }

  async function take(effect: EffectContext): Promise<JsonValue> {
    for (;;) {
      if (pending.length === 0) pending.push(...(await ask(effect)));
      const message = pending.shift();
      if (message === undefined) return null;
      offered += 1;
      if (offered > limits.events)
        throw workflowError(
          'runtime',
          `${step.name} has been offered more than ${String(limits.events)} messages`,
          { isCatchable: false },
        );
      if (turns.isOver()) await turns.next();
      effect.signal.throwIfAborted();
      if (passes(step, model.filter, message)) return message;
    }
  }

  return function* (position: number): Fiber<JsonValue> {
    const key = `${step.key}/message@${String(position)}`;
    return yield* perform(key, step.reference, (signal) => take(effectOf(step, key, signal)));
  };
}

/** With what is written of it, for those who read of the call. */
function named(step: Step<CallTask>, wanted: JsonObject): JsonObject {
  const { operation, channel } = step.task.with ?? {};
  return {
    ...wanted,
    ...(operation === undefined ? {} : { operation }),
    ...(channel === undefined ? {} : { channel }),
  };
}

function messagesOf(answer: JsonValue): readonly JsonValue[] {
  return isJsonArray(answer) ? answer : [answer];
}

function passes(step: Step, filter: string | undefined, message: JsonValue): boolean {
  if (filter === undefined) return true;
  const { expressions } = step.execution.definition;
  return isTruthy(expressions.evaluate(filter, definitionScope(step, message)));
}

/** The channel is listened to no longer. */
function* tellOver(step: Step<CallTask>): Fiber<undefined> {
  const key = `${step.key}/over`;
  yield* perform(key, step.reference, async (signal) => {
    const over = { subscription: step.key, isOver: true };
    const effect = effectOf(step, key, signal);
    return await step.execution.host.call({ kind: 'asyncapi', with: named(step, over) }, effect);
  });
}
