/** Tenants that could not be copied, and for how long each is left alone. */
export interface Failures {
  readonly ids: readonly string[];
  /** How often in a row. */
  timesOf(tenantId: string): number;
  isWaiting(tenantId: string): boolean;
  /** One more; answers for how long the tenant is left alone, milliseconds. */
  add(tenantId: string): number;
  /** It has been copied again. */
  clear(tenantId: string): void;
}

/** Waits, milliseconds. */
const first = 1_000;
const longest = 300_000;

/** Each waits twice as long as the time before. */
export function createFailures(): Failures {
  const failures = new Map<string, { readonly times: number; readonly until: number }>();
  const timesOf = (tenantId: string): number => failures.get(tenantId)?.times ?? 0;
  return {
    get ids() {
      return [...failures.keys()];
    },
    timesOf,
    isWaiting: (tenantId) => (failures.get(tenantId)?.until ?? 0) > performance.now(),
    add(tenantId) {
      const times = timesOf(tenantId) + 1;
      const waitMs = Math.min(longest, first * 2 ** times);
      failures.set(tenantId, { times, until: performance.now() + waitMs });
      return waitMs;
    },
    clear: (tenantId) => void failures.delete(tenantId),
  };
}
