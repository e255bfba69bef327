import type { WorkflowDocument } from './dsl/document.ts';
import { createExpressions, type Expressions } from './expressions.ts';
import { defaultLimits, type Limits } from './limits.ts';

/** A definition that can run: the document as written and its expressions, compiled on first use and kept. */
export interface Definition {
  readonly document: WorkflowDocument;
  readonly expressions: Expressions;
}

/** What an operator allows beyond the default; everything else is refused at publish. */
export interface Allowances {
  readonly container?: boolean;
  readonly script?: boolean;
  readonly shell?: boolean;
  /** Programs that `call: mcp` may start, by the names that the operator has given them; `any` where that does not matter. */
  readonly mcpServers?: readonly string[] | 'any';
}

/** A checked document made runnable; cheap, as expressions are compiled when first met. */
export function createDefinition(
  document: WorkflowDocument,
  limits: Partial<Limits> = {},
): Definition {
  const mode = document.evaluate?.mode ?? 'strict';
  const expressions = createExpressions({ mode, limits: { ...defaultLimits, ...limits } });
  return { document, expressions };
}
