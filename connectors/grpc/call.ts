import type { JsonObject, JsonValue } from '../../kernel/json.ts';
import type { Conversed, Egress } from '../egress/egress.ts';
import type { ConnectionPolicy } from '../egress/policy.ts';
import { IntegrationError } from '../errors.ts';
import type { Api, ApiMethod } from './api.ts';
import { decode, encode } from './codec.ts';
import type { GrpcAnswer, GrpcSession } from './session.ts';
import { refusal } from './status.ts';

/** A way to one server for one caller. */
export interface GrpcLine {
  readonly egress: Egress;
  readonly connection: ConnectionPolicy;
  readonly host: string;
  readonly port: number;
  readonly tls: { readonly ca: string | undefined } | undefined;
  /** All that sessions differ by besides the connection. */
  readonly identity: string;
  /** Metadata of every call, by lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** Texts that no message may repeat. */
  readonly secrets: readonly string[];
  readonly maxMessages: number;
  readonly signal: AbortSignal;
  times(): { readonly timeoutMs: number; readonly deadlineAt: number };
}

export interface RawCall {
  readonly path: string;
  readonly message: Uint8Array;
  readonly isHarmless: boolean;
  readonly isStream: boolean;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface MethodCall extends Pick<RawCall, 'isHarmless' | 'headers'> {
  readonly method: ApiMethod;
  readonly values: JsonObject;
}

/** Calls a method: its message, or all messages of its stream as a list. */
export async function callMethod(
  line: GrpcLine,
  api: Api,
  { method, values, ...rest }: MethodCall,
): Promise<Conversed<JsonValue>> {
  const message = encode(api, method.input, values);
  const { path, isStream, output } = method;
  const { value, ...conversed } = await callRaw(line, { ...rest, path, isStream, message });
  const { name } = line.connection;
  const messages = value.map((bytes) => decode(api, { message: output, bytes, name }));
  return { ...conversed, value: isStream ? messages : (messages[0] ?? null) };
}

/** The same with messages as bytes. */
export async function callRaw(
  line: GrpcLine,
  { path, message, isHarmless, isStream, headers = {} }: RawCall,
): Promise<Conversed<readonly Buffer[]>> {
  const { egress, connection, host, port, identity, secrets } = line;
  const { name, limits } = connection;
  const times = line.times();
  const call = {
    ...{ path, message, headers: { ...line.headers, ...headers }, timeoutMs: times.timeoutMs },
    maxBytes: limits.maxResponseBytes,
    maxMessages: isStream ? line.maxMessages : 1,
  };
  return await egress.converse<GrpcSession, readonly Buffer[]>(
    connection,
    {
      ...{ host, port, identity, isRepeatable: isHarmless, ...times },
      // Loaded when such a server is called: most processes never do.
      open: async (place, opening) =>
        await (await import('./session.ts')).openGrpc({ name, tls: line.tls }, place, opening),
      work: async (session, mark) => {
        const answer = await session.ask(call, mark);
        return messagesOf(answer, { name, secrets, isHarmless, isStream });
      },
    },
    line.signal,
  );
}

function messagesOf(
  { code, message, messages }: GrpcAnswer,
  about: Pick<RawCall, 'isHarmless' | 'isStream'> & {
    readonly name: string;
    readonly secrets: readonly string[];
  },
): readonly Buffer[] {
  if (code !== 0) throw refusal({ ...about, code, message });
  if (!about.isStream && messages.length === 0)
    throw new IntegrationError(`${about.name} answered OK without a message`, {
      isRetryable: false,
    });
  return messages;
}
