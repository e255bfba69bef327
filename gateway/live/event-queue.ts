/** Slows the source of a queue down. */
interface SlowDown {
  hold(): void;
  release(): void;
}

/** Items from which on a source that can be held is held. */
const maxUnheld = 1_000;

/**
 * A bounded queue between a pushing source and a pulling reader. It fails the reader when the source is too far ahead,
 * since a source that cannot be slowed down can only be left.
 */
export class EventQueue<T> implements AsyncIterableIterator<T, undefined> {
  readonly #items: T[] = [];
  readonly #maxItems: number;
  readonly #onClose: () => void;
  readonly #source: SlowDown | undefined;
  readonly #heldFrom: number;
  #waiting: PromiseWithResolvers<IteratorResult<T, undefined>> | undefined;
  #end: { readonly error?: unknown } | undefined;

  constructor(maxItems: number, onClose: () => void, source?: SlowDown) {
    this.#maxItems = maxItems;
    this.#onClose = onClose;
    this.#source = source;
    this.#heldFrom = Math.min(maxUnheld, Math.ceil(maxItems / 2));
  }

  push(item: T): void {
    if (this.#end !== undefined) return;
    if (this.#waiting !== undefined) {
      this.#waiting.resolve({ value: item, done: false });
      this.#waiting = undefined;
    } else if (this.#items.length < this.#maxItems) {
      this.#items.push(item);
      if (this.#items.length === this.#heldFrom) this.#source?.hold();
    } else {
      this.#items.length = 0;
      this.fail(new Error(`more than ${this.#maxItems} events are waiting`));
      this.#onClose();
    }
  }

  /** Ends the queue after what is in it. */
  finish(): void {
    this.#stop({});
  }

  /** Ends the queue with an error after what is in it. */
  fail(error: unknown): void {
    this.#stop({ error });
  }

  async next(): Promise<IteratorResult<T, undefined>> {
    const item = this.#items.shift();
    if (this.#items.length < this.#heldFrom / 2) this.#source?.release();
    if (item !== undefined) return { value: item, done: false };
    if (this.#end === undefined) {
      this.#waiting = Promise.withResolvers();
      return this.#waiting.promise;
    }
    if ('error' in this.#end) {
      const { error } = this.#end;
      this.#end = {};
      throw error;
    }
    return { value: undefined, done: true };
  }

  return(): Promise<IteratorResult<T, undefined>> {
    this.#items.length = 0;
    this.#stop({});
    this.#onClose();
    return Promise.resolve({ value: undefined, done: true });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #stop(end: { readonly error?: unknown }): void {
    if (this.#end !== undefined) return;
    this.#source?.release();
    const waiting = this.#waiting;
    this.#waiting = undefined;
    this.#end = waiting === undefined ? end : {};
    if (waiting === undefined) return;
    if ('error' in end) waiting.reject(end.error);
    else waiting.resolve({ value: undefined, done: true });
  }
}
