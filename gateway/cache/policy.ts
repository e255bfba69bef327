/** How long an answer may be kept, and for whom. */
export interface CachePolicy {
  /** 0: it may not be kept. */
  readonly maxAgeSeconds: number;
  /** For its caller alone. */
  readonly isPrivate: boolean;
}

/** What may not be kept. */
export const uncacheable: CachePolicy = { maxAgeSeconds: 0, isPrivate: false };

/** What the headers of an answer say about keeping it. */
export interface HeaderPolicy extends CachePolicy {
  /** Seconds that it is old already. */
  readonly ageSeconds: number;
  /** It says in so many words that it may be shared, as RFC 9111 asks of answers to who showed credentials. */
  readonly isExplicitlyPublic: boolean;
}

type Headers = Readonly<Record<string, string>>;

const forbidding = ['no-store', 'no-cache'];

/** Reads `cache-control` and `age` (RFC 9111) as a shared cache does; undefined where there is no word about it. */
export function readHeaderPolicy(
  headers: Headers,
  defaultTtlSeconds: number,
): HeaderPolicy | undefined {
  const { 'cache-control': control, age } = headers;
  if (control === undefined) return undefined;
  const directives = readDirectives(control);
  const isPrivate = directives.has('private');
  const lifetime = lifetimeOf(directives, isPrivate) ?? defaultTtlSeconds;
  const ageSeconds = age === undefined ? 0 : (secondsOf(age) ?? Infinity);
  const isForbidden = forbidding.some((name) => directives.has(name));
  return {
    maxAgeSeconds: isForbidden ? 0 : Math.max(0, lifetime - ageSeconds),
    ageSeconds: Number.isFinite(ageSeconds) ? ageSeconds : 0,
    isPrivate,
    isExplicitlyPublic: directives.has('public') || directives.has('s-maxage'),
  };
}

/** The lifetime of both, for the callers of both. */
export function stricterOf(one: CachePolicy, other: CachePolicy): CachePolicy {
  return {
    maxAgeSeconds: Math.min(one.maxAgeSeconds, other.maxAgeSeconds),
    isPrivate: one.isPrivate || other.isPrivate,
  };
}

/** Names of `cache-control` with what was said of each; who says one twice gets the stricter. */
export function readDirectives(control: string): ReadonlyMap<string, readonly string[]> {
  const directives = new Map<string, string[]>();
  for (const part of control.toLowerCase().match(/[^,"]*(?:"[^"]*"[^,"]*)*/g) ?? []) {
    const [name = '', ...argument] = part.split('=');
    const known = directives.get(name.trim()) ?? [];
    directives.set(name.trim(), [...known, argument.join('=').trim().replaceAll('"', '')]);
  }
  return directives;
}

function lifetimeOf(
  directives: ReadonlyMap<string, readonly string[]>,
  isPrivate: boolean,
): number | undefined {
  const shared = isPrivate ? undefined : directives.get('s-maxage');
  const values = shared ?? directives.get('max-age');
  // A number that is none is as good as 0: who wrote it meant to limit something.
  return values && Math.min(...values.map((value) => secondsOf(value) ?? 0));
}

function secondsOf(text: string): number | undefined {
  return /^\d{1,10}$/.test(text.trim()) ? Number(text) : undefined;
}

/** The names in `vary`; undefined for one that says that no two requests are alike. */
export function variesBy(headers: Headers): readonly string[] | undefined {
  const names = (headers['vary'] ?? '').toLowerCase().split(',');
  const trimmed = names.map((name) => name.trim()).filter((name) => name !== '');
  return trimmed.includes('*') ? undefined : trimmed;
}
