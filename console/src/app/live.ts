import { createContext, useContext, useEffect, useEffectEvent } from 'react';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';

import { OperandiError } from '../../../sdk/src/errors.ts';
import { useSession } from './session.ts';

export type LiveState = 'connecting' | 'live' | 'lost';

/** Where the streams of the view stand, for the mark in its head. */
export interface LiveBoard {
  readonly tell: (id: object, state: LiveState | undefined) => void;
}

export const LiveContext = createContext<LiveBoard>({ tell: () => undefined });

interface Live<Data, Variables> {
  readonly document: TypedDocumentNode<Data, Variables>;
  readonly variables: Variables;
  readonly cursorOf: (data: Data) => string;
  readonly onData: (data: Data) => void;
  /** After a pause in which something may have been missed before there was a cursor. */
  readonly onBack: () => void;
  readonly enabled?: boolean;
  /** Cursor behind which it begins. @default from now on */
  readonly after?: string | undefined;
}

const firstPauseMs = 500;
const longestPauseMs = 15_000;

/** Follows a subscription as long as the view is there; what breaks off goes on behind the last cursor. */
export function useLive<Data, Variables extends Record<string, unknown>>(
  live: Live<Data, Variables>,
): void {
  const { client, leave } = useSession();
  const board = useContext(LiveContext);
  const { enabled = true, document } = live;
  const key = JSON.stringify(live.variables);
  const onData = useEffectEvent(live.onData);
  const onBack = useEffectEvent(live.onBack);
  const cursorOf = useEffectEvent(live.cursorOf);
  const firstCursor = useEffectEvent(() => live.after);

  useEffect(() => {
    if (!enabled) return undefined;
    const id = {};
    const ended = new AbortController();
    const { signal } = ended;
    const variables = JSON.parse(key) as Variables;
    let cursor = firstCursor();
    let stream: AsyncGenerator<Data, void> | undefined;

    const follow = async (): Promise<void> => {
      stream = client.subscribe(document, { ...variables, ...(cursor && { after: cursor }) });
      // A subscription is not answered until something happens: open for a moment counts as live.
      const opened = setTimeout(() => board.tell(id, 'live'), 400);
      try {
        for await (const data of stream) {
          if (signal.aborted) return;
          board.tell(id, 'live');
          cursor = cursorOf(data);
          onData(data);
        }
      } finally {
        clearTimeout(opened);
      }
    };

    const run = async (): Promise<void> => {
      board.tell(id, 'connecting');
      for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
        const startedAt = performance.now();
        try {
          await follow();
          // It ends by itself with what it follows.
          return;
        } catch (error) {
          if (signal.aborted) return;
          if (isOver(error)) leave('ended');
          if (isOver(error) || isFinal(error)) return;
        }
        if (performance.now() - startedAt > longestPauseMs) pauseMs = firstPauseMs;
        board.tell(id, 'lost');
        await sleep(pauseMs, signal);
        if (isAborted(signal)) return;
        if (cursor === undefined) onBack();
      }
    };
    void run().finally(() => board.tell(id, undefined));
    return () => {
      ended.abort();
      board.tell(id, undefined);
      void stream?.return();
    };
  }, [client, leave, board, enabled, document, key]);
}

/** Asked anew: an await stands between. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

function isOver(error: unknown): boolean {
  return error instanceof OperandiError && error.code === 'UNAUTHENTICATED';
}

function isFinal(error: unknown): boolean {
  return error instanceof OperandiError && ['BAD_USER_INPUT', 'NOT_FOUND'].includes(error.code);
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
    // A laptop that wakes up, or a network that is back, need not wait.
    window.addEventListener('online', () => resolve(), { once: true, signal });
  });
}
