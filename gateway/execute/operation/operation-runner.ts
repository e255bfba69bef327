import { type ExecutionResult, OperationTypeNode } from 'graphql';

import { AppError } from '../../../kernel/errors.ts';
import type { JsonObject } from '../../../kernel/json.ts';
import type { Conditions } from '../../answer/projection/collect-fields.ts';
import type { FormattedError, OperationAnswer, OperationRequest } from '../../operation.ts';
import type { FetchNode } from '../../plan/plan.ts';
import { createCall } from '../fetch/call-subgraph.ts';
import type { ClientDocument } from './client-document.ts';
import { deferParts } from '../deferred-parts.ts';
import { toSubgraphAnswer } from '../event-answer.ts';
import type { ExecutorContext } from '../executor-context.ts';
import { exposedTo } from '../exposed.ts';
import { type MergedHeaders, mergeHeaders, withoutCaching } from '../headers/merge.ts';
import { asksIntrospection, introspect } from './introspection.ts';
import { mergeRootAnswer } from '../fetch/root-fetch.ts';
import { errorsText, project, startRun } from '../project.ts';
import type { Run } from '../run.ts';
import { coerceVariables, readConditions } from './variables.ts';
import type { Variant } from './variant.ts';

const MAX_VARIANTS = 16;
/** Two to the power of this many plans are made ahead. */
const MAX_WARMED_CONDITIONS = 2;

/** What is too hard to plan stays so; anything else may be better the next time. */
export function isLasting(error: unknown): boolean {
  return error instanceof AppError;
}

/** How many variants of a document may be kept, each with a plan of its own. */
export function mostVariants({ conditionVariables }: ClientDocument): number {
  return Math.min(MAX_VARIANTS, 2 ** conditionVariables.length);
}

/** Before anything is asked of a subgraph: a mutation that is refused has changed nothing. */
const comesInParts = (): AppError =>
  new AppError(
    'NOT_ACCEPTABLE',
    'The answer to @defer comes in parts: accept multipart/mixed, outside of a batch',
  );

type CompileFor = (conditions: Conditions) => Promise<Variant>;

/** Runs an operation in the variant that the variables of a request ask for. */
export class OperationRunner {
  readonly #context: ExecutorContext;
  readonly #client: ClientDocument;
  readonly #compileFor: CompileFor;
  readonly #variants = new Map<string, Promise<Variant>>();

  constructor(context: ExecutorContext, client: ClientDocument, compileFor: CompileFor) {
    this.#context = context;
    this.#client = client;
    this.#compileFor = compileFor;
  }

  async warm(): Promise<void> {
    const { conditionVariables: names } = this.#client;
    if (names.length > MAX_WARMED_CONDITIONS) return;
    for (let bits = 0; bits < 2 ** names.length; bits++) {
      const values = names.map((name, index) => [name, (bits & (1 << index)) !== 0] as const);
      await this.#variantFor(Object.fromEntries(values));
    }
  }

  /** Throws OperationRefused with what is wrong with the variables. */
  coerce(raw: JsonObject | undefined): Readonly<Record<string, unknown>> {
    return coerceVariables(this.#context.schema, this.#client.operation, raw ?? {});
  }

  #variantFor(coerced: Readonly<Record<string, unknown>>): Promise<Variant> {
    const { conditions, key } = readConditions(this.#client.conditionVariables, coerced);
    const known = this.#variants.get(key);
    if (known !== undefined) return known;
    if (this.#variants.size >= MAX_VARIANTS) this.#variants.clear();
    const variant = this.#compileFor(conditions);
    this.#variants.set(key, variant);
    variant.catch((error: unknown) => {
      if (!isLasting(error)) this.#variants.delete(key);
    });
    return variant;
  }

  async execute(
    request: OperationRequest,
    denied: readonly FormattedError[] = [],
  ): Promise<OperationAnswer> {
    const coerced = this.coerce(request.variables);
    const variant = await this.#variantFor(coerced);
    const isDeferred = variant.schedule.deferred.length > 0;
    if (isDeferred && request.isWhole === true) throw comesInParts();
    const { run, headers } = this.#begin(variant, request, denied);
    if (asksIntrospection(variant.root)) {
      const { conditions } = variant;
      const { schema } = this.#context;
      const asked = { schema, client: this.#client, conditions, variables: coerced };
      Object.assign(run.data, introspect(asked));
    }
    await variant.schedule.run(run);
    const data = project(run, variant);
    const hasErrors = run.errors.length > 0;
    const told = this.#tell(run, headers, request);
    const extensions = await exposedTo(request, this.#context, { run, variant });
    const answer = {
      hasErrors,
      headers: hasErrors ? withoutCaching(told) : told,
      ...(extensions && { extensions }),
    };
    const body = `{${errorsText(run.errors)}"data":${data}`;
    if (!isDeferred) return { ...answer, body: `${body}}` };
    const { deferFormat: format = 'deferSpec=20220824' } = request;
    const { first, later } = deferParts(run, variant, { format, data, isWhole: !hasErrors });
    if (first === undefined) return { ...answer, body: `${body}}` };
    return { ...answer, body: `${body},${first}}`, incremental: later };
  }

  #tell({ cache }: Run, headers: MergedHeaders, { identity }: OperationRequest): MergedHeaders {
    if (cache === undefined) return headers;
    return { ...headers, ...cache.freshness.headers(identity.isAuthenticated) };
  }

  async complete(
    primary: FetchNode,
    event: ExecutionResult,
    asked: { request: OperationRequest; denied: readonly FormattedError[] | undefined },
  ): Promise<OperationAnswer> {
    const { request, denied = [] } = asked;
    const variant = await this.#variantFor(this.coerce(request.variables));
    const { run, headers } = this.#begin(variant, request, denied);
    const at = { fetch: primary, path: [], types: this.#context.types, targets: [run.data] };
    mergeRootAnswer(run, at, toSubgraphAnswer(event));
    await variant.schedule.run(run);
    const data = project(run, variant);
    const body = `{${errorsText(run.errors)}"data":${data}}`;
    return { body, hasErrors: run.errors.length > 0, headers };
  }

  #begin(
    variant: Variant,
    request: OperationRequest,
    denied: readonly FormattedError[],
  ): { run: Run; headers: MergedHeaders } {
    const { subgraphs, flights, observer, responseHeaders, measureFetch } = this.#context;
    const kind = this.#client.operation.operation;
    const { hasFiles = false } = request;
    // Files come once, and two requests with other ones have the same text.
    const isQuery = kind !== OperationTypeNode.MUTATION && !hasFiles;
    const headers: MergedHeaders = {};
    const call = createCall({
      subgraphs,
      request,
      ...{ observer, measureFetch, isQuery },
      flights: isQuery ? flights : undefined,
      ...(responseHeaders && {
        onHeaders: (service, received) => mergeHeaders(headers, responseHeaders(service, received)),
      }),
    });
    // Events tell what is new, and a mutation what it has made of it.
    const isKeeping = kind === OperationTypeNode.QUERY && !hasFiles;
    const cache = isKeeping ? this.#context.cache?.forRequest(request) : undefined;
    const from = { call, cache, denied };
    return { run: startRun(variant.operation, request.variables ?? {}, from), headers };
  }
}
