import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { hostileTexts, isCostly } from '../support/hostile-texts.ts';
import { patternsOf } from '../support/patterns.ts';

/** Patterns made at run time, and why none of them can be made to run long by a stranger. */
const madeAtRunTime: Readonly<Record<string, string>> = {
  'cli/lsp/schema-walk.ts':
    'of our own schema of the language, for words of a file on the same machine',
  'core/jobs/agent-list.ts': 'two names of ours, anchored at both ends, of 130 characters at most',
  'engine/formats/formats.ts': 'only made, to see whether it is one, and never run',
  'engine/formats/references.ts':
    'two alphabets of ours, anchored at both ends, one character after the other',
  'engine/schema-patterns.ts': 'only made, to see whether ECMA-262 knows it, and never run',
  'engine/jq/regex/classes.ts': 'one character of a class, anchored at both ends',
  'engine/jq/builtins/strptime.ts': 'the names of months and days, side by side',
  'gateway/plan/exact-literals.ts': 'a mark of ours between quotes, and the digits behind it',
  'gateway/execute/headers/rules.ts': 'written by the operator, for names of headers',
};

/** Literals that may cost more, and why no stranger's text gets there. */
const readsOwnText: Readonly<Record<string, string>> = {
  'gateway/listen/http/pages/graphiql.ts': 'reads the page that we ship ourselves, once',
};

const found = sourceFiles().flatMap((file) => patternsOf(file, readFileSync(file, 'utf8')));
const literals = found.flatMap(({ file, place, pattern }) =>
  pattern === undefined || file in readsOwnText ? [] : [{ place, pattern }],
);

describe('regular expressions', { timeout: 120_000 }, () => {
  it('are all found, with a reason beside each that is made at run time', () => {
    expect(literals.length).toBeGreaterThan(100);
    const made = found.filter(({ pattern }) => pattern === undefined);
    expect([...new Set(made.map(({ file }) => file))].sort()).toEqual(
      Object.keys(madeAtRunTime).sort(),
    );
  });

  it.each(literals)('$pattern at $place cost what a text is long', ({ pattern }) => {
    expect(hostileTexts(pattern).find((pump) => isCostly(pattern, pump))).toBeUndefined();
  });

  it.each([
    [/\b([a-z][a-z0-9+.-]*:\/\/[^\s/:@"]*):[^\s/@"]+@/gi],
    [/"[^"]*(?:token|secret)[^"]*":/g],
    [/\s*;\s*q=/],
    [/\/+$/],
    [/\$secrets\s*\.?\s*"/],
    [/<a(?![^>]*\sb=)[^>]*>/g],
  ])('%s is known for one that costs more', (pattern) => {
    expect(hostileTexts(pattern).some((pump) => isCostly(pattern, pump))).toBe(true);
  });
});

function sourceFiles(): readonly string[] {
  const listed = execFileSync('git', [
    'ls-files',
    '--cached',
    '--others',
    '--exclude-standard',
    '*.ts',
  ]);
  const isOurs = /^(?:kernel|engine|queue|connectors|core|subgraphs|gateway|worker|cli|sdk)\//;
  const isLeftOut = /\.test\.ts$|\/testing\/|_generated/;
  return listed
    .toString()
    .split('\n')
    .filter((file) => isOurs.test(file) && !isLeftOut.test(file));
}
