export type Severity = 'error' | 'warning';

/** One thing wrong, or doubtful, in a definition. */
export interface Finding {
  /** Stable identifier of the check, e.g. `then/unknown-target`. */
  readonly id: string;
  readonly severity: Severity;
  readonly message: string;
  /** JSON pointer into the document; empty for the document as a whole. */
  readonly path: string;
  /** Position in the source text, from 1. */
  readonly line: number;
  readonly column: number;
  /** What to do about it. */
  readonly hint: string;
}

/** A finding before its position in the text is known. */
export type Remark = Omit<Finding, 'line' | 'column'>;

/** One RFC 6901 reference token. */
export function pointerToken(name: string | number): string {
  return String(name).replaceAll('~', '~0').replaceAll('/', '~1');
}

/** `parent` extended by tokens. */
export function pointer(parent: string, ...tokens: readonly (string | number)[]): string {
  return [parent, ...tokens.map(pointerToken)].join('/');
}

/** Tokens of a pointer, unescaped. */
export function pointerTokens(path: string): string[] {
  return path
    .split('/')
    .slice(1)
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
}
