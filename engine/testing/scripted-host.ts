import { setImmediate as nextTurn } from 'node:timers/promises';
import type { JsonObject, JsonValue } from '../../kernel/json.ts';
import { createEventOrder } from '../event-order.ts';
import { readValue } from '../dsl/source.ts';
import type {
  ApprovalDecision,
  ApprovalWait,
  CallRequest,
  ChildOutcome,
  ChildWait,
  CloudEvent,
  EffectContext,
  Host,
} from '../host.ts';

export interface Script {
  /** Answers calls; may throw a `WorkflowError`. */
  readonly call?: (request: CallRequest, effect: EffectContext) => JsonValue | Promise<JsonValue>;
  /** Delivered in order to every listener, candidates only. */
  readonly events?: readonly CloudEvent[];
  readonly approval?: (wait: ApprovalWait) => ApprovalDecision | undefined;
  readonly child?: (wait: ChildWait) => ChildOutcome | undefined;
  readonly secrets?: JsonObject;
}

/** A host without an outside: time is a number, answers come from a script. */
export interface ScriptedHost extends Host {
  /** After a job has parked: lets the outside answer what it was asked; only when that is nothing new, time moves to `wakeAt`. */
  goOn(wakeAt: number | undefined): void;
  readonly calls: readonly (CallRequest & {
    readonly key: string;
    readonly idempotencyKey: string;
  })[];
  readonly emitted: readonly CloudEvent[];
}

/** Turns of the event loop in which calls may still finish before a sleep makes time pass. */
const patience = 25;

export const testStart = Date.UTC(2026, 0, 15, 12);

/** The outside answers nothing at the first time of asking, so that every wait parks once. */
export function scriptedHost(script: Script = {}, startAt: number = testStart): ScriptedHost {
  const calls: (CallRequest & { readonly key: string; readonly idempotencyKey: string })[] = [];
  const emitted: CloudEvent[] = [];
  const asked = new Set<string>();
  const answerable = new Set<string>();
  const { events = [] } = script;
  const order = createEventOrder(events);
  let now = startAt;
  return {
    calls,
    emitted,
    now: () => now,
    goOn(wakeAt) {
      const isNew = [...asked].some((key) => !answerable.has(key));
      for (const key of asked) answerable.add(key);
      if (!isNew) now = Math.max(now, wakeAt ?? now);
    },
    async sleep(ms, signal) {
      for (let turn = 0; turn < patience && !signal.aborted; turn += 1) await nextTurn();
      if (!signal.aborted) now += Math.max(0, ms);
    },
    async call(request, effect) {
      calls.push({ ...request, key: effect.key, idempotencyKey: effect.idempotencyKey });
      await nextTurn();
      return (await script.call?.(request, effect)) ?? null;
    },
    readDocument: (text) => Promise.resolve(readValue(text)),
    async emit(event) {
      await nextTurn();
      emitted.push(event);
    },
    secret: (name) => Promise.resolve(script.secrets?.[name]),
    async ask(wait) {
      await nextTurn();
      if (wait.kind !== 'cancel') asked.add(wait.key);
      if (!answerable.has(wait.key) || wait.kind === 'cancel') return undefined;
      if (wait.kind === 'event') return events[order.next(wait)];
      return wait.kind === 'approval' ? script.approval?.(wait) : script.child?.(wait);
    },
  };
}

/** A CloudEvent with the attributes that tests do not care about. */
export function testEvent(type: string, data: JsonValue = null, more: JsonObject = {}): CloudEvent {
  return { specversion: '1.0', id: `event-${type}`, source: '/tests', type, data, ...more };
}
