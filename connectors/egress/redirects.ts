import { IntegrationError } from '../errors.ts';
import type { Hop, HopResponse } from './send.ts';

export interface RedirectOptions {
  readonly maxRedirects: number;
  /** How messages call the other side. */
  readonly name: string;
}

export interface Arrival extends HopResponse {
  readonly url: string;
}

const redirectStatuses: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
/** All that another origin is told: any other header may be a key. */
const harmlessHeaders = new Set(['accept', 'accept-encoding', 'accept-language', 'user-agent']);

/** Follows `Location` as a browser does; `sendHop` checks each address anew. */
export async function followRedirects(
  first: Hop,
  options: RedirectOptions,
  sendHop: (hop: Hop) => Promise<HopResponse>,
): Promise<Arrival> {
  let hop = first;
  for (let followed = 0; ; followed += 1) {
    const response = await sendHop(hop);
    const target = options.maxRedirects === 0 ? undefined : locationOf(hop, response);
    if (target === undefined) return { ...response, url: hop.url.href };
    if (followed === options.maxRedirects) {
      throw new IntegrationError(
        `${options.name} redirects more than ${String(options.maxRedirects)} times`,
        {
          status: response.status,
          isRetryable: false,
        },
      );
    }
    hop = nextHop(hop, { target, status: response.status, ...options });
  }
}

function locationOf(hop: Hop, response: HopResponse): URL | undefined {
  const location = response.headers['location'];
  if (location === undefined || !redirectStatuses.has(response.status)) return undefined;
  return URL.parse(location, hop.url.href) ?? undefined;
}

interface Turn {
  readonly target: URL;
  readonly status: number;
  readonly name: string;
}

function nextHop(hop: Hop, { target, status, name: peer }: Turn): Hop {
  const becomesGet =
    status === 303 ? hop.method !== 'HEAD' : status <= 302 && hop.method === 'POST';
  const isElsewhere = target.origin !== hop.url.origin;
  const body = becomesGet ? undefined : hop.body;
  if (isElsewhere && body !== undefined) {
    throw new IntegrationError(`${peer} redirects a request with a body to another origin`, {
      status,
      isRetryable: false,
    });
  }
  const isKept = (name: string): boolean =>
    isElsewhere ? harmlessHeaders.has(name) : !becomesGet || !name.startsWith('content-');
  return {
    method: becomesGet ? 'GET' : hop.method,
    url: target,
    headers: Object.fromEntries(
      Object.entries(hop.headers).filter(([name]) => isKept(name.toLowerCase())),
    ),
    body,
    isSafe: hop.isSafe,
  };
}
