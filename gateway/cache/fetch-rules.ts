import { parse, valueFromASTUntyped } from 'graphql';

import { FetchWalk } from './fetch-walk.ts';
import { type CachePolicy, stricterOf } from './policy.ts';
import type { CacheRules } from './schema-rules.ts';
import { expandTag } from './tag-format.ts';

/** What the schema says about keeping what one fetch gives. */
export interface FetchRules {
  /** The lifetime by `@cacheControl` alone, where the subgraph says nothing of its own. */
  readonly policy: CachePolicy;
  /** What hints that are written down demand, whatever the subgraph says. */
  readonly bound: CachePolicy;
  /** Types whose objects may be in it. */
  readonly types: readonly string[];
  /** Tags of its root fields for the values of its variables. */
  rootTags(variables: Readonly<Record<string, unknown>>): readonly string[];
}

/** Reads a fetch as Apollo Server's rules for `@cacheControl` do. */
export function readFetchRules(rules: CacheRules, operation: string, service: string): FetchRules {
  const walk = new FetchWalk(rules, parse(operation, { noLocation: true }));
  const { maxAgeSeconds, boundSeconds, isPrivate, roots } = walk;
  const isLimited = rules.hasHints && Number.isFinite(maxAgeSeconds);
  return {
    policy: { maxAgeSeconds: isLimited ? maxAgeSeconds : 0, isPrivate },
    bound: { maxAgeSeconds: boundSeconds, isPrivate },
    types: [...walk.types],
    rootTags: (variables) =>
      roots.flatMap((field) => {
        const formats = rules.tagsAt(`${rules.queryType}.${field.name.value}`, service);
        if (formats.length === 0) return [];
        const args = Object.fromEntries(
          (field.arguments ?? []).map(({ name, value }) => [
            name.value,
            valueFromASTUntyped(value, { ...variables }),
          ]),
        );
        return formats.flatMap((format) => expandTag(format, { args }) ?? []);
      }),
  };
}

/** The policy of an answer: of its own word where it has one, never laxer than what the schema demands. */
export function boundPolicy(policy: CachePolicy, { bound }: FetchRules): CachePolicy {
  return stricterOf(policy, bound);
}
