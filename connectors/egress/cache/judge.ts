import { type Directives, secondsOf } from './directives.ts';
import type { KeptAnswer, Terms } from './entry.ts';
import { ageOf } from './terms.ts';

/** What may be done with an answer that is kept: used; used while a newer one is fetched; or the peer has to be asked. */
export type Verdict = 'use' | 'refresh' | 'ask';

/** RFC 9111, sections 4.2 and 5.2.1, and RFC 5861, section 3. */
export function judge(kept: Terms, wish: Directives, now: number): Verdict {
  const age = ageOf(kept, now);
  if (wish.size > 0 && !fits(kept, wish, age)) return 'ask';
  if (age < kept.lifetime) return 'use';
  if (kept.isStrict) return 'ask';
  const accepted = wish.get('max-stale');
  if (accepted !== undefined) {
    const seconds = accepted === true ? Infinity : (secondsOf(wish, 'max-stale') ?? 0);
    if (age - kept.lifetime <= seconds) return 'use';
  }
  return age < kept.lifetime + kept.staleWhileRevalidate ? 'refresh' : 'ask';
}

function fits({ lifetime }: Terms, wish: Directives, age: number): boolean {
  if (wish.has('no-cache')) return false;
  const most = secondsOf(wish, 'max-age');
  if (most !== undefined && age > most) return false;
  const least = secondsOf(wish, 'min-fresh');
  return least === undefined || lifetime - age >= least;
}

/** RFC 5861, section 4: true when it may stand in for an answer that is an error. */
export function standsIn(kept: Terms, wish: Directives, now: number): boolean {
  if (kept.isStrict || wish.has('no-cache')) return false;
  const seconds = Math.max(kept.staleIfError, secondsOf(wish, 'stale-if-error') ?? 0);
  return seconds > 0 && ageOf(kept, now) < kept.lifetime + seconds;
}

/** The answer as it is handed out, with its age. */
export function served(kept: KeptAnswer, now: number) {
  const { status, headers, body, url } = kept;
  return { status, body, url, headers: { ...headers, age: String(Math.floor(ageOf(kept, now))) } };
}
