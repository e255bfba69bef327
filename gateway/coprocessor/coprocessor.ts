import { AppError } from '../../kernel/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue, parseJson } from '../../kernel/json.ts';
import { HttpRefusal } from '../answer/http-refusal.ts';
import type { CoprocessorConfig } from '../config/coprocessor-config.ts';
import { isWritable } from '../execute/headers/rules.ts';
import type { GatewayPlugin } from '../plugins.ts';
import { type AskCoprocessor, headersOut, openCoprocessor, type Verdict } from './exchange.ts';

type Headers = Readonly<Record<string, string>>;

/** Hands requests and answers to a process of the operator's own, over HTTP; a plugin like any other. */
export function createCoprocessor(
  config: CoprocessorConfig,
): GatewayPlugin & { close(): Promise<void> } {
  const coprocessor = openCoprocessor(config);
  const { ask } = coprocessor;
  const close = (): Promise<void> => coprocessor.close();
  return { name: 'coprocessor', close, ...routerHooks(config, ask), ...subgraphHooks(config, ask) };
}

function routerHooks({ router }: CoprocessorConfig, ask: AskCoprocessor): Partial<GatewayPlugin> {
  const { request: asked, response: told } = router;
  return {
    ...(asked && {
      onRequest: async (request) => {
        const { method, url: path, headers, requestId } = request;
        const shown = asked.headers ? { headers: headersOut(headers) } : {};
        const verdict = await ask('RouterRequest', requestId, { method, path, ...shown });
        if (verdict?.breaksWith !== undefined) throw refusal(verdict, verdict.breaksWith);
        const changed = asked.headers ? verdict?.headers : undefined;
        return changed === undefined ? request : { ...request, headers: withoutVouchers(changed) };
      },
    }),
    ...(told && {
      onResponse: async ({ request }, answer) => {
        const verdict = await ask('RouterResponse', request.requestId, {
          ...(told.headers && { headers: headersOut(answer.headers) }),
          ...(told.body && { body: parseJson(answer.body) }),
        });
        const { body, headers } = changesOf(verdict, told);
        return {
          ...answer,
          ...(headers && { headers: writable(headers) }),
          ...(body && { body: JSON.stringify(body), hasErrors: body['errors'] !== undefined }),
        };
      },
    }),
  };
}

function subgraphHooks(
  { subgraph }: CoprocessorConfig,
  ask: AskCoprocessor,
): Partial<GatewayPlugin> {
  const { request: asked, response: told } = subgraph;
  return {
    ...(asked && {
      onSubgraphRequest: async ({ service: serviceName, request }, upstream) => {
        const verdict = await ask('SubgraphRequest', request.requestId, {
          serviceName,
          ...(asked.headers && { headers: headersOut(upstream.headers) }),
          ...(asked.body && { body: parseJson(upstream.body) }),
        });
        if (verdict?.breaksWith !== undefined) {
          throw new AppError('SUBGRAPH_FAILED', messageOf(verdict.body));
        }
        const { body, headers } = changesOf(verdict, asked);
        return {
          ...upstream,
          ...(headers && { headers: keepingVouchers(upstream.headers, headers) }),
          ...(body && { body: JSON.stringify(body) }),
        };
      },
    }),
    ...(told && {
      onSubgraphResponse: async ({ service: serviceName, request }, response) => {
        const verdict = await ask('SubgraphResponse', request.requestId, {
          serviceName,
          status_code: response.status,
          ...(told.headers && { headers: headersOut(response.headers) }),
          ...(told.body && { body: readBody(response.body) }),
        });
        const { body, headers } = changesOf(verdict, told);
        return {
          ...response,
          ...(headers && { headers }),
          ...(body && { body: JSON.stringify(body) }),
        };
      },
    }),
  };
}

/** It changes what it was shown, and nothing else. */
function changesOf(
  verdict: Verdict | undefined,
  shown: { readonly headers: boolean; readonly body: boolean },
): { readonly headers: Headers | undefined; readonly body: JsonObject | undefined } {
  const { headers, body } = verdict ?? {};
  return {
    headers: shown.headers ? headers : undefined,
    body: shown.body && isJsonObject(body) ? body : undefined,
  };
}

/** What the coprocessor refuses is refused with its status and its words. */
function refusal({ body }: Verdict, status: number): AppError {
  const message = messageOf(body);
  if (status === 401) return new AppError('UNAUTHENTICATED', message);
  if (status === 403) return new AppError('FORBIDDEN', message);
  return new HttpRefusal(status, message);
}

function messageOf(body: JsonValue | undefined): string {
  const errors = isJsonObject(body) ? body['errors'] : undefined;
  const first = Array.isArray(errors) ? (errors as readonly JsonValue[])[0] : undefined;
  const message: unknown = isJsonObject(first) ? first['message'] : body;
  return typeof message === 'string' ? message : 'The coprocessor has refused it';
}

const isVoucher = (name: string): boolean => name.startsWith('x-operandi-');

/** Nothing that comes from outside vouches for a caller. */
function withoutVouchers(headers: Headers): Headers {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !isVoucher(name)));
}

function writable(headers: Headers): Headers {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => isWritable(name)));
}

/** What vouches for the caller stays as the gateway wrote it. */
function keepingVouchers(sent: Headers, changed: Headers): Headers {
  const own = Object.entries(sent).filter(([name]) => isVoucher(name));
  return { ...writable(changed), ...Object.fromEntries(own) };
}

function readBody(text: string): JsonValue {
  try {
    return parseJson(text);
  } catch {
    return text;
  }
}
