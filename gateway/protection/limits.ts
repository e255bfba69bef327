/** Static limits of one operation; each counts the whole operation, fragments included. */
export interface OperationLimits {
  readonly maxTokens: number;
  readonly maxDepth: number;
  readonly maxAliases: number;
  readonly maxRootFields: number;
  readonly maxDirectives: number;
  /** Undefined: cost is counted but not limited. */
  readonly maxCost?: number | undefined;
}

export const defaultLimits: OperationLimits = {
  maxTokens: 15_000,
  maxDepth: 50,
  maxAliases: 500,
  maxRootFields: 200,
  maxDirectives: 500,
};
