/** One challenge of a `WWW-Authenticate` header (RFC 9110 § 11.6.1). */
export interface Challenge {
  /** In lower case. */
  readonly scheme: string;
  /** By name in lower case; of a name given twice the first counts. */
  readonly values: ReadonlyMap<string, string>;
}

/** A longer header is no challenge that anybody means. */
const maxHeaderLength = 8192;

// Sticky and without a choice where a run ends, so that reading a header costs what it is long.
const separators = /[\s,]*/y;
const token = /[\w!#$%&'*+.^`|~-]+/y;
const equals = /[\t ]*=[\t ]*/y;
const quoted = /"(?:[^"\\]|\\.)*"/sy;
const bare = /[^\s,"]*/y;

/** The challenges in the order in which the peer prefers them, as far as they can be read. */
export function parseChallenges(header: string): readonly Challenge[] {
  const challenges: { readonly scheme: string; readonly values: Map<string, string> }[] = [];
  if (header.length > maxHeaderLength) return challenges;
  for (let at = 0; ;) {
    const word = readWord(header, at);
    if (word === undefined) return challenges;
    at = word.end;
    const values = challenges.at(-1)?.values;
    if (word.value === undefined) challenges.push({ scheme: word.name, values: new Map() });
    else if (values?.has(word.name) === false) values.set(word.name, word.value);
  }
}

interface Word {
  readonly name: string;
  /** Of a parameter; a scheme has none. */
  readonly value: string | undefined;
  readonly end: number;
}

function readWord(header: string, start: number): Word | undefined {
  const from = start + (matchAt(separators, header, start)?.length ?? 0);
  const name = matchAt(token, header, from);
  if (name === undefined) return undefined;
  const end = from + name.length;
  const assignment = matchAt(equals, header, end);
  if (assignment === undefined) return { name: name.toLowerCase(), value: undefined, end };
  const behind = end + assignment.length;
  const value = matchAt(header[behind] === '"' ? quoted : bare, header, behind);
  return value === undefined
    ? undefined
    : { name: name.toLowerCase(), value: textOf(value), end: behind + value.length };
}

function textOf(value: string): string {
  return value.startsWith('"') ? value.slice(1, -1).replaceAll(/\\(.)/gsu, '$1') : value;
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}
