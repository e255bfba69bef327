import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { environmentVariables } from '../../kernel/config/env.ts';
import { errorCatalogue } from '../../kernel/errors.ts';

/** Cells of the rows below the heading of a document's only table. */
function rowsOf(path: string): string[][] {
  const lines = readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8').split('\n');
  const rows = lines.filter((line) => line.startsWith('|')).slice(2);
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

describe('the documents', () => {
  it('list every environment variable with its default and meaning', () => {
    expect(rowsOf('docs/configuration.md')).toEqual(
      environmentVariables().map((variable) => [
        `\`${variable.name}\``,
        variable.default,
        variable.expected,
        variable.meaning,
      ]),
    );
  });

  it('list every error code with status, retry and meaning', () => {
    expect(rowsOf('docs/errors.md')).toEqual(
      Object.entries(errorCatalogue).map(([code, entry]) => [
        `\`${code}\``,
        String(entry.status),
        entry.retryable ? 'yes' : 'no',
        entry.meaning,
      ]),
    );
  });
});
