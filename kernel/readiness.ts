/** Whether a process can do its work. */
export interface Readiness {
  readonly isReady: boolean;
  /** Names of what it needs and does not have. */
  readonly failing: readonly string[];
}

/** Looks whether something that a process needs is there; rejects if not. */
export type Check = () => Promise<unknown>;

/** What a probe is answered. */
export function readinessAnswer({ isReady, failing }: Readiness): {
  readonly code: 200 | 503;
  readonly body: { readonly status: string; readonly failing?: readonly string[] };
} {
  if (isReady) return { code: 200, body: { status: 'ready' } };
  return { code: 503, body: { status: 'not ready', failing } };
}

/** How long an answer is given again, milliseconds: probes may ask as often as they like. */
const freshMs = 1_000;
/** How long one look may take, milliseconds. */
const lookMs = 3_000;

/**
 * Looks at what a process needs. While `closing` is aborted it is not ready, whatever there is.
 * @param checks by the names that are told
 */
export function createReadiness(
  checks: Readonly<Record<string, Check>>,
  closing?: AbortSignal,
): () => Promise<Readiness> {
  let lookedAt = -Infinity;
  let looking: Promise<readonly string[]> = Promise.resolve([]);
  return async () => {
    if (closing?.aborted === true) return { isReady: false, failing: ['draining'] };
    if (performance.now() - lookedAt >= freshMs) {
      lookedAt = performance.now();
      looking = look(checks);
    }
    const failing = await looking;
    return { isReady: failing.length === 0, failing };
  };
}

async function look(checks: Readonly<Record<string, Check>>): Promise<readonly string[]> {
  const looks = Object.entries(checks).map(async ([name, check]) =>
    (await isThere(check)) ? [] : [name],
  );
  return (await Promise.all(looks)).flat();
}

async function isThere(check: Check): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => resolve(false), lookMs);
  const seen = check().then(
    () => true,
    () => false,
  );
  const isSeen = await Promise.race([seen, promise]);
  clearTimeout(timer);
  return isSeen;
}
