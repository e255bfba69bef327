import { STATUS_CODES } from 'node:http';

import { cookieSeparator } from '../../gateway/execute/headers/merge.ts';
import { createHttpTransport } from '../../gateway/execute/transport/http-transport.ts';
import type { SubgraphResponse, SubgraphTransport } from '../../gateway/execute/transport/port.ts';
import type { Fetcher, FetcherResponse } from './fetcher.ts';

/** A body with its headers, named in lower case. */
export interface TextRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The connections of one gateway to its subgraphs. */
export interface HttpFetcher {
  readonly fetch: Fetcher;
  /** As `fetch`, for who needs no more than the text. */
  send(url: string, request: TextRequest): Promise<SubgraphResponse>;
  close(): Promise<void>;
}

/** To one subgraph at a time; ApolloGateway knows no bound at all. */
const connections = 256;
const maxResponseBytes = 512 * 1024 * 1024;
/** An application may choose an address for each request: those it used last keep their connections. */
const maxOrigins = 64;

/** Sends requests over pooled connections that are kept alive. */
export function createHttpFetcher(): HttpFetcher {
  const transports = new Map<string, SubgraphTransport>();

  function transportFor(url: string): SubgraphTransport {
    const known = transports.get(url);
    if (known !== undefined) return known;
    const [oldest] = transports;
    if (oldest !== undefined && transports.size >= maxOrigins) {
      transports.delete(oldest[0]);
      void oldest[1].close();
    }
    const made = createHttpTransport({ name: url, url, connections, maxResponseBytes });
    transports.set(url, made);
    return made;
  }

  const send: HttpFetcher['send'] = (url, request) => {
    const { signal } = new AbortController();
    return transportFor(url).execute({ ...request, signal });
  };
  return {
    send,
    fetch: async (url, { headers = {}, body = '' } = {}) =>
      toResponse(url, await send(url, { body, headers: lowerCased(headers) })),
    close: async () => {
      const all = [...transports.values()];
      transports.clear();
      await Promise.all(all.map((transport) => transport.close()));
    },
  };
}

function lowerCased(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
}

/** What came back, as data sources look at it. */
export function toResponse(
  url: string,
  { status, headers, body }: SubgraphResponse,
): FetcherResponse {
  let made: Headers | undefined;
  return {
    url,
    status,
    statusText: STATUS_CODES[status] ?? '',
    ok: status >= 200 && status < 300,
    // Nobody reads them of most answers.
    get headers() {
      return (made ??= headersOf(headers));
    },
    text: () => Promise.resolve(body),
    json: () => new Promise((resolve) => resolve(JSON.parse(body))),
  };
}

function headersOf(plain: SubgraphResponse['headers']): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(plain)) {
    for (const one of value.split(cookieSeparator)) headers.append(name, one);
  }
  return headers;
}
