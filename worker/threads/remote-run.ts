import type { Host } from '../../engine/host.ts';
import type { Limits } from '../../engine/limits.ts';
import { WorkflowError } from '../../engine/problem.ts';
import type { Outcome } from '../../engine/run.ts';
import type { JsonValue } from '../../kernel/json.ts';
import type { HandedRun } from '../engine.ts';
import {
  answerOf,
  monotonicMs,
  outcomeOf,
  type FromThread,
  type HostCall,
  type RunOrder,
  type ToThread,
} from './messages.ts';

/** A run on a thread, seen from its worker. */
export interface RemoteRun {
  hear(message: Exclude<FromThread, { readonly kind: 'pong' }>): void;
  /** The thread is no more, or is not to go on with it. */
  leave(reason: unknown): void;
  /** Rejects with what the run was left for. */
  readonly ended: Promise<Outcome>;
}

/** How a run is known to its thread. */
export interface RemoteSeat {
  readonly run: number;
  readonly limits: Partial<Limits>;
  post(message: ToThread): void;
}

/** Gives a run to a thread and does for it what only this one can: effects, the journal, events. */
export function startRemoteRun(given: HandedRun, { run, limits, post }: RemoteSeat): RemoteRun {
  const end = Promise.withResolvers<Outcome>();
  const calls = new Map<number, AbortController>();
  let hasLeft = false;
  const host = given.effects.seat(() => hasLeft);

  function leave(reason: unknown): void {
    if (hasLeft) return;
    hasLeft = true;
    given.signal.removeEventListener('abort', onAbort);
    post({ kind: 'stop', run });
    end.reject(reason);
  }

  function onAbort(): void {
    leave(given.signal.reason);
  }

  async function answer(call: number, what: HostCall): Promise<void> {
    const controller = new AbortController();
    calls.set(call, controller);
    try {
      const value = await perform(host, what, controller.signal);
      if (!hasLeft) post({ kind: 'answer', run, call, answer: { value } });
    } catch (error) {
      if (!(error instanceof WorkflowError)) leave(error);
      else if (!hasLeft) post({ kind: 'answer', run, call, answer: answerOf(error) });
    }
    calls.delete(call);
  }

  async function take(drafts: Extract<FromThread, { readonly kind: 'events' }>['drafts']) {
    for (const draft of drafts) given.observe(draft);
    await given.room();
    if (!hasLeft) post({ kind: 'room', run });
  }

  function hear(message: Parameters<RemoteRun['hear']>[0]): void {
    switch (message.kind) {
      case 'call':
        void answer(message.call, message.what);
        return;
      case 'drop':
        calls.get(message.call)?.abort(new Error('the effect is not needed any more'));
        return;
      case 'entry':
        given.append(message.entry);
        return;
      case 'events':
        void take(message.drafts);
        return;
      case 'end':
        end.resolve(outcomeOf(message.end));
        hasLeft = true;
        given.signal.removeEventListener('abort', onAbort);
    }
  }

  given.signal.addEventListener('abort', onAbort);
  post({ kind: 'run', run, order: orderOf(given, limits) });
  if (given.signal.aborted) onAbort();
  return {
    ended: end.promise,
    leave,
    hear(message) {
      if (hasLeft) return;
      try {
        hear(message);
      } catch (error) {
        leave(error);
      }
    },
  };
}

function orderOf(given: HandedRun, limits: Partial<Limits>): RunOrder {
  const { versionId, definition, input, job, entries, host } = given;
  const clock = { at: host.now(), monotonicMs: monotonicMs() };
  return { versionId, document: definition.document, input, job, limits, entries, clock };
}

async function perform(
  host: Host,
  what: HostCall,
  signal: AbortSignal,
): Promise<JsonValue | undefined> {
  switch (what.method) {
    case 'call':
      return await host.call(what.request, { ...what.effect, signal });
    case 'readDocument':
      return await host.readDocument(what.text, { ...what.effect, signal });
    case 'emit':
      await host.emit(what.event, { ...what.effect, signal });
      return undefined;
    case 'ask':
      return await host.ask(what.wait, { ...what.effect, signal });
    case 'secret':
      return await host.secret(what.name);
  }
}
