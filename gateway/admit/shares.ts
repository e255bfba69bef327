/** What all owners together and one of them may hold. */
export interface ShareLimits {
  readonly total: number;
  readonly perOwner: number;
}

/** Counts what owners hold of something that all share. */
export interface Shares {
  /** What stands in the way of taking more, or undefined when it was taken. */
  take(owner: string, amount?: number): 'total' | 'owner' | undefined;
  give(owner: string, amount?: number): void;
  readonly held: number;
}

/** Nothing is kept of owners that hold nothing. */
export function createShares({ total, perOwner }: ShareLimits): Shares {
  const holdings = new Map<string, number>();
  let held = 0;
  return {
    take(owner, amount = 1) {
      const own = holdings.get(owner) ?? 0;
      if (own + amount > perOwner) return 'owner';
      if (held + amount > total) return 'total';
      held += amount;
      holdings.set(owner, own + amount);
      return undefined;
    },
    give(owner, amount = 1) {
      held -= amount;
      const left = (holdings.get(owner) ?? 0) - amount;
      if (left > 0) holdings.set(owner, left);
      else holdings.delete(owner);
    },
    get held() {
      return held;
    },
  };
}
