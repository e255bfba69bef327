import { createHash } from 'node:crypto';

import {
  buildASTSchema,
  type DocumentNode,
  type GraphQLSchema,
  Kind,
  OperationTypeNode,
  parse,
  print,
} from 'graphql';
import { LRUCache } from 'lru-cache';

import type { JsonObject } from '../kernel/json.ts';
import { readAccessRules } from './directives/access-rules.ts';
import { readCostRules } from './directives/cost-rules.ts';
import { findGuardedFields } from './directives/guarded-fields.ts';
import { measureCost } from './directives/static-cost.ts';
import type { CallObserver, Flights } from './executor/call-subgraph.ts';
import type { ExecutorContext } from './executor/compile-operation.ts';
import { readRequiredArguments } from './executor/required-arguments.ts';
import { createGuardedOperation } from './executor/guarded-operation.ts';
import { readDocument } from './executor/read-document.ts';
import type { Graph, GraphSubgraph } from './graph.ts';
import { anonymous } from './identity.ts';
import { OperationRefused, type OperationSource, type PreparedOperation } from './operation.ts';
import type { Planner, PlannerFactory } from './planning/planner.ts';
import type { OperationLimits } from './protection/limits.ts';
import { createTypeIndex } from './supergraph/type-index.ts';

/** What a graph is made with besides its SDL. */
export interface GraphOptions {
  readonly planner: PlannerFactory;
  readonly subgraph: (name: string, url: string) => GraphSubgraph;
  readonly limits: OperationLimits;
  readonly isIntrospectionAllowed: boolean;
  readonly isSuggesting: boolean;
  readonly isMerging: boolean;
  readonly flights: Flights | undefined;
  readonly observer: CallObserver;
  readonly isMaskingErrors: boolean;
  readonly responseHeaders?: ExecutorContext['responseHeaders'];
  readonly maxCachedDocuments: number;
}

/** A graph, the documents it knows, and its end. */
export interface LoadedGraph extends Graph, Disposable {
  /** Plans a document before anybody asks. */
  warm(source: OperationSource): Promise<void>;
  /** Documents in use, hottest first: a new supergraph plans them before it takes over. */
  hottest(count: number): OperationSource[];
}

interface WarmableOperation extends PreparedOperation {
  warm(): Promise<void>;
}

/** Loads a supergraph: builds the planner in its thread, then everything that is read from the SDL. */
export async function createGraph(
  supergraphSdl: string,
  options: GraphOptions,
): Promise<LoadedGraph> {
  const planner = await options.planner(supergraphSdl);
  const document = parse(supergraphSdl, { noLocation: true });
  const schema = buildApiSchema(planner);
  const subgraphs = new Map(
    planner.supergraph.subgraphs.map(({ name, url }) => [name, options.subgraph(name, url)]),
  );
  const { isMerging, flights, observer, responseHeaders } = options;
  const context: ExecutorContext = {
    isMaskingErrors: options.isMaskingErrors,
    schema,
    planner,
    subgraphs,
    isMerging,
    flights,
    observer,
    types: createTypeIndex(document),
    required: readRequiredArguments(document),
    ...(responseHeaders && { responseHeaders }),
  };
  const prepared = new LRUCache<
    string,
    { source: OperationSource; operation: Promise<WarmableOperation> }
  >({
    max: options.maxCachedDocuments,
  });
  const prepareNew = createPrepare(context, document, options);
  const prepareCached = (source: OperationSource): Promise<WarmableOperation> => {
    const key = `${source.operationName ?? ''}\n${source.query}`;
    const known = prepared.get(key);
    if (known !== undefined) return known.operation;
    const operation = prepareNew(source);
    prepared.set(key, { source, operation });
    operation.catch((error: unknown) => {
      if (!(error instanceof OperationRefused)) prepared.delete(key);
    });
    return operation;
  };
  return {
    id: createHash('sha256').update(supergraphSdl).digest('hex'),
    apiSchema: schema,
    subgraphs,
    prepare: prepareCached,
    warm: async (source) => (await prepareCached(source)).warm(),
    hottest: (count) => [...prepared.values()].slice(0, count).map(({ source }) => source),
    [Symbol.dispose]: () => planner[Symbol.dispose](),
  };
}

/** Clients may defer although the schema as composed does not say so. */
const deferDirective =
  'directive @defer(if: Boolean! = true, label: String) on FRAGMENT_SPREAD | INLINE_FRAGMENT';

function buildApiSchema(planner: Planner): GraphQLSchema {
  const definitions = parse(`${planner.supergraph.apiSdl}\n${deferDirective}`, {
    noLocation: true,
  });
  return buildASTSchema(definitions, { assumeValidSDL: true });
}

function createPrepare(
  context: ExecutorContext,
  supergraph: DocumentNode,
  options: GraphOptions,
): (source: OperationSource) => Promise<WarmableOperation> {
  const access = readAccessRules(supergraph);
  const costs = readCostRules(supergraph);
  const { schema } = context;
  return async (source) => {
    const client = readDocument(source, { ...options, schema });
    const granted = createGuardedOperation(
      context,
      client,
      findGuardedFields(schema, client, access),
    );
    const cost = (variables: JsonObject | undefined): number =>
      measureCost({ schema, client, rules: costs, variables: variables ?? {} });
    const { operation } = client;
    // A query is planned when it first runs, after its cost was looked at; a subscription must know its primary.
    const subscription =
      operation.operation === OperationTypeNode.SUBSCRIPTION
        ? (await granted(anonymous)).compiled.subscription
        : undefined;
    return {
      kind: operation.operation,
      name: operation.name?.value,
      key: keyOf({ kind: Kind.DOCUMENT, definitions: [operation, ...client.fragments.values()] }),
      cost,
      execute: async (request) => {
        const own = await granted(request.identity);
        return own.compiled.execute(request, own.errors);
      },
      ...(subscription && { subscription }),
      warm: async () => {
        await granted(anonymous);
      },
    };
  };
}

function keyOf(document: DocumentNode): string {
  return createHash('sha256').update(print(document)).digest('base64url');
}
