import type { Host } from '../../engine/host.ts';
import type { Limits } from '../../engine/limits.ts';
import { WorkflowError } from '../../engine/problem.ts';
import type { Outcome } from '../../engine/run.ts';
import type { JsonValue } from '../../kernel/json.ts';
import type { HandedRun } from '../engine-run.ts';
import type { EventDraft } from '../../queue/job.ts';
import {
  answerOf,
  monotonicMs,
  outcomeOf,
  type Answer,
  type FromThread,
  type HostCall,
  type RunOrder,
  type ToThread,
} from './messages.ts';

/** A run on a thread, seen from its worker. */
export interface RemoteRun {
  readonly hear: (message: Exclude<FromThread, { readonly kind: 'pong' }>) => void;
  /** The thread is no more, or is not to go on with it. */
  readonly leave: (reason: unknown) => void;
  /** Rejects with what the run was left for. */
  readonly ended: Promise<Outcome>;
}

/** How a run is known to its thread. */
export interface RemoteSeat {
  readonly run: number;
  readonly limits: Partial<Limits>;
  readonly post: (message: ToThread) => void;
}

/** Gives a run to a thread and does for it what only this one can: effects, the journal, events. */
export function startRemoteRun(given: HandedRun, { run, limits, post }: RemoteSeat): RemoteRun {
  const end = Promise.withResolvers<Outcome>();
  let hasLeft = false;
  const host = given.effects.seat(() => hasLeft);
  const tell = (message: ToThread): void => {
    if (!hasLeft) post(message);
  };
  const calls = createCallee(host, {
    tell: (call, answer) => tell({ kind: 'answer', run, call, answer }),
    leave,
  });
  const onAbort = (): void => leave(given.signal.reason);

  function close(): void {
    hasLeft = true;
    given.signal.removeEventListener('abort', onAbort);
  }

  function leave(reason: unknown): void {
    if (hasLeft) return;
    close();
    post({ kind: 'stop', run });
    end.reject(reason);
  }

  async function take(drafts: readonly EventDraft[]): Promise<void> {
    for (const draft of drafts) given.observe(draft);
    await given.room();
    tell({ kind: 'room', run });
  }

  function hear(message: Parameters<RemoteRun['hear']>[0]): void {
    if (message.kind === 'call') void calls.answer(message.call, message.what);
    else if (message.kind === 'drop') calls.drop(message.call);
    else if (message.kind === 'entry') given.append(message.entry);
    else if (message.kind === 'events') take(message.drafts).catch(leave);
    else {
      end.resolve(outcomeOf(message.end));
      close();
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

interface CalleeOptions {
  readonly tell: (call: number, answer: Answer) => void;
  /** Called with an error that is none of the definition's. */
  readonly leave: (reason: unknown) => void;
}

/** Does what the thread asks of the host. */
function createCallee(host: Host, { tell, leave }: CalleeOptions) {
  const underWay = new Map<number, AbortController>();
  return {
    async answer(call: number, what: HostCall): Promise<void> {
      const controller = new AbortController();
      underWay.set(call, controller);
      try {
        tell(call, { value: await perform(host, what, controller.signal) });
      } catch (error) {
        if (error instanceof WorkflowError) tell(call, answerOf(error));
        else leave(error);
      }
      underWay.delete(call);
    },
    drop(call: number): void {
      underWay.get(call)?.abort(new Error('the effect is not needed any more'));
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
