/** Slips of authors who think in another language, with what jq has instead; the first that shows is told. */
const slips: readonly (readonly [RegExp, string])[] = [
  [/\$secret\b(?!s)/, 'The specification has $secrets, in the plural.'],
  [/=>|\bfunction\b|\bnew [A-Z]|\b(?:const|let|var) /, javascript('write jq functions')],
  [/===|!==/, javascript('compare with == and !=')],
  [/&&|\|\|/, javascript('combine with and, or')],
  [/!\s*[.$(]/, javascript('write … | not')],
  [/\w\s{0,9}\?\s{0,9}[^\s?/|,)\]}][^:]{0,99}:/, javascript('write if … then … else … end')],
  [/\?\./, javascript('a missing key is null already')],
  [/\.\w+\([^)]*\)/, javascript('pipe into a function, as in .items | length')],
  [/`/, javascript('a text stands in double quotes, with \\(…) in it')],
  [/'/, 'It is jq: texts stand in double quotes.'],
];

function javascript(instead: string): string {
  return `This is not jq: ${instead}.`;
}

/** What to write instead, where a source that does not compile is plainly written in another language. */
export function foreignLanguage(source: string): string | undefined {
  const code = source.replaceAll(/"(?:[^"\\]|\\[^])*(?:"|\\?$)/g, '""');
  return slips.find(([pattern]) => pattern.test(code))?.[1];
}
