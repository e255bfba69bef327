import { z } from 'zod';

import { type Cache, createCache } from '../../kernel/cache.ts';
import type { Settings } from '../../kernel/config/settings.ts';
import { sha256Hex } from '../../kernel/crypto/hash.ts';
import { AppError, NotFoundError } from '../../kernel/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import type { Egress } from '../egress/egress.ts';
import { defaultLimits } from '../egress/policy.ts';
import { type Api, ApiFault, type ApiMethod, readApi } from '../grpc/api.ts';
import { callMethod, type GrpcLine } from '../grpc/call.ts';
import { textOf } from '../parts/text-of.ts';
import { authentication, parseRequest } from '../workflow-http/requests.ts';
import type { WorkflowCallContext, WorkflowHttp } from '../workflow-http/workflow-http.ts';

/** Calls of gRPC that a definition makes by itself; arguments are evaluated JSON. */
export interface WorkflowGrpc {
  /** `{uri, proto, service, method, arguments, idempotencyKey, authentication?}` → the message, or all of a stream. */
  call(request: JsonObject, context: WorkflowCallContext): Promise<JsonValue>;
}

const maxProtoCharacters = 500_000;
const maxMessages = 1_000;
/** As of requests that jobs make by themselves. */
const maxQueued = 10_000;

const grpcRequest = z.object({
  /** `https` is secured, `http` in the open. */
  uri: z.url({ protocol: /^https?$/ }),
  proto: z.string().max(maxProtoCharacters),
  service: z.string(),
  method: z.string(),
  idempotencyKey: z.string(),
  authentication: authentication.optional(),
});

interface Services {
  readonly egress: Egress;
  readonly http: WorkflowHttp;
  readonly limits: Settings['calls'];
}

export function createWorkflowGrpc(services: Services): WorkflowGrpc {
  const apis = createCache<Api>({ max: 50, ttlMs: 600_000 });
  return {
    async call(given, context) {
      const request = parseRequest(grpcRequest, given);
      const { proto, service, method: name, idempotencyKey } = request;
      const method = methodOf(apis, { proto, service, name });
      const values = isJsonObject(given['arguments']) ? given['arguments'] : {};
      const authorization = await authorizationOf(services, given['authentication'], context);
      const line = lineTo(services, request.uri, context);
      const { value } = await callMethod(line, method.api, {
        ...{ method: method.method, values, isHarmless: false },
        headers: { 'idempotency-key': idempotencyKey, ...authorization },
      });
      return value;
    },
  };
}

interface Wanted {
  readonly proto: string;
  readonly service: string;
  readonly name: string;
}

function methodOf(
  apis: Cache<Api>,
  { proto, service, name }: Wanted,
): { readonly api: Api; readonly method: ApiMethod } {
  const api = apiOf(apis, proto);
  const path = `/${service}/${name}`;
  const method = [...api.methods.values()].find((each) => each.path === path);
  if (method === undefined) throw new NotFoundError('Method of the proto', path.slice(1, 200));
  return { api, method };
}

function apiOf(apis: Cache<Api>, proto: string): Api {
  const key = sha256Hex(proto);
  const known = apis.get(key);
  if (known !== undefined) return known;
  try {
    const api = readApi({ protos: { proto } });
    apis.set(key, api);
    return api;
  } catch (error) {
    if (!(error instanceof ApiFault)) throw error;
    throw new AppError('BAD_USER_INPUT', `the proto is not usable: ${error.message}`, {
      path: 'proto',
      cause: error,
    });
  }
}

async function authorizationOf(
  { http }: Services,
  policy: JsonValue | undefined,
  context: WorkflowCallContext,
): Promise<Readonly<Record<string, string>>> {
  if (policy === undefined) return {};
  const { scheme, parameter } = await http.authorize({ authentication: policy }, context);
  return { authorization: `${textOf(scheme)} ${textOf(parameter)}` };
}

/** One connection for each tenant and server; each call is tried once: again is up to the definition. */
function lineTo(
  { egress, limits }: Services,
  uri: string,
  { tenantId, signal, isTimed = false }: WorkflowCallContext,
): GrpcLine {
  const { protocol, hostname: host, port, origin } = new URL(uri);
  const isSecure = protocol === 'https:';
  const usualPort = isSecure ? 443 : 80;
  const { concurrency, timeoutMs } = limits;
  return {
    ...{ egress, host, maxMessages, signal, headers: {}, secrets: [] },
    port: port === '' ? usualPort : Number(port),
    connection: {
      key: `${tenantId}/grpc/${origin}`,
      name: `${host}:${port === '' ? String(usualPort) : port}`,
      limits: { ...defaultLimits, concurrency, maxQueued, maxAttempts: 1 },
    },
    tls: isSecure ? { ca: undefined } : undefined,
    identity: protocol,
    times: () => ({ timeoutMs: isTimed ? Infinity : timeoutMs, deadlineAt: Infinity }),
  };
}
