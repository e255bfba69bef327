import { RE2JS } from 're2js';

/** Which pages may read answers. */
export interface CorsOptions {
  /** Exact origins, origins with any port (`http://localhost:*`), patterns between slashes, or `*` for all. */
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
  return allowed.some(
    (each) => each === '*' || each === origin || each === withAnyPort || matchesWhole(each, origin),
  );
}

const patterns = new Map<string, RE2JS>();

/** A pattern is between slashes and has to fit the whole origin. */
function matchesWhole(each: string, origin: string): boolean {
  const source = patternIn(each);
  if (source === undefined) return false;
  const pattern = patterns.get(each) ?? RE2JS.compile(source);
  patterns.set(each, pattern);
  return pattern.matches(origin);
}

function patternIn(each: string): string | undefined {
  return each.length > 2 && each.startsWith('/') && each.endsWith('/')
    ? each.slice(1, -1)
    : undefined;
}

/** False for a pattern that cannot be read. */
export function isOriginOrPattern(each: string): boolean {
  const source = patternIn(each);
  try {
    if (source !== undefined) RE2JS.compile(source);
    return !each.startsWith('/') || source !== undefined;
  } catch {
    return false;
  }
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
