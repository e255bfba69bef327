/** Where processes keep answers together. Whatever cannot be asked rejects, and is done without. */
export interface SharedAnswers {
  /** What is kept there; who finds nothing may have the right to fetch it. */
  look(place: Place): Promise<Seen>;
  /** Keeps what was fetched by that right, and hands the right back. Nobody waits for it. */
  settle(place: Place, right: Right, outcome: Fetched): void;
  /** Forgets what is kept at the addresses, and what is being fetched, in all processes. */
  forget(owner: string, addresses: readonly string[]): void;
  /** Another process has invalidated these. */
  onForget(listener: (owner: string, addresses: readonly string[]) => void): void;
}

/** An answer of an address: the key is that of the address, or of one of its variants. */
export interface Place {
  readonly address: string;
  readonly key: string;
}

/** What there is at a place. */
export interface Seen {
  readonly bytes: Buffer | undefined;
  /** Undefined while another process fetches it. */
  readonly right: Right | undefined;
  /** True where it is known that nothing may be kept, so that nobody has to wait for anybody. */
  readonly isPassed: boolean;
}

/** The right to fetch, and the state of the address when it was given: with another one nothing is kept. */
export interface Right {
  readonly token: string;
  readonly state: string;
}

/** What came of it: something to keep, nothing that may be kept, nothing at all, or no need to fetch. */
export type Fetched =
  | { readonly kind: 'kept'; readonly bytes: Buffer; readonly ttlMs: number }
  | { readonly kind: 'passed' | 'failed' | 'unneeded' };
