/** What a definition may be unless the operator says otherwise; apart, so that a check needs no configuration. */
export const definitionBudgets = {
  /** Bytes of its text. */
  bytes: 524_288,
  /** Tasks of all levels. */
  tasks: 1_000,
  /** Levels of tasks inside tasks. */
  nesting: 64,
} as const;
