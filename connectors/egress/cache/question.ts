import type { EgressRequest } from '../policy.ts';
import type { Hop } from '../send.ts';
import { type Directives, directivesIn } from './directives.ts';
import type { Variants } from './entry.ts';
import type { CacheRule } from './rule.ts';

/** A request that the cache may answer. */
export interface Question {
  readonly rule: CacheRule;
  readonly method: string;
  /** Names what is asked for, whatever the other headers. */
  readonly address: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly wish: Directives;
}

const none: Directives = new Map();
const ownConditions = /^(?:range|if-.*)$/u;

/** Undefined for a request that goes by the cache. */
export function questionOf(request: EgressRequest, hop: Hop): Question | undefined {
  const rule = ruleFor(request, hop);
  const headers = lowerCased(hop.headers);
  if (rule === undefined || headers === undefined) return undefined;
  const wish = wishOf(headers);
  if (wish.has('no-store')) return undefined;
  const { method, url } = hop;
  return { rule, method, address: addressOf(rule, method, url), headers, wish };
}

function ruleFor(
  { cache, isBodyIgnored = false, maxRedirects = 0 }: EgressRequest,
  { method, body }: Hop,
): CacheRule | undefined {
  if (cache === 'BYPASS' || isBodyIgnored || maxRedirects > 0) return undefined;
  return (method === 'GET' || method === 'HEAD') && body === undefined ? cache : undefined;
}

/** Undefined where the request asks for a part, or has conditions of its own. */
function lowerCased(given: Hop['headers']): Record<string, string> | undefined {
  const headers: Record<string, string> = {};
  for (const name in given) {
    const lower = name.toLowerCase();
    if (ownConditions.test(lower)) return undefined;
    headers[lower] = given[name] ?? '';
  }
  return headers;
}

/** What GET and HEAD of an address are kept under. */
export function addressesOf(rule: CacheRule, url: URL): readonly string[] {
  return [addressOf(rule, 'GET', url), addressOf(rule, 'HEAD', url)];
}

/** The key of the variant that the request asks for. */
export function variantKey({ address, headers }: Question, variants: Variants): string {
  const values = variants.vary.map((name) => (headers[name] ?? '').trim().replaceAll(/\s+/gu, ' '));
  return JSON.stringify([address, variants.generation, variants.vary, values]);
}

function addressOf({ scope }: CacheRule, method: string, url: URL): string {
  return `${scope}\n${method}\n${url.origin}${url.pathname}${url.search}`;
}

function wishOf(headers: Readonly<Record<string, string>>): Directives {
  const field = headers['cache-control'];
  if (field !== undefined) return directivesIn(field);
  return /no-cache/iu.test(headers['pragma'] ?? '') ? new Map([['no-cache', true]]) : none;
}
