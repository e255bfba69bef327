import type { JsonObject } from '../../kernel/json.ts';
import { rpcMessagesIn } from '../../kernel/rpc-messages.ts';
import type { Authorization } from '../egress/authorization.ts';
import type { Egress } from '../egress/egress.ts';
import type { ConnectionPolicy, EgressResponse } from '../egress/policy.ts';
import { describeFailure } from '../parts/response.ts';
import { resultIn, type Rpc, type RpcAnswer, type RpcReader, type RpcRequest } from './rpc.ts';

/** How requests reach one server by Streamable HTTP for one caller. */
export interface HttpLine extends RpcReader {
  readonly egress: Egress;
  readonly connection: ConnectionPolicy;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly authorization?: Authorization | undefined;
  readonly signal: AbortSignal;
  times(): { readonly timeoutMs: number; readonly deadlineAt: number };
}

const requestId = 1;

/** A request for each message; the answer is JSON, or among events. */
export function overHttp(line: HttpLine): Rpc {
  return {
    name: line.name,
    async ask(request) {
      const { method, params = {} } = request;
      const response = await post(line, request, { jsonrpc: '2.0', id: requestId, method, params });
      return answerIn(line, response);
    },
    async tell(request) {
      const { method, params = {} } = request;
      await post(line, request, { jsonrpc: '2.0', method, params });
    },
  };
}

function answerIn(line: HttpLine, response: EgressResponse): RpcAnswer {
  const { status, attempts, durationMs, body, headers } = response;
  const answer = rpcMessagesIn(body, headers['content-type']).find(
    (message) => message['id'] === requestId && message['method'] === undefined,
  );
  const result = resultIn(line, answer, { status, attempts });
  return { result, status, attempts, durationMs, sessionId: headers['mcp-session-id'] };
}

async function post(
  line: HttpLine,
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
