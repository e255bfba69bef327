const firstStepMs = 5;
const lastStepMs = 100;

/**
 * Waits for a state: asks until the answer is neither undefined nor false, and throws when it never is. What takes long is
 * asked less often, so that asking does not keep it from coming: a tenth of the time that has passed lies between two.
 */
export async function until<T>(
  what: string,
  ask: () => T | undefined | false | Promise<T | undefined | false>,
  timeoutMs = 120_000,
): Promise<T> {
  const start = performance.now();
  for (let passedMs = 0; passedMs < timeoutMs; passedMs = performance.now() - start) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    const stepMs = Math.min(lastStepMs, Math.max(firstStepMs, passedMs / 10));
    await new Promise((resolve) => setTimeout(resolve, stepMs));
  }
  throw new Error(`waited ${timeoutMs} ms in vain: ${what}`);
}
