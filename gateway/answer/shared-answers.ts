import { exposingHeaders } from '../execute/exposed.ts';
import type { GraphQLExchange } from '../listen/http/exchange.ts';
import type { PreparedOperation } from '../operation.ts';
import type { AnswerBytes } from './send-answer.ts';

/** An answer for several clients; each is counted what it costs. */
export interface SharedAnswer extends AnswerBytes {
  /** Of the operation. */
  readonly name: string | undefined;
  readonly cost: number | undefined;
  readonly usage: PreparedOperation['usage'];
}

interface Running {
  readonly answer: Promise<SharedAnswer>;
  readonly controller: AbortController;
  /** Nobody finds it any more. */
  readonly hide: () => void;
  waiting: number;
}

/** Single flight for clients: equal queries of one identity that overlap are answered by one execution. */
export interface SharedAnswers {
  /** Waits for the execution that is under way; undefined when there is none. */
  join(key: string, signal: AbortSignal): Promise<SharedAnswer> | undefined;
  /** As `join`, and runs where there is none; the run ends early only when the last who waits has gone. */
  share(
    key: string,
    signal: AbortSignal,
    run: (signal: AbortSignal) => Promise<SharedAnswer>,
  ): Promise<SharedAnswer>;
  /** After a mutation nobody may join an older read: who writes must see what was written. */
  forget(): void;
}

export function createSharedAnswers(): SharedAnswers {
  const running = new Map<string, Running>();
  const start = (key: string, run: (signal: AbortSignal) => Promise<SharedAnswer>): Running => {
    const controller = new AbortController();
    const hide = (): void => {
      if (running.get(key) === started) running.delete(key);
    };
    const started: Running = { answer: run(controller.signal), controller, hide, waiting: 0 };
    running.set(key, started);
    started.answer.then(hide, hide);
    return started;
  };
  return {
    join: (key, signal) => {
      const known = running.get(key);
      return known && wait(known, signal);
    },
    share: (key, signal, run) => wait(running.get(key) ?? start(key, run), signal),
    forget: () => running.clear(),
  };
}

async function wait(joined: Running, signal: AbortSignal): Promise<SharedAnswer> {
  joined.waiting++;
  const leave = (): void => {
    if (--joined.waiting > 0) return;
    joined.hide();
    joined.controller.abort();
  };
  signal.addEventListener('abort', leave, { once: true });
  try {
    return await joined.answer;
  } finally {
    signal.removeEventListener('abort', leave);
  }
}

const deciding = ['cache-control', ...Object.values(exposingHeaders)];

/** Headers that differ from request to request without meaning. */
const meaningless = new Set(['content-length', 'connection', 'x-request-id', 'user-agent', 'host']);

/**
 * Everything that may make two equal texts mean different things. Client headers count where rules or plugins look at
 * them. Undefined for clients that take no single text, or send more than one.
 */
export function sharingKey(
  { request, negotiated, caller, text, placeFiles }: GraphQLExchange,
  isHeaderSensitive: boolean,
): string | undefined {
  const { type, isJson, multipart, isEventStream, isPartStream } = negotiated;
  // Files are not in the text: two requests that bring other ones look the same.
  if (!isJson || placeFiles !== undefined) return undefined;
  const headers = isHeaderSensitive ? JSON.stringify(meaningful(caller.headers)) : '';
  const kind = [request.method, type, multipart, isEventStream, isPartStream].join(' ');
  // They ask for another answer, whoever looks at headers.
  const wishes = deciding.map((name) => caller.headers[name] ?? '').join('\n');
  return `${caller.identity.key}\n${kind}\n${wishes}\n${headers}\n${text}`;
}

function meaningful(headers: Readonly<Record<string, string>>): readonly [string, string][] {
  return Object.entries(headers).filter(([name]) => !meaningless.has(name));
}
