import { isJsonObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import { cutText } from '../../kernel/storable.ts';
import { IntegrationError } from '../errors.ts';

/** How requests of JSON-RPC 2.0 reach one server for one caller. */
export interface Rpc {
  /** How messages call the server. */
  readonly name: string;
  /** Sends one request and finds its answer. */
  ask(request: RpcRequest): Promise<RpcAnswer>;
  /** Sends a notification, to which there is no answer. */
  tell(request: RpcRequest): Promise<void>;
}

export interface RpcRequest {
  readonly method: string;
  readonly params?: JsonObject;
  /** True when nothing comes of it but an answer. */
  readonly isSafe: boolean;
  /** True when a repetition does no harm. @default that of `isSafe` */
  readonly isRepeatable?: boolean;
  /** Headers of a session that has begun, or of this request. */
  readonly session?: Readonly<Record<string, string>>;
}

/** What came, and by how many tries; the status where there is one. */
export interface RpcAnswer {
  readonly result: JsonObject;
  readonly status: number | undefined;
  readonly attempts: number;
  readonly durationMs: number;
  /** Names the session that it began. */
  readonly sessionId: string | undefined;
}

/** For whom an answer is read. */
export interface RpcReader {
  readonly name: string;
  /** Texts that no message may repeat. */
  readonly secrets: readonly string[];
  /** What a code of an error means as a status of HTTP. @default the status that came */
  readonly statusOf?: ((code: JsonValue | undefined) => number) | undefined;
}

type Came = Pick<RpcAnswer, 'status' | 'attempts'>;

/** The result in the answer to a request; throws what the server refuses, and where there is none. */
export function resultIn(
  reader: RpcReader,
  answer: JsonObject | undefined,
  came: Came,
): JsonObject {
  if (answer === undefined) throw noAnswer(reader, came);
  const { error, result } = answer;
  if (isJsonObject(error)) throw refusal(reader, error, came);
  if (!isJsonObject(result)) throw noAnswer(reader, came);
  return result;
}

function noAnswer({ name }: RpcReader, came: Came): IntegrationError {
  return new IntegrationError(`${name} answered with something that is no answer of JSON-RPC`, {
    ...{ ...came, isRetryable: false },
  });
}

function refusal(reader: RpcReader, error: JsonObject, came: Came): IntegrationError {
  const { code = null, message } = error;
  const text = cutText(hide(reader, typeof message === 'string' ? message : 'no message'), 300);
  return new IntegrationError(`${reader.name} refused: ${text}`, {
    ...{ ...came, isRetryable: false },
    ...(reader.statusOf === undefined ? {} : { status: reader.statusOf(code) }),
    answer: {
      ...(came.status === undefined ? {} : { statusCode: came.status, headers: {} }),
      content: { code, message: text },
    },
  });
}

/** A text without the credential, which a server may repeat. */
export function hide({ secrets }: Pick<RpcReader, 'secrets'>, text: string): string {
  const plain = text.replaceAll(/\p{Cc}+/gu, ' ');
  return secrets.reduce((rest, secret) => rest.replaceAll(secret, '[redacted]'), plain);
}
