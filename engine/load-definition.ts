import { createDefinition, type Allowances, type Definition } from './definition.ts';
import { asWorkflowDocument, type WorkflowDocument } from './dsl/document.ts';
import { textOfBytes } from './dsl/encoding.ts';
import type { Finding, Severity } from './dsl/finding.ts';
import { lintDocument } from './dsl/lint.ts';
import { parseSource } from './dsl/source.ts';
import { checkStructure } from './dsl/structure.ts';
import { defaultLimits, type Limits } from './limits.ts';

export interface LoadOptions {
  readonly format?: 'yaml' | 'json';
  readonly allow?: Allowances;
  /** The text was checked when it was published: it runs, whatever the linter would say of it today. */
  readonly isPublished?: boolean;
  readonly limits?: Partial<Limits>;
  /**
   * How bad it is to read a secret where its value would be kept: to publish it is an error.
   * @default `warning`
   */
  readonly keptSecrets?: Severity;
}

/** What a text is: plain data, so that one thread can check what another runs. */
export interface Checked {
  /** Every error and warning, in document order. */
  readonly findings: readonly Finding[];
  /** Present when no finding is an error. */
  readonly document?: WorkflowDocument;
}

export interface Loaded {
  readonly findings: readonly Finding[];
  readonly definition?: Definition;
}

/** Checks a definition's text and makes it runnable, all in the calling thread. Never throws for what the text says. */
export function loadDefinition(source: string | Uint8Array, options: LoadOptions = {}): Loaded {
  const text = typeof source === 'string' ? source : textOfBytes(source);
  if (typeof text !== 'string') return { findings: [text] };
  const { findings, document } = checkDefinition(text, options);
  if (document === undefined) return { findings };
  return { findings, definition: createDefinition(document, options.limits) };
}

/** Parses, validates and lints a definition's text. Never throws for what the text says. */
export function checkDefinition(source: string, options: LoadOptions = {}): Checked {
  const limits = { ...defaultLimits, ...options.limits };
  const parsed = parseSource(source, limits);
  if (parsed.value === undefined) return { findings: parsed.findings };
  const structure = checkStructure(parsed.value, limits);
  const isLinted = !structure.some((remark) => remark.severity === 'error') && !options.isPublished;
  const meaning = isLinted ? lintDocument(asWorkflowDocument(parsed.value), options, limits) : [];
  const findings = [...parsed.findings, ...[...structure, ...meaning].map(parsed.locate)].toSorted(
    byPosition,
  );
  if (findings.some((finding) => finding.severity === 'error'))
    return { findings: findings.slice(0, maxFindings) };
  return { findings, document: asWorkflowDocument(parsed.value) };
}

/** More say nothing that these do not. */
const maxFindings = 1_000;

/** Order of the text. */
export function byPosition(left: Finding, right: Finding): number {
  return left.line - right.line || left.column - right.column;
}
