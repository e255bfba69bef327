import {
  type FieldNode,
  Kind,
  OperationTypeNode,
  parse,
  type SelectionSetNode,
  valueFromASTUntyped,
} from 'graphql';

import { type CachePolicy, stricterOf } from './policy.ts';
import type { CacheHint, CacheRules, CacheType } from './schema-rules.ts';
import { expandTag } from './tag-format.ts';

/** What the schema says about keeping what one fetch gives. */
export interface FetchRules {
  /** The lifetime by `@cacheControl` alone, where the subgraph says nothing of its own. */
  readonly policy: CachePolicy;
  /** What hints that are written down demand, whatever the subgraph says. */
  readonly bound: Partial<CachePolicy>;
  /** Types whose objects may be in it. */
  readonly types: readonly string[];
  /** Tags of its root fields for the values of its variables. */
  rootTags(variables: Readonly<Record<string, unknown>>): readonly string[];
}

interface Walk {
  maxAgeSeconds: number;
  boundSeconds: number;
  isPrivate: boolean;
  readonly types: Set<string>;
}

const entities = '_entities';

/** Reads a fetch as Apollo Server's rules for `@cacheControl` do: what says nothing is not kept, leaves are as old as what holds them. */
export function readFetchRules(rules: CacheRules, operation: string, service: string): FetchRules {
  const walk: Walk = {
    maxAgeSeconds: Infinity,
    boundSeconds: Infinity,
    isPrivate: false,
    types: new Set(),
  };
  const { definitions } = parse(operation, { noLocation: true });
  const [definition] = definitions;
  const roots: FieldNode[] = [];
  if (
    definition?.kind === Kind.OPERATION_DEFINITION &&
    definition.operation === OperationTypeNode.QUERY
  ) {
    roots.push(...fieldsOf(definition.selectionSet));
    walkSet(definition.selectionSet, rules.types.get(rules.queryType));
  }
  const isLimited = Number.isFinite(walk.maxAgeSeconds);
  const bound = Number.isFinite(walk.boundSeconds) ? { maxAgeSeconds: walk.boundSeconds } : {};
  return {
    policy: {
      maxAgeSeconds: rules.hasHints && isLimited ? walk.maxAgeSeconds : 0,
      isPrivate: walk.isPrivate,
    },
    bound: { ...bound, ...(walk.isPrivate && { isPrivate: true }) },
    types: [...walk.types],
    rootTags: (variables) =>
      roots.flatMap((field) => {
        const formats = rules.tagsAt(`${rules.queryType}.${field.name.value}`, service);
        const args = formats.length === 0 ? {} : readArguments(field, variables);
        return formats.flatMap((format) => expandTag(format, { args }) ?? []);
      }),
  };

  function walkSet(set: SelectionSetNode, parent: CacheType | undefined): void {
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) walkField(selection, parent);
      else if (selection.kind === Kind.INLINE_FRAGMENT) {
        walkFragment(selection.selectionSet, selection.typeCondition?.name.value, parent);
      } else {
        for (const one of definitions) {
          if (one.kind !== Kind.FRAGMENT_DEFINITION) continue;
          if (one.name.value !== selection.name.value) continue;
          walkFragment(one.selectionSet, one.typeCondition.name.value, parent);
        }
      }
    }
  }

  function walkFragment(
    set: SelectionSetNode,
    condition: string | undefined,
    parent: CacheType | undefined,
  ): void {
    const type = condition === undefined ? parent : rules.types.get(condition);
    noteType(type);
    bind(walk, type?.hint);
    walkSet(set, type);
  }

  function walkField(field: FieldNode, parent: CacheType | undefined): void {
    if (field.name.value === entities && field.selectionSet !== undefined) {
      walkEntities(field.selectionSet);
      return;
    }
    const definition = parent?.fields.get(field.name.value);
    const type = definition && rules.types.get(definition.type);
    noteType(type);
    for (const member of parent?.members ?? []) {
      bind(walk, rules.types.get(member)?.fields.get(field.name.value)?.hint);
    }
    const isRoot = parent?.name === rules.queryType;
    if (field.name.value !== '__typename') {
      restrict(walk, [type?.hint, definition?.hint], isRoot || type !== undefined);
    }
    if (field.selectionSet !== undefined) walkSet(field.selectionSet, type);
  }

  function walkEntities(set: SelectionSetNode): void {
    for (const selection of set.selections) {
      if (selection.kind !== Kind.INLINE_FRAGMENT) continue;
      const type = rules.types.get(selection.typeCondition?.name.value ?? '');
      noteType(type);
      restrict(walk, [type?.hint], true);
      walkSet(selection.selectionSet, type);
    }
  }

  function noteType(type: CacheType | undefined): void {
    if (type === undefined || type.name === rules.queryType) return;
    walk.types.add(type.name);
    for (const member of type.members) {
      walk.types.add(member);
      bind(walk, rules.types.get(member)?.hint);
    }
  }
}

/** The hint of the field goes before that of its type. */
function restrict(
  walk: Walk,
  hints: readonly (CacheHint | undefined)[],
  isAloneZero: boolean,
): void {
  let age: number | undefined;
  let inherits = false;
  let isPrivate: boolean | undefined;
  for (const hint of hints) {
    age = hint?.maxAgeSeconds ?? age;
    inherits = hint?.inherits ?? inherits;
    isPrivate = hint?.isPrivate ?? isPrivate;
  }
  if (age !== undefined) walk.boundSeconds = Math.min(walk.boundSeconds, age);
  else if (isAloneZero && !inherits) age = 0;
  if (age !== undefined) walk.maxAgeSeconds = Math.min(walk.maxAgeSeconds, age);
  if (isPrivate === true) walk.isPrivate = true;
}

/** What an object that may be behind an abstract type demands. */
function bind(walk: Walk, hint: CacheHint | undefined): void {
  if (hint?.maxAgeSeconds !== undefined) {
    walk.boundSeconds = Math.min(walk.boundSeconds, hint.maxAgeSeconds);
    walk.maxAgeSeconds = Math.min(walk.maxAgeSeconds, hint.maxAgeSeconds);
  }
  if (hint?.isPrivate === true) walk.isPrivate = true;
}

/** The policy of an answer: of its own word where it has one, never laxer than what the schema demands. */
export function boundPolicy(policy: CachePolicy, { bound }: FetchRules): CachePolicy {
  const { maxAgeSeconds = Infinity, isPrivate = false } = bound;
  return stricterOf(policy, { maxAgeSeconds, isPrivate });
}

function fieldsOf(set: SelectionSetNode): FieldNode[] {
  return set.selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [selection];
    return selection.kind === Kind.INLINE_FRAGMENT ? fieldsOf(selection.selectionSet) : [];
  });
}

function readArguments(
  field: FieldNode,
  variables: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    (field.arguments ?? []).map(({ name, value }) => [
      name.value,
      valueFromASTUntyped(value, { ...variables }),
    ]),
  );
}
