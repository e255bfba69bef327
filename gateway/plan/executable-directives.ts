import {
  type DirectiveDefinitionNode,
  DirectiveLocation,
  type DocumentNode,
  Kind,
  parse,
  print,
  visit,
} from 'graphql';

import { namedType } from '../supergraph/join.ts';

/** Directives that clients may write and only this gateway reads. */
export interface ExecutableDirectives {
  /** Their definitions, for the schema that clients see. */
  readonly sdl: string;
  /** The document without them. */
  remove(document: string): DocumentNode;
}

/** What the API schema knows already. */
export interface KnownNames {
  hasDirective(name: string): boolean;
  hasType(name: string): boolean;
}

const executable = new Set<string>([
  DirectiveLocation.QUERY,
  DirectiveLocation.MUTATION,
  DirectiveLocation.SUBSCRIPTION,
  DirectiveLocation.FIELD,
  DirectiveLocation.FRAGMENT_DEFINITION,
  DirectiveLocation.FRAGMENT_SPREAD,
  DirectiveLocation.INLINE_FRAGMENT,
  DirectiveLocation.VARIABLE_DEFINITION,
]);
/** The gateway defines these itself or has none of them. */
const own = new Set(['defer', 'stream']);

/**
 * Finds what `@composeDirective` has brought into the supergraph. The planner's API schema leaves it out, and
 * nothing says which subgraphs know it: so clients may write it and subgraphs do not hear of it.
 */
export function findExecutableDirectives(
  supergraph: DocumentNode,
  known: KnownNames,
): ExecutableDirectives {
  const found = supergraph.definitions.flatMap((definition) =>
    definition.kind === Kind.DIRECTIVE_DEFINITION ? (forClients(definition, known) ?? []) : [],
  );
  const names = new Set(found.map(({ name }) => name.value));
  return {
    sdl: found.map((definition) => print(definition)).join('\n'),
    remove: (text) => {
      const document = parse(text);
      if (names.size === 0) return document;
      return visit(document, {
        Directive: ({ name }) => (names.has(name.value) ? null : undefined),
      });
    },
  };
}

function forClients(
  definition: DirectiveDefinitionNode,
  known: KnownNames,
): DirectiveDefinitionNode | undefined {
  const name = definition.name.value;
  const locations = definition.locations.filter(({ value }) => executable.has(value));
  const isNew = locations.length > 0 && !own.has(name) && !known.hasDirective(name);
  const inputs = (definition.arguments ?? []).map(({ type }) => namedType(type));
  if (!isNew || !inputs.every((input) => known.hasType(input))) return undefined;
  // How definitions of the supergraph are annotated means nothing to clients.
  const given = definition.arguments?.map((argument) => ({ ...argument, directives: [] }));
  return { ...definition, locations, ...(given && { arguments: given }) };
}
