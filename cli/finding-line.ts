import { plainText } from './plain-text.ts';

/** What the linter and the platform both say of a definition. */
interface Told {
  readonly id: string;
  readonly severity: string;
  readonly message: string;
  readonly line: number;
  readonly column: number;
  readonly hint?: string | null;
}

/** A finding as compilers print them, with what to do below. */
export function findingLine(file: string, finding: Told): string {
  const { line, column, severity, id, message, hint } = finding;
  const place = `${file}:${line}:${column} ${severity.toLowerCase()} ${id}: ${message}`;
  return plainText(hint ? `${place}\n    ${hint}` : place);
}
