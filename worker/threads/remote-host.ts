import type { EffectContext, Host } from '../../engine/host.ts';
import type { JournalEntry } from '../../engine/journal.ts';
import type { JsonValue } from '../../kernel/json.ts';
import type { EventDraft } from '../../queue/job.ts';
import { sleepUntilAborted } from '../sleep-until-aborted.ts';
import {
  valueOf,
  type Answer,
  type EffectAddress,
  type FromThread,
  type HostCall,
  type RunEnd,
  type ToThread,
} from './messages.ts';

/** What a run in a thread knows of the world: messages to and from its worker. */
export interface RemoteHost {
  readonly host: Omit<Host, 'now'>;
  /** Aborted when the worker wants the run to stop. */
  readonly signal: AbortSignal;
  append(entry: JournalEntry): Promise<void>;
  tell(draft: EventDraft): void;
  /** Undefined while the worker keeps up with the events. */
  room(): Promise<void> | undefined;
  hear(message: Exclude<ToThread, { readonly kind: 'run' | 'ping' }>): void;
  end(end: RunEnd): void;
}

/** Events that travel together at most. */
const batchSize = 200;
/** Batches under way at most. */
const maxUnderWay = 4;

/** The host of one run. Messages keep their order, so what an effect follows from is with the worker before it. */
export function createRemoteHost(run: number, post: (message: FromThread) => void): RemoteHost {
  const controller = new AbortController();
  const calls = new Map<number, (answer: Answer) => void>();
  let drafts: EventDraft[] = [];
  let underWay = 0;
  let lastCall = 0;
  let room = Promise.withResolvers<undefined>();

  function sendEvents(): void {
    if (drafts.length === 0) return;
    underWay += 1;
    post({ kind: 'events', run, drafts });
    drafts = [];
  }

  function makeRoom(): void {
    underWay -= 1;
    room.resolve(undefined);
    room = Promise.withResolvers<undefined>();
  }

  async function untilRoom(): Promise<void> {
    while (underWay > maxUnderWay && !controller.signal.aborted) await room.promise;
  }

  async function ask(what: HostCall, signal?: AbortSignal): Promise<JsonValue | undefined> {
    lastCall += 1;
    const call = lastCall;
    const answered = Promise.withResolvers<Answer>();
    calls.set(call, answered.resolve);
    sendEvents();
    post({ kind: 'call', run, call, what });
    signal?.addEventListener('abort', () => {
      if (calls.delete(call)) post({ kind: 'drop', run, call });
    });
    return valueOf(await answered.promise);
  }

  return {
    signal: controller.signal,
    host: {
      async sleep(ms, signal) {
        sendEvents();
        await sleepUntilAborted(ms, signal);
      },
      call: async (request, effect) =>
        (await ask({ method: 'call', request, effect: addressOf(effect) }, effect.signal)) ?? null,
      readDocument: async (text, effect) =>
        (await ask({ method: 'readDocument', text, effect: addressOf(effect) }, effect.signal)) ??
        null,
      async emit(event, effect) {
        await ask({ method: 'emit', event, effect: addressOf(effect) }, effect.signal);
      },
      ask: (wait, effect) => ask({ method: 'ask', wait, effect: addressOf(effect) }, effect.signal),
      secret: (name) => ask({ method: 'secret', name }),
    },
    append(entry) {
      sendEvents();
      post({ kind: 'entry', run, entry });
      return Promise.resolve();
    },
    tell(draft) {
      drafts.push(draft);
      if (drafts.length >= batchSize) sendEvents();
    },
    room: () => (underWay > maxUnderWay ? untilRoom() : undefined),
    hear(message) {
      switch (message.kind) {
        case 'answer':
          calls.get(message.call)?.(message.answer);
          calls.delete(message.call);
          return;
        case 'room':
          makeRoom();
          return;
        case 'stop':
          controller.abort(new Error('the worker has taken the run away'));
          room.resolve(undefined);
      }
    },
    end(end) {
      sendEvents();
      post({ kind: 'end', run, end });
    },
  };
}

function addressOf({ key, task, outsideKey, idempotencyKey }: EffectContext): EffectAddress {
  return { key, task, outsideKey, idempotencyKey };
}
