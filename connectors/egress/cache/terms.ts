import CachePolicy from 'http-cache-semantics';

import type { HopResponse } from '../send.ts';
import { type Directives, directivesIn, fieldOf, secondsOf } from './directives.ts';
import type { KeptAnswer, Terms } from './entry.ts';
import type { CacheRule } from './rule.ts';

type Headers = Readonly<Record<string, string>>;

/** What is asked, as far as it matters to a cache. */
export interface Asked {
  readonly method: string;
  readonly directives: Directives;
}

/** When a request left and its answer came, milliseconds since 1970. */
export interface Exchanged {
  readonly sentAt: number;
  readonly receivedAt: number;
}

/** A private cache in which nobody guesses a life unless asked. */
const settings = { shared: false, immutableMinTimeToLive: 0 };
/** RFC 9111, section 4.2.2. */
const heuristicShare = 0.1;
const maxHeuristicSeconds = 86_400;

/** How long an answer may be kept; undefined for one that may not, or not usefully. */
export function termsOf(
  asked: Asked,
  response: Answered,
  { rule, ...exchanged }: Exchanged & { readonly rule: CacheRule },
): Terms | undefined {
  const { receivedAt } = exchanged;
  if (rule.seconds === undefined && !tellsAnything(response.headers)) return undefined;
  const headers: Headers = { date: new Date(receivedAt).toUTCString(), ...response.headers };
  const said = directivesIn(headers['cache-control']);
  const lifetime = lifetimeOf(asked, { status: response.status, headers }, { rule, said });
  if (lifetime === undefined) return undefined;
  const terms = {
    ...{ receivedAt, lifetime, initialAge: initialAgeOf(headers, exchanged) },
    isStrict: said.has('must-revalidate') || said.has('no-cache') || isPragmatic(headers),
    staleWhileRevalidate: secondsOf(said, 'stale-while-revalidate') ?? 0,
    staleIfError: secondsOf(said, 'stale-if-error') ?? 0,
  };
  const isOfUse = lifetime + windowOf(terms) > terms.initialAge;
  return isOfUse || Object.keys(conditionsOf({ headers })).length > 0 ? terms : undefined;
}

/** Most peers say nothing of it, and then there is nothing to find out. */
function tellsAnything(headers: Headers): boolean {
  return (
    'cache-control' in headers ||
    'expires' in headers ||
    'etag' in headers ||
    'last-modified' in headers
  );
}

type Answered = Pick<HopResponse, 'status' | 'headers'>;

/** Seconds; undefined for what may not be kept. */
function lifetimeOf(
  { method, directives }: Asked,
  { status, headers }: Answered,
  { rule, said }: { readonly rule: CacheRule; readonly said: Directives },
): number | undefined {
  const policy = new CachePolicy(
    { method, url: '', headers: { 'cache-control': fieldOf(directives) } },
    { status, headers: { ...headers, 'cache-control': fieldOf(said) } },
    { ...settings, cacheHeuristic: rule.isHeuristic ? heuristicShare : 0 },
  );
  // A 206 is a part, and what varies by more than headers is never the same again.
  if (!policy.storable() || status === 206 || varyOf(headers).includes('*')) return undefined;
  const isGuessed = !said.has('max-age') && !('expires' in headers);
  const most = Math.min(isGuessed ? maxHeuristicSeconds : Infinity, rule.maxSeconds ?? Infinity);
  const least = isGuessed ? lifeWithout(said, rule) : 0;
  return Math.min(Math.max(policy.maxAge(), least), most);
}

/** Where the peer names no life, unless it has said that it wants to be asked. */
function lifeWithout(said: Directives, { seconds = 0 }: CacheRule): number {
  return said.has('no-cache') || said.has('must-revalidate') ? 0 : seconds;
}

/** Seconds after its life during which it may be of use to who cannot have a newer one. */
export function windowOf(terms: Terms): number {
  return terms.isStrict ? 0 : Math.max(terms.staleWhileRevalidate, terms.staleIfError);
}

/** RFC 9111, section 4.2.3, seconds. */
function initialAgeOf(headers: Headers, { sentAt, receivedAt }: Exchanged): number {
  const date = Date.parse(headers['date'] ?? '');
  const apparent = Number.isNaN(date) ? 0 : Math.max(0, receivedAt - date) / 1000;
  const told = /^\d{1,12}$/u.test(headers['age'] ?? '') ? Number(headers['age']) : 0;
  // A date has no parts of a second.
  return Math.max(Math.floor(apparent), told + Math.max(0, receivedAt - sentAt) / 1000);
}

export function ageOf({ receivedAt, initialAge }: Terms, now: number): number {
  return initialAge + Math.max(0, now - receivedAt) / 1000;
}

/** Headers that ask whether an answer is still good, where it can be told from others. */
export function conditionsOf({ headers }: Pick<KeptAnswer, 'headers'>): Headers {
  const { etag, date, 'last-modified': modified } = headers;
  if (etag !== undefined) return { 'if-none-match': etag };
  if (modified === undefined || date === undefined) return {};
  // RFC 9110, section 8.8.2.2: what changed in the second of the answer may change again in it.
  const isSure = Date.parse(date) - Date.parse(modified) >= 1000;
  return isSure ? { 'if-modified-since': modified } : {};
}

/** RFC 9111, section 4.3.4: true when a 304 speaks of this very answer. */
export function isConfirmed(kept: Pick<KeptAnswer, 'headers'>, { headers }: HopResponse): boolean {
  const { etag, 'last-modified': modified } = headers;
  if (etag !== undefined) return weak(etag) === weak(kept.headers['etag'] ?? '');
  return modified === undefined || modified === kept.headers['last-modified'];
}

/** RFC 9111, section 3.2: the headers of a 304 take the place of those that are kept. */
export function refreshedHeaders(kept: Headers, fresh: Headers): Headers {
  const { age: _age, ...others } = kept;
  const told = Object.entries(fresh).filter(([name]) => !bodyHeaders.has(name));
  return { ...others, ...Object.fromEntries(told) };
}

const bodyHeaders = new Set([
  ...['content-length', 'content-encoding', 'content-range', 'transfer-encoding'],
  ...['connection', 'keep-alive', 'content-type'],
]);

/** Names of request headers by which an answer differs from others, in order. */
export function varyOf(headers: Headers): readonly string[] {
  const names = (headers['vary'] ?? '').toLowerCase().split(',');
  const trimmed = names.map((name) => name.trim()).filter((name) => name !== '');
  return [...new Set(trimmed)].sort();
}

function weak(etag: string): string {
  return etag.trim().replace(/^W\//u, '');
}

/** RFC 9111, section 5.4. */
function isPragmatic(headers: Headers): boolean {
  return headers['cache-control'] === undefined && /no-cache/iu.test(headers['pragma'] ?? '');
}
