import { pino } from 'pino';

import { isJsonObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import { parseGatewayConfig } from '../config/config.ts';
import { createGateway, type Gateway, type GatewayOptions } from '../create-gateway.ts';
import { planHere } from './plan-here.ts';

/** A gateway that listens, for tests. */
export interface TestGateway extends AsyncDisposable {
  readonly gateway: Gateway;
  readonly url: string;
}

export async function startGateway(
  options: Partial<Omit<GatewayOptions, 'config'>> &
    Pick<GatewayOptions, 'supergraph'> & { readonly config?: unknown },
): Promise<TestGateway> {
  const controller = new AbortController();
  const gateway = await createGateway({
    log: pino({ level: 'silent' }),
    signal: controller.signal,
    planner: planHere,
    ...options,
    config: parseGatewayConfig(options.config),
  });
  const { url } = await gateway.listen();
  return {
    gateway,
    url,
    [Symbol.asyncDispose]: async () => {
      controller.abort();
      await gateway.drain();
    },
  };
}

/** An answer over HTTP. */
export interface TestAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: JsonObject;
}

/** Posts a GraphQL request. */
export async function ask(
  url: string,
  request: JsonObject,
  headers: Readonly<Record<string, string>> = {},
): Promise<TestAnswer> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(request),
  });
  const text = await response.text();
  // Answers under test are JSON; a test that expects something else reads the response itself.
  const body = JSON.parse(text) as JsonValue;
  return {
    status: response.status,
    headers: response.headers,
    body: isJsonObject(body) ? body : {},
  };
}
