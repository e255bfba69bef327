/** What a system says is left of a quota. */
export interface Quota {
  /** Requests that it still takes until then. */
  readonly remaining: number;
  /** When there are more again, milliseconds from now. */
  readonly resetMs: number;
}

type Headers = Readonly<Record<string, string>>;

/** Larger numbers are seconds since 1970, and those milliseconds, not seconds from now. */
const firstInstant = 1_000_000_000;
const firstInstantMs = 1_000_000_000_000;
/** A list of policies is short; what comes after is nobody's quota. */
const maxPolicies = 20;

const fields = ['ratelimit', 'ratelimit-remaining', 'x-ratelimit-remaining'];

/**
 * Reads what headers say of quotas; of several the one that ends first. `RateLimit` by the IETF draft
 * (draft-ietf-httpapi-ratelimit-headers: `"default";r=50;t=30`) and by its older form (`limit=100, remaining=50, reset=30`), or
 * `RateLimit-Remaining` and `-Reset`, `X-RateLimit-Remaining` and `-Reset`, by GitHub an instant. What does not fit is ignored.
 */
export function quotaIn(headers: Headers, now: Date): Quota | undefined {
  // Most systems tell nothing, and every answer is looked at.
  if (fields.every((name) => headers[name] === undefined)) return undefined;
  const found = [...listed(headers['ratelimit'] ?? '', now), ...paired(headers, now)];
  return found.toSorted((left, right) => left.remaining - right.remaining)[0];
}

function listed(text: string, now: Date): readonly Quota[] {
  const older = { remaining: numberIn(text, /(?:^|[,;]\s*)remaining=(\d{1,15})(?:[,;]|$)/iu) };
  if (older.remaining !== undefined)
    return quotaOf(
      older.remaining,
      numberIn(text, /(?:^|[,;]\s*)reset=(\d{1,15})(?:[,;]|$)/iu),
      now,
    );
  return text
    .split(',', maxPolicies)
    .flatMap((policy) =>
      quotaOf(
        numberIn(policy, /;\s*r=(\d{1,15})(?:;|\s*$)/u),
        numberIn(policy, /;\s*t=(\d{1,15})(?:;|\s*$)/u),
        now,
      ),
    );
}

function paired(headers: Headers, now: Date): readonly Quota[] {
  return ['ratelimit', 'x-ratelimit'].flatMap((prefix) =>
    quotaOf(
      numberIn(headers[`${prefix}-remaining`] ?? '', /^(\d{1,15})$/u),
      numberIn(headers[`${prefix}-reset`] ?? '', /^(\d{1,15})(?:\.\d+)?$/u),
      now,
    ),
  );
}

function quotaOf(
  remaining: number | undefined,
  reset: number | undefined,
  now: Date,
): readonly Quota[] {
  if (remaining === undefined || reset === undefined) return [];
  const ms = reset >= firstInstantMs ? reset : reset * 1_000;
  const resetMs = reset >= firstInstant ? ms - now.getTime() : ms;
  return [{ remaining, resetMs: Math.max(0, resetMs) }];
}

function numberIn(text: string, pattern: RegExp): number | undefined {
  const [, digits] = pattern.exec(text.trim()) ?? [];
  return digits === undefined ? undefined : Number(digits);
}
