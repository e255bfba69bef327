export type Line = ReturnType<typeof createLine>;

interface LineOptions {
  /** True while nobody else has anything to do here: then nothing rests. */
  readonly isAlone: () => boolean;
  /** Called once when something fails. */
  readonly onBroken: (reason: Error) => void;
}

/** Events alone rest after a write for so many times as long as it took: a run takes a quarter of a connection for them. */
const restPerWrite = 3;
/** The longest rest, milliseconds: by it and a write lags what onlookers see when the database is slow. */
const maxRestMs = 2_000;

/** Does one thing after the other until one fails; then nothing any more. */
export function createLine({ isAlone, onBroken }: LineOptions) {
  let underWay = 0;
  let last: Promise<unknown> = Promise.resolve();
  let broken: Error | undefined;
  let restsUntil = 0;

  const assertWhole = (): void => {
    if (broken !== undefined) throw broken;
  };
  /** How long what does not hurry leaves the database to others, by what the last thing took. */
  const restMs = (): number => (isAlone() ? 0 : Math.max(0, restsUntil - performance.now()));
  const breakOff = (reason: unknown): void => {
    if (broken !== undefined) return;
    broken = reason instanceof Error ? reason : new Error('a write failed', { cause: reason });
    onBroken(broken);
  };

  return {
    assertWhole,
    breakOff,
    restMs,
    /** True when nothing is under way and there is nobody to make way for. */
    isFree: () => underWay === 0 && restMs() === 0,
    follow<T>(work: () => Promise<T>): Promise<T> {
      underWay += 1;
      const done = last.then(async () => {
        assertWhole();
        const startedAt = performance.now();
        const result = await work();
        const endedAt = performance.now();
        restsUntil = endedAt + Math.min(maxRestMs, restPerWrite * (endedAt - startedAt));
        return result;
      });
      last = done.catch(breakOff).finally(() => (underWay -= 1));
      return done;
    },
    /** Resolves when all is done; throws when something has failed. */
    async empty(): Promise<void> {
      await last;
      assertWhole();
    },
  };
}
