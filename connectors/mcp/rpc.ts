import { isJsonObject, type JsonObject } from '../../kernel/json.ts';
import { rpcMessagesIn } from '../../kernel/rpc-messages.ts';
import { cutText } from '../../kernel/storable.ts';
import type { Authorization } from '../egress/authorization.ts';
import type { Egress } from '../egress/egress.ts';
import type { ConnectionPolicy, EgressResponse } from '../egress/policy.ts';
import { IntegrationError } from '../errors.ts';
import { describeFailure } from '../parts/response.ts';

/** How requests reach one server for one caller. */
export interface McpLine {
  readonly egress: Egress;
  readonly connection: ConnectionPolicy;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly authorization?: Authorization | undefined;
  /** Texts that no message may repeat. */
  readonly secrets: readonly string[];
  /** How messages call the server. */
  readonly name: string;
  readonly signal: AbortSignal;
  times(): { readonly timeoutMs: number; readonly deadlineAt: number };
}

export interface RpcRequest {
  readonly method: string;
  readonly params?: JsonObject;
  /** True when nothing comes of it but an answer. */
  readonly isSafe: boolean;
  /** Of a session that has begun. */
  readonly session?: Readonly<Record<string, string>>;
}

export interface RpcAnswer {
  readonly result: JsonObject;
  readonly response: EgressResponse;
}

const requestId = 1;

/** Sends one request (JSON-RPC 2.0 over Streamable HTTP) and finds its answer, in JSON or among events. */
export async function ask(line: McpLine, request: RpcRequest): Promise<RpcAnswer> {
  const { method, params = {} } = request;
  const response = await post(line, request, { jsonrpc: '2.0', id: requestId, method, params });
  const answer = rpcMessagesIn(response.body, response.headers['content-type']).find(
    (message) => message['id'] === requestId && message['method'] === undefined,
  );
  if (answer === undefined) throw noAnswer(line, response);
  const { error, result } = answer;
  if (isJsonObject(error)) throw refusal(line, response, error);
  if (!isJsonObject(result)) throw noAnswer(line, response);
  return { result, response };
}

/** Sends a notification, to which there is no answer. */
export async function tell(line: McpLine, request: RpcRequest): Promise<void> {
  const { method, params = {} } = request;
  await post(line, request, { jsonrpc: '2.0', method, params });
}

async function post(
  line: McpLine,
  request: RpcRequest,
  message: JsonObject,
): Promise<EgressResponse> {
  const { isSafe, session = {} } = request;
  const response = await line.egress.request(
    line.connection,
    {
      method: 'POST',
      url: line.url,
      headers: {
        accept: 'application/json, text/event-stream',
        'content-type': 'application/json',
        ...line.headers,
        ...session,
      },
      authorization: line.authorization,
      body: JSON.stringify(message),
      ...{ isSafe, isRepeatable: isSafe },
      ...line.times(),
    },
    line.signal,
  );
  if (response.status >= 200 && response.status <= 299) return response;
  throw describeFailure(response, line.name, line.secrets);
}

function noAnswer({ name }: McpLine, { status, attempts }: EgressResponse): IntegrationError {
  return new IntegrationError(`${name} answered with something that is no answer of MCP`, {
    ...{ status, attempts, isRetryable: false },
  });
}

function refusal(
  line: McpLine,
  { status, attempts }: EgressResponse,
  error: JsonObject,
): IntegrationError {
  const { code = null, message } = error;
  const text = cutText(hide(line, typeof message === 'string' ? message : 'no message'), 300);
  return new IntegrationError(`${line.name} refused: ${text}`, {
    ...{ status, attempts, isRetryable: false },
    answer: { statusCode: status, headers: {}, content: { code, message: text } },
  });
}

/** A text without the credential, which a server may repeat. */
export function hide({ secrets }: Pick<McpLine, 'secrets'>, text: string): string {
  const plain = text.replaceAll(/\p{Cc}+/gu, ' ');
  return secrets.reduce((rest, secret) => rest.replaceAll(secret, '[redacted]'), plain);
}
