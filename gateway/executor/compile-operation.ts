import {
  type ExecutionResult,
  type FieldNode,
  type GraphQLSchema,
  Kind,
  OperationTypeNode,
  type SelectionSetNode,
} from 'graphql';

import { AppError } from '../../kernel/errors.ts';
import type { JsonObject } from '../../kernel/json.ts';
import type { GraphSubgraph } from '../graph.ts';
import { type MergedHeaders, mergeHeaders, withoutCaching } from '../headers/merge.ts';
import type {
  FormattedError,
  OperationAnswer,
  OperationRequest,
  SubscriptionOperation,
} from '../operation.ts';
import type { FetchNode } from '../planning/plan.ts';
import type { Planner } from '../planning/planner.ts';
import type { TypeIndex } from '../supergraph/type-index.ts';
import { type CallObserver, createCall, type Flights } from './call-subgraph.ts';
import type { ClientDocument } from './client-document.ts';
import { toSubgraphAnswer } from './event-answer.ts';
import { asksIntrospection, introspect } from './introspection.ts';
import { planInOrder } from './plan-in-order.ts';
import { createPlannedDocument } from './planned-document.ts';
import { createResponseKeys } from './response-keys.ts';
import { mayShare } from './sharing.ts';
import type { Conditions } from './projection/collect-fields.ts';
import { mergeRootAnswer } from './root-fetch.ts';
import type { Run } from './run.ts';
import { errorsText, project, runDeferred, startRun } from './run-operation.ts';
import { compileVariant, type PlannedOperation, type Variant } from './variant.ts';
import { coerceVariables, readConditions } from './variables.ts';

/** What compiled operations of one graph share. */
export interface ExecutorContext {
  readonly schema: GraphQLSchema;
  readonly types: TypeIndex;
  readonly planner: Planner;
  readonly subgraphs: ReadonlyMap<string, GraphSubgraph>;
  readonly isMerging: boolean;
  readonly flights: Flights | undefined;
  readonly observer: CallObserver;
  readonly responseHeaders?: (
    service: string,
    headers: Readonly<Record<string, string>>,
  ) => Readonly<Record<string, string>>;
}

/** An operation planned and ready to run, for callers who may see all of its fields or some. */
export interface CompiledOperation {
  execute(request: OperationRequest, denied?: readonly FormattedError[]): Promise<OperationAnswer>;
  readonly subscription?: CompiledSubscription;
}

/** As `CompiledOperation`: what was left out is told with each event. */
interface CompiledSubscription extends SubscriptionOperation {
  complete(
    event: ExecutionResult,
    request: OperationRequest,
    denied?: readonly FormattedError[],
  ): Promise<OperationAnswer>;
}

const MAX_VARIANTS = 256;

/** What the plan of an operation depends on besides its text. */
export interface PlanningFor {
  /** Fields the caller may not see are left out of the plan and come back null. */
  readonly isDenied: (field: FieldNode) => boolean;
  /** Labels of progressive `@override` that apply. */
  readonly overrides: readonly string[];
}

/** Plans and compiles. */
export async function compileOperation(
  context: ExecutorContext,
  client: ClientDocument,
  { isDenied, overrides }: PlanningFor,
): Promise<CompiledOperation> {
  const { schema, types, isMerging, planner } = context;
  const keys = createResponseKeys(planner.supergraph.standIns);
  const document = createPlannedDocument(client, { schema, types, keys, isOmitted: isDenied });
  const { text, deferred } = document;
  const plan =
    text === undefined ? undefined : await planInOrder(text, (own) => planner.plan(own, overrides));
  const isSharing = mayShare(plan);
  const planned = { text, deferred, plan, isSharing };
  const runner = new Runner(context, { schema, types, isMerging, client, keys, ...planned });
  const execute: CompiledOperation['execute'] = (request, denied) =>
    runner.execute(request, denied);
  if (plan?.kind !== 'Subscription') return { execute };
  return { execute, subscription: createSubscription(runner, plan.primary) };
}

function createSubscription(runner: Runner, primary: FetchNode): CompiledSubscription {
  const { client, keys } = runner.operation;
  const field = firstField(client.operation.selectionSet, client);
  return {
    rootField: {
      name: field.name.value,
      upstreamKey: keys.sourceOf(field),
      responseKey: field.alias?.value ?? field.name.value,
    },
    upstream: (raw) => {
      runner.bind(raw);
      const variables = (primary.variableUsages ?? []).flatMap((name) => {
        const value = raw?.[name];
        return value === undefined ? [] : [[name, value] as const];
      });
      return {
        service: primary.serviceName,
        query: primary.operation,
        variables: Object.fromEntries(variables),
        ...(primary.operationName !== undefined && { operationName: primary.operationName }),
      };
    },
    complete: (event, request, denied) => runner.complete(primary, event, { request, denied }),
  };
}

function firstField(set: SelectionSetNode, client: ClientDocument): FieldNode {
  const [first] = set.selections;
  if (first === undefined) throw new Error('A subscription without a field');
  if (first.kind === Kind.FIELD) return first;
  if (first.kind === Kind.INLINE_FRAGMENT) return firstField(first.selectionSet, client);
  const fragment = client.fragments.get(first.name.value);
  if (fragment === undefined) throw new Error(`Unknown fragment ${first.name.value}`);
  return firstField(fragment.selectionSet, client);
}

/** Before anything is asked of a subgraph: a mutation that is refused has changed nothing. */
const comesInParts = (): AppError =>
  new AppError(
    'NOT_ACCEPTABLE',
    'The answer to @defer comes in parts: accept multipart/mixed, outside of a batch',
  );

interface Bound {
  readonly variant: Variant;
  readonly conditions: Conditions;
  readonly coerced: Readonly<Record<string, unknown>>;
}

class Runner {
  readonly operation: PlannedOperation;
  readonly #context: ExecutorContext;
  readonly #variants = new Map<string, Variant>();

  constructor(context: ExecutorContext, operation: PlannedOperation) {
    this.#context = context;
    this.operation = operation;
  }

  /** Checks the variables and picks the variant their conditions ask for. */
  bind(raw: JsonObject | undefined): Bound {
    const { schema, client } = this.operation;
    const coerced = coerceVariables(schema, client.operation, raw ?? {});
    const { conditions, key } = readConditions(client.conditionVariables, coerced);
    let variant = this.#variants.get(key);
    if (variant === undefined) {
      if (this.#variants.size >= MAX_VARIANTS) this.#variants.clear();
      variant = compileVariant(this.operation, conditions);
      this.#variants.set(key, variant);
    }
    return { variant, conditions, coerced };
  }

  async execute(
    request: OperationRequest,
    denied: readonly FormattedError[] = [],
  ): Promise<OperationAnswer> {
    const { schema, client } = this.operation;
    const { variant, conditions, coerced } = this.bind(request.variables);
    const isDeferred = variant.schedule.deferred.length > 0;
    if (isDeferred && request.isWhole === true) throw comesInParts();
    const { run, headers } = this.#begin(request);
    run.errors.push(...denied);
    if (asksIntrospection(variant.root)) {
      Object.assign(run.data, introspect({ schema, client, conditions, variables: coerced }));
    }
    await variant.schedule.run(run);
    const data = project(run, variant);
    const hasErrors = run.errors.length > 0;
    const answer = { hasErrors, headers: hasErrors ? withoutCaching(headers) : headers };
    const body = `{${errorsText(run.errors)}"data":${data}`;
    if (!isDeferred) return { ...answer, body: `${body}}` };
    const incremental = runDeferred(run, variant);
    return { ...answer, body: `${body},"hasNext":true}`, incremental };
  }

  async complete(
    primary: FetchNode,
    event: ExecutionResult,
    asked: { request: OperationRequest; denied: readonly FormattedError[] | undefined },
  ): Promise<OperationAnswer> {
    const { request, denied = [] } = asked;
    const { variant } = this.bind(request.variables);
    const { run, headers } = this.#begin(request);
    run.errors.push(...denied);
    const at = { fetch: primary, path: [], types: this.operation.types, targets: [run.data] };
    mergeRootAnswer(run, at, toSubgraphAnswer(event));
    await variant.schedule.run(run);
    const data = project(run, variant);
    const body = `{${errorsText(run.errors)}"data":${data}}`;
    return { body, hasErrors: run.errors.length > 0, headers };
  }

  #begin(request: OperationRequest): { run: Run; headers: MergedHeaders } {
    const { subgraphs, flights, observer, responseHeaders } = this.#context;
    const kind = this.operation.client.operation.operation;
    const headers: MergedHeaders = {};
    const call = createCall({
      subgraphs,
      request,
      observer,
      isQuery: kind !== OperationTypeNode.MUTATION,
      flights: kind === OperationTypeNode.MUTATION ? undefined : flights,
      ...(responseHeaders && {
        onHeaders: (service, received) => mergeHeaders(headers, responseHeaders(service, received)),
      }),
    });
    return { run: startRun(this.operation, request.variables ?? {}, call), headers };
  }
}
