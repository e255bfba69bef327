import type { JsonObject } from '../../kernel/json.ts';
import { rpcAnswersIn, rpcRequest } from '../../kernel/rpc-messages.ts';
import type { CallContext } from '../connector.ts';
import type { Authorization } from '../egress/authorization.ts';
import type { Egress } from '../egress/egress.ts';
import type { ConnectionPolicy, EgressResponse } from '../egress/policy.ts';
import { connectionOf, type Limits, timesOf } from '../parts/limits.ts';
import type { ProofServices } from '../parts/proof.ts';
import { proofOf, type RequestCredential } from '../parts/request-credential.ts';
import { describeFailure } from '../parts/response.ts';
import { secretHeaders } from '../parts/secret-headers.ts';
import { resultIn, type Rpc, type RpcAnswer, type RpcReader, type RpcRequest } from './rpc.ts';

/** How requests reach one server over HTTP for one caller. */
export interface HttpLine extends RpcReader {
  readonly egress: Egress;
  readonly connection: ConnectionPolicy;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly authorization?: Authorization | undefined;
  readonly signal: AbortSignal;
  times(): { readonly timeoutMs: number; readonly deadlineAt: number };
}

export interface LineServices extends ProofServices {
  readonly egress: Egress;
}

/** Where a server answers, and with what it lets us in. */
export interface LineEnd {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>> | undefined;
  readonly limits: Limits;
  readonly credential: RequestCredential | undefined;
  readonly statusOf?: RpcReader['statusOf'];
}

export function lineTo(services: LineServices, end: LineEnd, context: CallContext): HttpLine {
  const { url, headers = {}, limits, credential, statusOf } = end;
  const proof = proofOf(services, credential, context);
  const { texts } = secretHeaders(headers);
  const { integrationName: name, signal } = context;
  return {
    ...{ egress: services.egress, url, name, signal, statusOf },
    connection: connectionOf(limits, context, proof),
    headers: {
      ...Object.fromEntries(
        Object.entries(headers).map(([header, value]) => [header.toLowerCase(), value]),
      ),
      ...proof.headers,
    },
    authorization: proof.authorization,
    // Grows by the tokens that go out.
    get secrets() {
      return [...proof.secrets, ...texts];
    },
    times: () => timesOf(limits, context),
  };
}

/** A request for each message; the answer is JSON, or among events. */
export function overHttp(line: HttpLine): Rpc {
  return {
    name: line.name,
    async ask(request) {
      const { method, params = {} } = request;
      const response = await post(line, request, rpcRequest(method, params));
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
  const [answer] = rpcAnswersIn(body, headers['content-type']);
  const result = resultIn(line, answer, { status, attempts });
  return { result, status, attempts, durationMs, sessionId: headers['mcp-session-id'] };
}

async function post(
  line: HttpLine,
  request: RpcRequest,
  message: JsonObject,
): Promise<EgressResponse> {
  const { isSafe, isRepeatable = isSafe, session = {} } = request;
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
      ...{ isSafe, isRepeatable },
      ...line.times(),
    },
    line.signal,
  );
  if (response.status >= 200 && response.status <= 299) return response;
  throw describeFailure(response, line.name, line.secrets);
}
