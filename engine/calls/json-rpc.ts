import { failedAnswer } from '../../kernel/failed-answer.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import { rpcAnswersIn, rpcRequest, rpcStatusOf } from '../../kernel/rpc-messages.ts';
import { eventStream } from '../../kernel/server-events.ts';
import type { Compute } from '../compute.ts';
import type { Authentication, CallRequest, HttpAnswer } from '../host.ts';
import { workflowError, type WorkflowError } from '../problem.ts';
import { headerOf } from './http-content.ts';

/** Where requests of JSON-RPC 2.0 go, and how. */
export interface RpcLine {
  readonly uri: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly authentication: Authentication | undefined;
  readonly compute: Pick<Compute, 'requireRoomFor'>;
  readonly ask: (request: CallRequest) => Promise<JsonValue>;
  /** What a code of an error means as a status of HTTP. @default by JSON-RPC alone */
  readonly statusOf?: (code: JsonValue | undefined) => number;
}

export interface RpcAnswer {
  /** One, or all of a stream. */
  readonly results: readonly JsonValue[];
  readonly isStream: boolean;
  readonly headers: Readonly<Record<string, string>>;
}

/** Sends one request; an answer that is an error, or none, is a failed call. */
export async function askRpc(
  line: RpcLine,
  method: string,
  { params, headers = {} }: { readonly params: JsonObject; readonly headers?: RpcLine['headers'] },
): Promise<RpcAnswer> {
  const answer = await post(line, rpcRequest(method, params), headers);
  const contentType = headerOf(answer.headers, 'content-type');
  const isStream = contentType?.startsWith(eventStream) === true;
  const messages = rpcAnswersIn(Buffer.from(answer.bodyBase64, 'base64'), contentType);
  const failed = messages.find(({ error }) => isJsonObject(error));
  if (failed !== undefined) throw refused(line, method, failed['error']);
  const results = messages.flatMap(({ result }) => (result === undefined ? [] : [result]));
  if (results.length === 0)
    throw workflowError('communication', `${method} was answered with no answer of JSON-RPC`);
  return { results, isStream, headers: answer.headers };
}

/** Sends a notification, to which there is no answer. */
export async function tellRpc(
  line: RpcLine,
  method: string,
  headers: RpcLine['headers'],
): Promise<void> {
  await post(line, { jsonrpc: '2.0', method }, headers);
}

async function post(
  { uri, authentication, compute, ask, ...line }: RpcLine,
  message: JsonObject,
  headers: RpcLine['headers'],
): Promise<HttpAnswer> {
  const request = {
    method: 'POST',
    uri,
    headers: {
      accept: 'application/json, text/event-stream',
      'content-type': 'application/json',
      ...line.headers,
      ...headers,
    },
    body: JSON.stringify(message),
    redirect: 'manual',
    ...(authentication === undefined ? {} : { authentication }),
  } as const;
  const answer = asHttpAnswer(await ask({ kind: 'http', with: request }));
  compute.requireRoomFor(answer.bodyBase64.length);
  const { statusCode } = answer;
  if (statusCode >= 200 && statusCode < 300) return answer;
  throw workflowError('communication', `it answered with status ${String(statusCode)}`, {
    status: statusCode,
    response: failedAnswer({
      ...{ statusCode, headers: answer.headers },
      body: Buffer.from(answer.bodyBase64, 'base64'),
    }),
  });
}

// The host's side of the contract in host.ts.
function asHttpAnswer(answer: JsonValue): HttpAnswer {
  return answer as HttpAnswer;
}

function refused(
  { statusOf = rpcStatusOf }: RpcLine,
  method: string,
  error: JsonValue | undefined,
): WorkflowError {
  const { code = 0, message = '' } = isJsonObject(error) ? error : {};
  const status = statusOf(code);
  const said = typeof message === 'string' ? message.slice(0, 300) : '';
  return workflowError('communication', `${method} was refused: ${said}`, {
    status,
    response: { statusCode: 200, headers: {}, content: error ?? null },
  });
}
