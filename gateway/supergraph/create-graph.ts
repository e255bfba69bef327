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

import { errorCatalogue } from '../../kernel/errors.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { anonymous, type Identity } from '../admit/identity.ts';
import type { OperationLimits } from '../admit/limits.ts';
import type { AnswerCache } from '../cache/answer-cache.ts';
import { type CacheRules, readCacheRules } from '../cache/schema-rules.ts';
import type { AroundOperation } from '../execute/operation/around-operation.ts';
import type { ClientDocument } from '../execute/operation/client-document.ts';
import type { CallObserver, Flights } from '../execute/fetch/call-subgraph.ts';
import type { ExecutorContext, Expose } from '../execute/executor-context.ts';
import {
  createGuardedOperation,
  type GrantedOperation,
} from '../execute/operation/guarded-operation.ts';
import { mostVariants } from '../execute/operation/operation-runner.ts';
import { readDocument } from '../execute/operation/read-document.ts';
import type { Executor } from '../apollo/executor.ts';
import type { OpenExecutor } from '../apollo/open-executor.ts';
import { OperationRefused, type OperationSource, type PreparedOperation } from '../operation.ts';
import { readAccessRules } from '../plan/directives/access-rules.ts';
import { measureActualCost } from '../plan/directives/actual-cost.ts';
import { readCostRules } from '../plan/directives/cost-rules.ts';
import { createMeasureFetch } from '../plan/directives/fetch-cost.ts';
import { findGuardedFields } from '../plan/directives/guarded-fields.ts';
import {
  createDecideOverride,
  labelsIn,
  readOverrideLabels,
} from '../plan/directives/override-labels.ts';
import { measureCost } from '../plan/directives/static-cost.ts';
import type { Planner, PlannerFactory } from '../plan/planner.ts';
import { deferSdl } from './defer-sdl.ts';
import type { Graph, GraphSubgraph } from './graph.ts';
import { readOperationUsage } from '../usage/operation-usage.ts';
import { createTypeIndex } from './type-index.ts';

/** What a graph is made with besides its SDL. */
export interface GraphOptions {
  readonly planner: PlannerFactory;
  readonly subgraph: (name: string, url: string) => GraphSubgraph;
  readonly limits: OperationLimits;
  readonly isIntrospectionAllowed: boolean;
  readonly isSuggesting: boolean;
  /** Whether documents may have `@defer`. @default true */
  readonly isDeferring?: boolean;
  readonly isMerging: boolean;
  readonly flights: Flights | undefined;
  readonly observer: CallObserver;
  /** Makes the cache for a supergraph. @default answers are not kept */
  readonly cache?:
    ((rules: CacheRules, subgraphs: ReadonlyMap<string, GraphSubgraph>) => AnswerCache) | undefined;
  /** @default nothing */
  readonly around?: AroundOperation;
  /** Runs operations otherwise, or besides. @default the gateway's own executor alone */
  readonly openExecutor?: OpenExecutor | undefined;
  /** @default nobody sees how answers come about */
  readonly expose?: Expose;
  /** Called when a mutation has ended, before its answer leaves. */
  readonly onWritten: () => void;
  /** Share of operations, in percent, to which a label of progressive `@override` applies. */
  readonly overrides: Readonly<Record<string, number>>;
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

/** A document that is known to be good, whoever asks. */
interface CheckedDocument {
  /** Fields in all plans it may have. */
  readonly weight: number;
  /** The operation as this caller may run it. */
  prepareFor(identity: Identity): Promise<PreparedOperation> | PreparedOperation;
  warm(): Promise<void>;
}

/** Loads a supergraph: builds the planner in its thread, then everything that is read from the SDL. */
export async function createGraph(
  supergraphSdl: string,
  options: GraphOptions,
): Promise<LoadedGraph> {
  const planner = await options.planner(supergraphSdl);
  const document = parse(supergraphSdl, { noLocation: true });
  const schema = buildApiSchema(planner, options);
  const subgraphs = new Map(
    planner.supergraph.subgraphs.map(({ name, url }) => [name, options.subgraph(name, url)]),
  );
  const { isMerging, flights, observer, responseHeaders } = options;
  const context: ExecutorContext = {
    schema,
    planner,
    subgraphs,
    isMerging,
    flights,
    observer,
    expose: options.expose ?? { cache: 'nobody', queryPlan: 'nobody' },
    measureFetch: createMeasureFetch(schema, readCostRules(document)),
    cache: options.cache?.(readCacheRules(document), subgraphs),
    types: createTypeIndex(document),
    ...(responseHeaders && { responseHeaders }),
  };
  const executor = await options.openExecutor?.(supergraphSdl, context).catch((error: unknown) => {
    planner[Symbol.dispose]();
    throw error;
  });
  const check = createCheck(context, document, { ...options, executor });
  const documents = rememberDocuments(check, options.maxCachedDocuments);
  return {
    id: createHash('sha256').update(supergraphSdl).digest('hex'),
    apiSchema: schema,
    subgraphs,
    prepare: async (source, identity) => (await documents.check(source)).prepareFor(identity),
    warm: async (source) => (await documents.check(source)).warm(),
    hottest: documents.hottest,
    [Symbol.dispose]: () => {
      planner[Symbol.dispose]();
      executor?.[Symbol.dispose]();
    },
  };
}

interface CheckedDocuments {
  readonly check: (source: OperationSource) => Promise<CheckedDocument>;
  readonly hottest: LoadedGraph['hottest'];
}

/** Checks each document once, as long as it is in use; one that is refused stays so. */
function rememberDocuments(
  check: (source: OperationSource) => CheckedDocument,
  max: number,
): CheckedDocuments {
  const known = new LRUCache<
    string,
    { readonly source: OperationSource; readonly document: Promise<CheckedDocument> }
  >({ max, maxSize: maxCachedBytes });
  return {
    check: (source) => {
      const key = `${source.operationName ?? ''}\n${source.query}`;
      const found = known.get(key);
      if (found !== undefined) return found.document;
      const checked = new Promise<CheckedDocument>((resolve) => resolve(check(source)));
      const keep = (size: number) => known.set(key, { source, document: checked }, { size });
      keep(sizeOf(source));
      checked.then(
        ({ weight }) => keep(sizeOf(source, weight)),
        (error: unknown) => {
          if (!(error instanceof OperationRefused)) known.delete(key);
        },
      );
      return checked;
    },
    hottest: (count) => [...known.values()].slice(0, count).map(({ source }) => source),
  };
}

const maxCachedBytes = 256 * 1024 * 1024;
/** Syntax, plan and shapes of one field, measured on operations of 10,000 fields. */
const bytesOfField = 1_000;

/** About how much memory a document holds: a short text may spread to many fields, a long one may be all comment. */
function sizeOf({ query }: OperationSource, fields = 0): number {
  return query.length + fields * bytesOfField + 1;
}

function buildApiSchema(
  { supergraph }: Planner,
  { isDeferring = true }: Pick<GraphOptions, 'isDeferring'>,
): GraphQLSchema {
  const sdl = isDeferring ? `${supergraph.apiSdl}\n${deferSdl}` : supergraph.apiSdl;
  const definitions = parse(sdl, { noLocation: true });
  return buildASTSchema(definitions, { assumeValidSDL: true });
}

function createCheck(
  context: ExecutorContext,
  supergraph: DocumentNode,
  options: GraphOptions & { readonly executor: Executor | undefined },
): (source: OperationSource) => CheckedDocument {
  const access = readAccessRules(supergraph);
  const costs = readCostRules(supergraph);
  const overrideLabels = readOverrideLabels(supergraph);
  const decideOverride = createDecideOverride(options.overrides);
  const { schema } = context;
  const around = options.around ?? unchanged;
  return (source) => {
    const client = readDocument(source, { ...options, schema });
    const guarded = findGuardedFields(schema, client, access);
    const granted = createGuardedOperation(context, client, {
      guarded,
      decideOverride,
      labels: labelsIn(schema, client, overrideLabels),
    });
    const { operation } = client;
    const isMutation = operation.operation === OperationTypeNode.MUTATION;
    const own: PreparedOperation = {
      kind: operation.operation,
      name: operation.name?.value,
      mayDefer: client.hasDefer,
      key: keyOf(client),
      cost: (variables: JsonObject | undefined) =>
        measureCost({ schema, client, rules: costs, variables: variables ?? {} }),
      actualCost: (variables, data) =>
        measureActualCost({ schema, client, rules: costs, variables: variables ?? {} }, data),
      usage: once(() => readOperationUsage(schema, client)),
      execute: async (request) => {
        const { compiled, errors } = await granted(request.identity);
        return compiled.execute(request, errors);
      },
    };
    const replaced = options.executor?.replace(own, source);
    const prepared: PreparedOperation = {
      ...own,
      execute: async (request) => {
        try {
          return await (replaced === undefined ? own.execute(request) : replaced(request));
        } finally {
          if (isMutation) options.onWritten();
        }
      },
    };
    const surrounded = around(prepared);
    return {
      weight: client.fields * mostVariants(client),
      // A query is planned when it first runs, after its cost was looked at; a subscription must know its primary.
      prepareFor: (identity) =>
        prepared.kind === 'subscription'
          ? granted(identity).then((own) => around(withSubscription(prepared, own)))
          : surrounded,
      warm: async () => (await granted(anonymous)).compiled.warm(),
    };
  };
}

function once<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

const unchanged: AroundOperation = (operation) => operation;

/** Callers who are denied different fields have different subscriptions, although the document is the same. */
function withSubscription(
  prepared: PreparedOperation,
  { compiled, errors }: GrantedOperation,
): PreparedOperation {
  const { subscription } = compiled;
  const refused = errors.filter(({ path }) => path?.length === 1);
  if (refused.length > 0) {
    throw new OperationRefused(refused, errorCatalogue.UNAUTHORIZED_FIELD_OR_TYPE.status);
  }
  if (subscription === undefined) return prepared;
  return {
    ...prepared,
    key: [prepared.key, ...errors.map(({ path }) => path?.join('.'))].join('\n'),
    subscription: {
      ...subscription,
      complete: (event, request) => subscription.complete(event, request, errors),
    },
  };
}

function keyOf({ operation, fragments }: ClientDocument): string {
  const document = {
    kind: Kind.DOCUMENT,
    definitions: [operation, ...fragments.values()],
  } as const;
  return createHash('sha256').update(print(document)).digest('base64url');
}
