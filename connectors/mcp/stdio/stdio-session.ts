import type { JsonObject } from '../../../kernel/json.ts';
import { cutText } from '../../../kernel/storable.ts';
import { abortReason } from '../../egress/abort.ts';
import type { Session } from '../../egress/idle-sessions.ts';
import { IntegrationError } from '../../errors.ts';
import { hide, resultIn, type Rpc } from '../../json-rpc/rpc.ts';
import { PipeError } from './pipe.ts';
import type { Program, Programs, ProgramWish } from './programs.ts';

/** A server that runs for one caller, spoken to by its standard streams. */
export interface StdioSession extends Session {
  readonly secrets: readonly string[];
  /** To be called before it is used again. */
  busy(): void;
  /** Requests that fail with an outcome nobody knows say so where `mayAct` is true. */
  rpc(bounds: { readonly maxBytes: number; readonly mayAct: boolean }): Rpc;
}

export interface StdioWish extends ProgramWish {
  /** How messages call the server. */
  readonly title: string;
}

/** After that another one is started in its place, milliseconds: a server is asked anew which tools it has. */
const lifeMs = 60_000;

/** Starts the program; nothing is said to it yet. The signal ends it. */
export async function startSession(
  programs: Programs,
  { title, ...wish }: StdioWish,
  signal: AbortSignal,
): Promise<StdioSession> {
  const program = await programs.start(wish, signal);
  const endsAt = performance.now() + lifeMs;
  const leave = (): void => program.close();
  if (signal.aborted) {
    leave();
    throw abortReason(signal);
  }
  let serial = 0;
  return {
    get isUsable() {
      return program.isOpen && performance.now() < endsAt;
    },
    secrets: program.secrets,
    busy: program.busy,
    reset() {
      program.rest();
      return Promise.resolve();
    },
    close: leave,
    rpc: ({ maxBytes, mayAct }) => ({
      name: title,
      async ask({ method, params = {} }) {
        const startedAt = performance.now();
        const message: JsonObject = { jsonrpc: '2.0', id: (serial += 1), method, params };
        const answer = await ask(program, { message, maxBytes, title, mayAct });
        const came = { status: undefined, attempts: 1 };
        const result = resultIn({ name: title, secrets: program.secrets }, answer, came);
        const durationMs = Math.round(performance.now() - startedAt);
        return { result, ...came, durationMs, sessionId: undefined };
      },
      tell({ method, params = {} }) {
        program.pipe.tell({ jsonrpc: '2.0', method, params });
        return Promise.resolve();
      },
    }),
  };
}

interface Ask {
  readonly message: JsonObject;
  readonly maxBytes: number;
  readonly title: string;
  readonly mayAct: boolean;
}

async function ask(
  { pipe, secrets }: Program,
  { message, maxBytes, title, mayAct }: Ask,
): Promise<JsonObject> {
  try {
    return await pipe.ask(message, maxBytes);
  } catch (error) {
    if (!(error instanceof PipeError)) throw error;
    const text = cutText(hide({ secrets }, error.message), 300);
    throw new IntegrationError(`${title} ${text}`, {
      isRetryable: error.isRetryable,
      isOutcomeUnknown: mayAct,
    });
  }
}
