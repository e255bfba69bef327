import { composeServices } from '@apollo/composition';
import { Supergraph } from '@apollo/federation-internals';
import {
  type ASTNode,
  type ConstDirectiveNode,
  type DocumentNode,
  Kind,
  type ObjectTypeDefinitionNode,
  OperationTypeNode,
  parse,
  type SchemaDefinitionNode,
  visit,
} from 'graphql';

import { parseSupergraph } from '../supergraph/parse-supergraph.ts';

/** What composition says about a change. */
export interface CompositionHint {
  readonly code: string;
  readonly message: string;
}

/** A supergraph with one subgraph replaced, or why it cannot be composed. */
export type Composed =
  | { readonly supergraphSdl: string; readonly hints: readonly CompositionHint[] }
  | { readonly errors: readonly CompositionHint[] };

interface Service {
  readonly name: string;
  readonly url: string;
  readonly typeDefs: DocumentNode;
}

/**
 * Composes the subgraphs that a supergraph is made of, one of them replaced or added. Hints that the supergraph had
 * before are left out.
 */
export function composeWith(
  supergraphSdl: string,
  subgraph: { readonly name: string; readonly sdl: string },
): Composed {
  const services = takeApart(supergraphSdl);
  const known = services.find(({ name }) => name === subgraph.name);
  const others = services.filter((service) => service !== known);
  const url = known?.url ?? `http://${subgraph.name}.invalid`;
  const typeDefs = parse(subgraph.sdl, { noLocation: true });
  const {
    supergraphSdl: composed,
    hints,
    errors,
  } = composeServices([...others, { name: subgraph.name, url, typeDefs }]);
  if (errors !== undefined) {
    return {
      errors: errors.map(({ message, extensions }) => ({ code: codeOf(extensions), message })),
    };
  }
  const before = new Set(composeServices(services).hints?.map(({ message }) => message));
  return {
    supergraphSdl: composed,
    hints: hints
      .filter(({ message }) => !before.has(message))
      .map(({ definition, message }) => ({ code: definition.code, message })),
  };
}

function codeOf(extensions: Readonly<Record<string, unknown>>): string {
  const { code } = extensions;
  return typeof code === 'string' ? code : 'COMPOSITION_FAILED';
}

/** The subgraphs as the supergraph knows them, with what is lost on the way put back. */
function takeApart(supergraphSdl: string): Service[] {
  const marks = marksOf(parseSupergraph(supergraphSdl));
  const supergraph = Supergraph.build(supergraphSdl, { supportedFeatures: null });
  return [...supergraph.subgraphs()].map((subgraph) => ({
    name: subgraph.name,
    url: subgraph.url,
    typeDefs: restoreMarks(shareAll(withoutMissingRoots(parse(subgraph.toString()))), marks),
  }));
}

/** A subgraph that adds to entities alone has no type Query of its own. */
function withoutMissingRoots(document: DocumentNode): DocumentNode {
  const names = new Set(
    document.definitions.flatMap((one) => (isPlace(one) ? [one.name.value] : [])),
  );
  const definitions = document.definitions.map((one) => {
    if (one.kind !== Kind.SCHEMA_DEFINITION) return one;
    const operationTypes = one.operationTypes.filter(({ type }) => names.has(type.name.value));
    const own: SchemaDefinitionNode = { ...one, operationTypes };
    return operationTypes.length > 0 ? own : ({ ...own, kind: Kind.SCHEMA_EXTENSION } as const);
  });
  return { ...document, definitions };
}

/** The supergraph does not tell what one subgraph alone has and would share: who comes new has to say so itself. */
function shareAll(document: DocumentNode): DocumentNode {
  const { definitions } = document;
  const events = definitions
    .flatMap((one) => (one.kind === Kind.SCHEMA_DEFINITION ? one.operationTypes : []))
    .find(({ operation }) => operation === OperationTypeNode.SUBSCRIPTION);
  return visit(document, {
    ObjectTypeDefinition: (type) =>
      type.name.value === events?.type.name.value
        ? undefined
        : { ...type, directives: [...(type.directives ?? []), shareable] },
  });
}

const shareable: ConstDirectiveNode = {
  kind: Kind.DIRECTIVE,
  name: { kind: Kind.NAME, value: 'shareable' },
};

/** Directives that clients notice, and that are not told for each subgraph. */
const marking = new Set(['deprecated', 'inaccessible']);

type Marks = ReadonlyMap<string, readonly ConstDirectiveNode[]>;

function marksOf(supergraph: DocumentNode): Marks {
  const marks = new Map<string, readonly ConstDirectiveNode[]>();
  visitPlaces(supergraph, (coordinate, node) => {
    const own = directivesOf(node).filter(({ name }) => marking.has(name.value));
    if (own.length > 0) marks.set(coordinate, own);
    return undefined;
  });
  return marks;
}

function restoreMarks(document: DocumentNode, marks: Marks): DocumentNode {
  return visitPlaces(document, (coordinate, node) => {
    const missing = marks.get(coordinate);
    return missing && { ...node, directives: [...directivesOf(node), ...missing] };
  });
}

function directivesOf(node: ASTNode): readonly ConstDirectiveNode[] {
  // Only definitions come here, and theirs are constant.
  return 'directives' in node ? ((node.directives ?? []) as readonly ConstDirectiveNode[]) : [];
}

/** Definitions of types, their fields, arguments and values, each with its place in the schema. */
function visitPlaces(
  document: DocumentNode,
  see: (coordinate: string, node: ASTNode) => ASTNode | undefined,
): DocumentNode {
  const names: string[] = [];
  const enter = (node: ASTNode): ASTNode | undefined => {
    if (!isPlace(node)) return undefined;
    names.push(node.name.value);
    return see(names.join('.'), node);
  };
  const leave = (node: ASTNode): undefined => {
    if (isPlace(node)) names.pop();
  };
  return visit(document, { enter, leave });
}

type Place = Pick<ObjectTypeDefinitionNode, 'name'> & ASTNode;

function isPlace(node: ASTNode): node is Place {
  if (node.kind === Kind.DIRECTIVE_DEFINITION) return false;
  return node.kind.endsWith('Definition') && 'name' in node;
}
