import { Kind, parse } from 'graphql';
import type {
  DocumentNode,
  FragmentDefinitionNode,
  SelectionNode,
  SelectionSetNode,
} from 'graphql';
import { LRUCache } from 'lru-cache';

import { AppError } from '../../kernel/errors.ts';

/** What a document may ask of a subgraph; the gateway's own limits are tighter. */
export interface DocumentLimits {
  /** Lexical tokens of the text. */
  readonly tokens: number;
  /** Levels of nested fields, fragments followed. */
  readonly depth: number;
  /** Fields after all fragments are expanded. */
  readonly fields: number;
  /** Aliases in the text. */
  readonly aliases: number;
  /** Fields with the same response name in one selection: validation compares them pairwise. */
  readonly repetitions: number;
  /** Directives on one element. */
  readonly directives: number;
}

export const defaultDocumentLimits: DocumentLimits = {
  tokens: 20_000,
  depth: 24,
  fields: 10_000,
  aliases: 1_000,
  repetitions: 50,
  directives: 16,
};

interface Size {
  readonly depth: number;
  readonly fields: number;
}

interface Walk {
  readonly limits: DocumentLimits;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** Sizes of fragments; each is measured once, so a bomb costs its text and not its expansion. */
  readonly sizes: Map<string, Size>;
  aliases: number;
}

const nothing: Size = { depth: 0, fields: 0 };
const knownTexts = 1_000;

/** Throws COST_EXCEEDED or LIMIT_EXCEEDED before any validation rule or resolver sees the document. */
export function checkDocument(document: DocumentNode, limits: DocumentLimits): void {
  const fragments = new Map(
    document.definitions
      .filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION)
      .map((definition) => [definition.name.value, definition]),
  );
  const walk: Walk = { limits, fragments, sizes: new Map(), aliases: 0 };
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) sizeOfFragment(walk, definition.name.value);
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    checkDirectives(walk, definition);
    checkSize(walk, sizeOfSelections(walk, definition.selectionSet));
  }
}

/** The same for text, once per text. What does not parse passes: the server says what is wrong with it. */
export function createTextCheck(limits: DocumentLimits): (text: string) => void {
  const accepted = new LRUCache<string, true>({ max: knownTexts });
  return (text) => {
    if (accepted.has(text)) return;
    const document = parsed(text, limits);
    if (document === undefined) return;
    checkDocument(document, limits);
    accepted.set(text, true);
  };
}

function parsed(text: string, limits: DocumentLimits): DocumentNode | undefined {
  try {
    return parse(text, { noLocation: true, maxLexicalTokens: limits.tokens });
  } catch (error) {
    // graphql-js has no other sign for it.
    if (error instanceof Error && error.message.includes('tokens. Parsing aborted')) {
      throw new AppError(
        'LIMIT_EXCEEDED',
        `the document has more than ${String(limits.tokens)} tokens`,
      );
    }
    return undefined;
  }
}

function sizeOfSelections(
  walk: Walk,
  set: SelectionSetNode,
  names = new Map<string, number>(),
): Size {
  let depth = 0;
  let fields = 0;
  for (const selection of set.selections) {
    checkDirectives(walk, selection);
    const size = sizeOfSelection(walk, selection, names);
    depth = Math.max(depth, size.depth);
    fields += size.fields;
  }
  return checkSize(walk, { depth, fields });
}

function sizeOfSelection(walk: Walk, selection: SelectionNode, names: Map<string, number>): Size {
  switch (selection.kind) {
    case Kind.FRAGMENT_SPREAD:
      return sizeOfFragment(walk, selection.name.value);
    case Kind.INLINE_FRAGMENT:
      return sizeOfSelections(walk, selection.selectionSet, names);
    case Kind.FIELD: {
      if (selection.alias) countAlias(walk);
      countRepetition(walk, (selection.alias ?? selection.name).value, names);
      const below = selection.selectionSet
        ? sizeOfSelections(walk, selection.selectionSet)
        : nothing;
      return { depth: below.depth + 1, fields: below.fields + 1 };
    }
  }
}

function sizeOfFragment(walk: Walk, name: string): Size {
  const known = walk.sizes.get(name);
  if (known !== undefined) return known;
  // Stands while the fragment is measured: a cycle counts nothing here and is refused by validation.
  walk.sizes.set(name, nothing);
  const fragment = walk.fragments.get(name);
  const size = fragment === undefined ? nothing : sizeOfSelections(walk, fragment.selectionSet);
  walk.sizes.set(name, size);
  return size;
}

function countAlias(walk: Walk): void {
  walk.aliases += 1;
  if (walk.aliases > walk.limits.aliases) {
    throw new AppError('LIMIT_EXCEEDED', `more than ${String(walk.limits.aliases)} aliases`);
  }
}

function countRepetition(walk: Walk, name: string, names: Map<string, number>): void {
  const count = (names.get(name) ?? 0) + 1;
  names.set(name, count);
  if (count > walk.limits.repetitions) {
    throw new AppError(
      'LIMIT_EXCEEDED',
      `a field is repeated more than ${String(walk.limits.repetitions)} times in one selection`,
    );
  }
}

function checkDirectives(
  walk: Walk,
  node: { readonly directives?: readonly unknown[] | undefined },
): void {
  if ((node.directives?.length ?? 0) > walk.limits.directives) {
    throw new AppError(
      'LIMIT_EXCEEDED',
      `more than ${String(walk.limits.directives)} directives on one element`,
    );
  }
}

function checkSize({ limits }: Walk, size: Size): Size {
  if (size.depth > limits.depth) {
    throw new AppError(
      'LIMIT_EXCEEDED',
      `the operation is deeper than ${String(limits.depth)} levels`,
    );
  }
  if (size.fields > limits.fields) {
    throw new AppError(
      'COST_EXCEEDED',
      `the operation asks for more than ${String(limits.fields)} fields`,
    );
  }
  return size;
}
