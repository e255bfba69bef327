import type { Hop, HopResponse } from './send.ts';

type Headers = Readonly<Record<string, string>>;

/** Proves who calls with headers that are made for each request anew. */
export interface Authorization {
  /** Equal only for those who prove the same; nobody else shares an answer. */
  readonly identity: string;
  /** For a request as it leaves, each try anew. */
  headers(hop: Hop, signal: AbortSignal): Promise<Headers> | Headers;
  /** For the same request once more, after a 401: it did nothing. Undefined: the answer stands. */
  again?(refusal: HopResponse, hop: Hop, signal: AbortSignal): Promise<Headers | undefined>;
}

/** Sends with the proof, and once more where the peer wants another. */
export async function sendAuthorized(
  hop: Hop,
  authorization: Authorization | undefined,
  {
    signal,
    send,
  }: { readonly signal: AbortSignal; readonly send: (hop: Hop) => Promise<HopResponse> },
): Promise<HopResponse> {
  if (authorization === undefined) return await send(hop);
  const first = withHeaders(hop, await authorization.headers(hop, signal));
  const response = await send(first);
  if (response.status !== 401 || authorization.again === undefined) return response;
  const headers = await authorization.again(response, hop, signal);
  return headers === undefined ? response : await send(withHeaders(hop, headers));
}

function withHeaders(hop: Hop, headers: Headers): Hop {
  return { ...hop, headers: { ...hop.headers, ...headers } };
}
