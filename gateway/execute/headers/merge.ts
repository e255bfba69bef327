import type { Headers } from './rules.ts';

/** Headers of an answer in which several subgraphs have a part. */
export type MergedHeaders = Record<string, string | readonly string[]>;

/**
 * Adds what one subgraph sent: cookies are all kept, of `cache-control` the strictest holds, of anything
 * else what came last.
 */
export function mergeHeaders(merged: MergedHeaders, received: Headers): void {
  for (const [name, value] of Object.entries(received)) {
    const known = merged[name];
    if (name === 'set-cookie') merged[name] = [known ?? [], value.split(cookieSeparator)].flat();
    else if (name === 'cache-control' && typeof known === 'string')
      merged[name] = strictestOf(known, value);
    else merged[name] = value;
  }
}

/** An answer with errors lacks something that may be there the next time: nobody may keep it. */
export function withoutCaching(headers: MergedHeaders): MergedHeaders {
  if (!('cache-control' in headers)) return headers;
  const { age: _, ...others } = headers;
  return { ...others, 'cache-control': 'no-store' };
}

/** Cookies contain commas, so that transports put them on lines of their own. */
export const cookieSeparator = '\n';

const ages = ['max-age', 's-maxage', 'stale-while-revalidate', 'stale-if-error'];
const restrictions = ['private', 'no-cache', 'no-transform', 'must-revalidate', 'proxy-revalidate'];
const permissions = ['public', 'immutable'];

/** RFC 9111: restrictions of either hold, permissions only of both, and the shorter of two ages. */
function strictestOf(one: string, other: string): string {
  const [a, b] = [readDirectives(one), readDirectives(other)];
  if (a.has('no-store') || b.has('no-store')) return 'no-store';
  const isPrivate = a.has('private') || b.has('private');
  return [
    ...restrictions.filter((name) => a.has(name) || b.has(name)),
    ...permissions.filter((name) => a.has(name) && b.has(name) && !isPrivate),
    ...ages.flatMap((name) => {
      const seconds = shorterOf(a, b, name);
      return seconds === undefined ? [] : [`${name}=${seconds}`];
    }),
  ].join(', ');
}

type Directives = ReadonlyMap<string, string>;

function readDirectives(value: string): Directives {
  const parts = value.toLowerCase().split(',');
  return new Map(
    parts.map((part) => {
      const [name = '', argument = ''] = part.split('=');
      return [name.trim(), argument.trim().replaceAll('"', '')];
    }),
  );
}

/** A stale answer may be used only where both allow it; an age that one leaves open is the other's. */
function shorterOf(a: Directives, b: Directives, name: string): number | undefined {
  const seconds = [a.get(name), b.get(name)].filter((value) => value !== undefined).map(Number);
  if (seconds.length === 0 || seconds.some(Number.isNaN)) return undefined;
  if (name.startsWith('stale') && seconds.length < 2) return undefined;
  return Math.min(...seconds);
}
