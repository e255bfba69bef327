import { expressionAt } from './expression-at.ts';
import { callsOf, jqFunctions, variables } from './jq-words.ts';
import { readText, type Span } from './open-document.ts';
import { referenceAt, targetOf } from './references.ts';
import type { createSchemaWalk } from './schema-walk.ts';
import { placeAt } from './yaml-place.ts';

/** What is said of the word at an offset, in Markdown. */
export interface Told {
  readonly span: Span;
  readonly text: string;
}

/** What the word at an offset means; undefined for words of the author. */
export function hover(
  text: string,
  offset: number,
  walk: ReturnType<typeof createSchemaWalk>,
): Told | undefined {
  const expression = expressionAt(text, offset);
  if (expression !== undefined) {
    const meaning = meaningOf(expression.word);
    return meaning === undefined ? undefined : { span: expression, text: meaning };
  }
  const place = placeAt(text, offset);
  if (place === undefined) return undefined;
  const path = place.isKey ? [...place.path, place.word] : place.path;
  const isCall = place.path.at(-1) === 'call';
  const described = isCall ? [...path.slice(0, -1), 'with'] : path;
  const said = walk.descriptions(readText(text).value, described).at(isCall ? -1 : 0);
  return said === undefined ? undefined : { span: place, text: said };
}

/** Where what the word at an offset refers to is defined. */
export function definitionOf(text: string, offset: number): Span | undefined {
  const place = placeAt(text, offset);
  const reference = place === undefined || place.isKey ? undefined : referenceAt(place.path);
  if (place === undefined || reference === undefined) return undefined;
  const read = readText(text);
  const target = targetOf(read.value, reference, place.word);
  return target === undefined ? undefined : read.keySpan(target);
}

function meaningOf(word: string): string | undefined {
  const variable = variables[word];
  if (variable !== undefined) return `**${word}**\n\n${variable}`;
  const known = jqFunctions().find(({ name }) => name === word);
  return known === undefined ? undefined : `\`${callsOf(known)}\`\n\n${known.meaning ?? ''}`.trim();
}
