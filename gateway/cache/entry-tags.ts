import { isJsonObject, type JsonValue } from '../../kernel/json.ts';
import type { AnswerResponse } from '../execute/fetch/subgraph-answer.ts';

/** More of one entry are no tags but a mistake; such an entry is not kept, as it could not be forgotten. */
const MAX_TAGS = 100;
const MAX_TAG_LENGTH = 512;

/** The names under which everything of a subgraph, of one of its types, or with a tag can be forgotten. */
export const indexOf = {
  subgraph: (service: string): string => `s:${service}`,
  type: (service: string, type: string): string => `t:${service}:${type}`,
  tag: (service: string, tag: string): string => `c:${service}:${tag}`,
};

/** What an entry is called; undefined where it would be called too much. */
export function indexNames(
  service: string,
  { types, tags }: { readonly types: Iterable<string>; readonly tags: Iterable<string> },
): readonly string[] | undefined {
  const own = new Set(tags);
  if (own.size > MAX_TAGS || [...own].some((tag) => tag.length > MAX_TAG_LENGTH)) return undefined;
  return [
    indexOf.subgraph(service),
    ...[...new Set(types)].map((type) => indexOf.type(service, type)),
    ...[...own].map((tag) => indexOf.tag(service, tag)),
  ];
}

/** Tags that a subgraph sends for all of an answer: in headers as caches know them, or in `extensions`. */
export function tagsOfAnswer({ headers, extensions }: AnswerResponse): readonly string[] {
  return [
    ...split(headers['surrogate-key'], ' '),
    ...split(headers['cache-tag'], ','),
    ...textsOf(extensions?.['apolloCacheTags']),
  ];
}

/** Tags for each of `count` entities in their order; where the list does not fit, all of it is meant for each. */
export function tagsOfEntities(
  { extensions }: AnswerResponse,
  count: number,
): (index: number) => readonly string[] {
  const lists = extensions?.['apolloEntityCacheTags'];
  if (!Array.isArray(lists)) return () => [];
  const each = lists.map((list: JsonValue) => textsOf(list));
  if (each.length === count) return (index) => each[index] ?? [];
  const all = each.flat();
  return () => all;
}

function split(value: string | undefined, separator: string): readonly string[] {
  const parts = value?.split(separator) ?? [];
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}

function textsOf(value: JsonValue | undefined): readonly string[] {
  if (typeof value === 'string') return [value];
  if (value === undefined || isJsonObject(value) || !Array.isArray(value)) return [];
  return value.filter((item) => typeof item === 'string');
}
