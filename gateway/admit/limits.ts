/** Static limits of one operation; each counts the whole operation, fragments included. */
export interface OperationLimits {
  readonly maxTokens: number;
  readonly maxDepth: number;
  readonly maxAliases: number;
  readonly maxRootFields: number;
  readonly maxFields: number;
  readonly maxDirectives: number;
  /** Undefined: cost is counted but not limited. */
  readonly maxCost?: number | undefined;
}
