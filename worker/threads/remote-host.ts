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
  readonly append: (entry: JournalEntry) => Promise<void>;
  readonly tell: (draft: EventDraft) => void;
  /** Undefined while the worker keeps up with the events. */
  readonly room: () => Promise<void> | undefined;
  readonly hear: (message: Exclude<ToThread, { readonly kind: 'run' | 'ping' }>) => void;
  readonly end: (end: RunEnd) => void;
}

/** Events that travel together at most. */
const batchSize = 200;
/** Batches under way at most. */
const maxUnderWay = 4;

type Post = (message: FromThread) => void;

/** The host of one run. Messages keep their order, so what an effect follows from is with the worker before it. */
export function createRemoteHost(run: number, post: Post): RemoteHost {
  const controller = new AbortController();
  const events = createEventSender(run, post);
  const calls = createCallSender(run, (message) => {
    events.send();
    post(message);
  });

  return {
    signal: controller.signal,
    host: {
      ...hostOf(calls.ask),
      async sleep(ms, signal) {
        events.send();
        await sleepUntilAborted(ms, signal);
      },
    },
    append(entry) {
      events.send();
      post({ kind: 'entry', run, entry });
      return Promise.resolve();
    },
    tell: events.tell,
    room: events.room,
    hear(message) {
      if (message.kind === 'answer') calls.hear(message.call, message.answer);
      else if (message.kind === 'room') events.makeRoom();
      else {
        controller.abort(new Error('the worker has taken the run away'));
        events.open();
      }
    },
    end(end) {
      events.send();
      post({ kind: 'end', run, end });
    },
  };
}

type Ask = (what: HostCall, signal?: AbortSignal) => Promise<JsonValue | undefined>;

function hostOf(ask: Ask): Omit<Host, 'now' | 'sleep'> {
  return {
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
  };
}

/** Events leave in batches, and no more than the worker takes. */
function createEventSender(run: number, post: Post) {
  let drafts: EventDraft[] = [];
  let underWay = 0;
  let isOpen = false;
  let changed = Promise.withResolvers<undefined>();
  const isFull = (): boolean => underWay > maxUnderWay && !isOpen;

  function send(): void {
    if (drafts.length === 0) return;
    underWay += 1;
    post({ kind: 'events', run, drafts });
    drafts = [];
  }

  function wake(): void {
    changed.resolve(undefined);
    changed = Promise.withResolvers<undefined>();
  }

  async function untilRoom(): Promise<void> {
    while (isFull()) await changed.promise;
  }

  return {
    send,
    tell: (draft: EventDraft): void => {
      drafts.push(draft);
      if (drafts.length >= batchSize) send();
    },
    room: () => (isFull() ? untilRoom() : undefined),
    makeRoom: (): void => {
      underWay -= 1;
      wake();
    },
    /** Nobody has to wait any more. */
    open: (): void => {
      isOpen = true;
      wake();
    },
  };
}

function createCallSender(run: number, post: Post) {
  const waiting = new Map<number, (answer: Answer) => void>();
  let last = 0;

  const ask: Ask = async (what, signal) => {
    last += 1;
    const call = last;
    const answered = Promise.withResolvers<Answer>();
    waiting.set(call, answered.resolve);
    post({ kind: 'call', run, call, what });
    signal?.addEventListener('abort', () => {
      if (waiting.delete(call)) post({ kind: 'drop', run, call });
    });
    return valueOf(await answered.promise);
  };

  return {
    ask,
    hear: (call: number, answer: Answer): void => {
      waiting.get(call)?.(answer);
      waiting.delete(call);
    },
  };
}

function addressOf({
  key,
  task,
  idempotencyKey,
  outsideKey,
  peerKey,
  isTimed,
}: EffectContext): EffectAddress {
  return { key, task, idempotencyKey, outsideKey, peerKey, isTimed };
}
