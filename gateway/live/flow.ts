/** The part of a socket that can be kept from reading. */
interface Pausable {
  pause(): void;
  resume(): void;
}

/** One socket carries several subscriptions: it is read while none of them is too far ahead. */
export class Flow {
  readonly #ahead = new Set<object>();
  #socket: Pausable | undefined;

  /** The socket there is now; undefined once it is closed. */
  set socket(socket: Pausable | undefined) {
    this.#socket = socket;
    this.#ahead.clear();
  }

  get isHeld(): boolean {
    return this.#ahead.size > 0;
  }

  hold(subscription: object): void {
    this.#ahead.add(subscription);
    this.#socket?.pause();
  }

  release(subscription: object): void {
    if (this.#ahead.delete(subscription) && this.#ahead.size === 0) this.#socket?.resume();
  }
}
