/** Whose answers are kept for whom, and what may be kept. */
export interface CacheRule {
  /** Who shares a part of the memory: the tenant. */
  readonly owner: string;
  /** Names tenant, integration and all that its requests are made of, its credential by version: only equal ones share. */
  readonly scope: string;
  /** Names requests that are alike, such as those of one operation. */
  readonly group: string;
  /** True where the life of an answer may be guessed from when it was last changed. */
  readonly isHeuristic: boolean;
  /** How long an answer is good where the peer says nothing of that; @default 0, then it says so each time. */
  readonly seconds?: number | undefined;
  /** The longest life, whatever the peer says, seconds; undefined for any. */
  readonly maxSeconds: number | undefined;
}
