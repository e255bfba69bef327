import { LRUCache } from 'lru-cache';
import { Agent, fetch } from 'undici';

import { createAddressGuard } from '../../connectors/egress/address-guard.ts';

/** Asks an issuer of tokens; what it is asked for is small, and a redirect is no answer. */
export interface IssuerFetch extends AsyncDisposable {
  (url: string, options: IssuerRequest): Promise<Response>;
}

interface IssuerRequest {
  readonly method?: string;
  readonly headers?: unknown;
  readonly body?: unknown;
  readonly signal?: AbortSignal | null | undefined;
}

const maxAgents = 200;
const maxAnswerBytes = 1024 * 1024;
const patienceMs = 5_000;

/** Tenants say where their issuers are, so addresses are guarded as those of integrations are. */
export function createIssuerFetch(allow: readonly string[]): IssuerFetch {
  const guard = createAddressGuard(allow);
  const agents = new LRUCache<string, Agent>({
    max: maxAgents,
    dispose: (agent) => void agent.close().catch(() => undefined),
  });
  const agentFor = (url: URL): Agent => {
    const known = agents.get(url.origin);
    if (known !== undefined) return known;
    const agent = new Agent({
      connections: 4,
      maxResponseSize: maxAnswerBytes,
      connect: { lookup: guard.lookupFor(url), timeout: patienceMs },
    });
    agents.set(url.origin, agent);
    return agent;
  };
  const ask = async (address: string, options: IssuerRequest): Promise<Response> => {
    const url = new URL(address);
    guard.check(url);
    const limit = AbortSignal.timeout(patienceMs);
    const { method = 'GET', headers, body, signal } = options;
    const answer = await fetch(url, {
      method,
      headers: headersOf(headers),
      body: body === undefined || body === null ? null : bodyOf(body),
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
      redirect: 'error',
      dispatcher: agentFor(url),
    });
    const text = await answer.text();
    const type = answer.headers.get('content-type');
    return new Response(text, {
      status: answer.status,
      headers: type === null ? {} : { 'content-type': type },
    });
  };
  return Object.assign(ask, {
    [Symbol.asyncDispose]: async () => {
      await Promise.all([...agents.values()].map((agent) => agent.destroy()));
      agents.clear();
    },
  });
}

/** Libraries hand over a `Headers` or a plain object. */
function headersOf(headers: unknown): Record<string, string> {
  if (headers instanceof Headers) return Object.fromEntries(headers);
  if (typeof headers !== 'object' || headers === null) return {};
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}

/** Forms and JSON, which is all that issuers are sent. */
function bodyOf(body: unknown): string {
  return body instanceof URLSearchParams || typeof body === 'string' ? String(body) : '';
}
