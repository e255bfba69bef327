/** Lets one in at a time, in the order of arrival. */
export interface Gate {
  /** Resolves when it is the caller's turn, with the function that ends it. */
  enter(): Promise<() => void>;
}

/** Makes an open gate. */
export function createGate(): Gate {
  let last = Promise.resolve();
  return {
    async enter() {
      const turn = last;
      const { promise, resolve } = Promise.withResolvers<undefined>();
      last = promise.then(() => undefined);
      await turn;
      return () => {
        resolve(undefined);
      };
    },
  };
}
