import type { MergedHeaders } from '../execute/headers/merge.ts';
import type { CachePolicy } from './policy.ts';

/** What the parts of one answer together say about keeping it. */
export class Freshness {
  #leftSeconds = Infinity;
  #ageSeconds = 0;
  #isPrivate = false;
  #isKept = true;

  /** A part that came from a subgraph just now or was found; `policy` is of the time that is left. */
  note(policy: CachePolicy, ageSeconds: number): void {
    this.#leftSeconds = Math.min(this.#leftSeconds, policy.maxAgeSeconds);
    this.#ageSeconds = Math.max(this.#ageSeconds, ageSeconds);
    this.#isPrivate ||= policy.isPrivate;
    if (policy.maxAgeSeconds <= 0) this.#isKept = false;
  }

  /** `cache-control` and `age` for the client: with the age taken off, what is left of the part that ends first. */
  headers(isAuthenticated: boolean): MergedHeaders {
    const left = Math.floor(this.#leftSeconds);
    if (!this.#isKept || !Number.isFinite(left) || left <= 0)
      return { 'cache-control': 'no-store' };
    const age = Math.floor(this.#ageSeconds);
    // What somebody was allowed to see is nobody else's, although each part of it may be public.
    const scope = this.#isPrivate || isAuthenticated ? 'private' : 'public';
    return {
      'cache-control': `max-age=${left + age}, ${scope}`,
      ...(age > 0 && { age: String(age) }),
    };
  }
}
