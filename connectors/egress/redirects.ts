import { IntegrationError } from '../errors.ts';
import type { Hop, HopResponse } from './send.ts';

export interface RedirectOptions {
  readonly maxRedirects: number;
  /** Lower-case names that must not reach another origin. */
  readonly credentialHeaders: readonly string[];
  /** How messages call the other side. */
  readonly name: string;
}

export interface Arrival extends HopResponse {
  readonly url: string;
}

const redirectStatuses: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const alwaysCredentials = ['authorization', 'proxy-authorization', 'cookie'];

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
    hop = nextHop(hop, {
      target,
      status: response.status,
      credentialHeaders: options.credentialHeaders,
    });
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
  readonly credentialHeaders: readonly string[];
}

function nextHop(hop: Hop, { target, status, credentialHeaders }: Turn): Hop {
  const becomesGet =
    status === 303 ? hop.method !== 'HEAD' : status <= 302 && hop.method === 'POST';
  const dropped = new Set([
    ...(target.origin === hop.url.origin ? [] : [...alwaysCredentials, ...credentialHeaders]),
    ...(becomesGet ? ['content-type', 'content-encoding', 'content-language'] : []),
  ]);
  return {
    method: becomesGet ? 'GET' : hop.method,
    url: target,
    headers: Object.fromEntries(
      Object.entries(hop.headers).filter(([name]) => !dropped.has(name.toLowerCase())),
    ),
    body: becomesGet ? undefined : hop.body,
  };
}
