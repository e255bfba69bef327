/** Which pages may read answers. */
export interface CorsOptions {
  /** Exact origins, origins with any port (`http://localhost:*`), or `*` for all. */
  readonly origins: readonly string[];
  readonly isCredentialed: boolean;
  readonly headers: readonly string[];
  readonly exposedHeaders: readonly string[];
  readonly maxAgeSeconds: number;
}

type HeaderMap = Record<string, string>;

/** Whether a page of this origin is among those allowed. */
export function isAllowedOrigin(allowed: readonly string[], origin: string): boolean {
  // What comes before the port is compared whole, so that no other host can begin or end alike.
  const withAnyPort = `${origin.replace(/:\d+$/, '')}:*`;
  return allowed.some((each) => each === '*' || each === origin || each === withAnyPort);
}

/** Headers for an answer to `origin`; empty when the page may not read it. */
export function corsHeaders(options: CorsOptions, origin: string | undefined): HeaderMap {
  if (options.origins.length === 0) return {};
  const isAny = options.origins.includes('*');
  const isKnown = origin !== undefined && isAllowedOrigin(options.origins, origin);
  if (!isKnown) return isAny ? { 'access-control-allow-origin': '*' } : { vary: 'origin' };
  return {
    'access-control-allow-origin': isAny ? '*' : origin,
    ...(!isAny && { vary: 'origin' }),
    ...(options.isCredentialed && { 'access-control-allow-credentials': 'true' }),
    'access-control-expose-headers': options.exposedHeaders.join(', '),
  };
}

/** Headers for a preflight; empty when the page may not send the request. */
export function preflightHeaders(options: CorsOptions, origin: string | undefined): HeaderMap {
  const base = corsHeaders(options, origin);
  if (base['access-control-allow-origin'] === undefined) return base;
  return {
    ...base,
    'access-control-allow-methods': 'GET, POST',
    'access-control-allow-headers': options.headers.join(', '),
    'access-control-max-age': String(options.maxAgeSeconds),
  };
}
