import { z } from 'zod';

import { outlast } from '../../kernel/database/outlast.ts';
import type { CallContext, CallResult, Connector, ModelUse } from '../../connectors/connector.ts';
import { type CallTrace, createTrace } from '../../connectors/egress/trace.ts';
import { IntegrationError } from '../../connectors/errors.ts';
import { createCache } from '../../kernel/cache.ts';
import { sha256Hex } from '../../kernel/crypto/hash.ts';
import { currentTrace } from '../../kernel/current-trace.ts';
import { AppError } from '../../kernel/errors.ts';
import { newId } from '../../kernel/ids.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { cutText } from '../../kernel/storable.ts';
import { canonicalJson } from '../../sdk/src/verify/index.ts';
import type { Lineage } from '../audit/lineage.ts';
import type { Author } from '../audit/record.ts';
import { createCallLedger, type CallEvidence } from './call-ledger.ts';
import type { CallDraft, CallOutcome, IntendedCall } from './call-rows.ts';
import { connectorOf } from './connectors.ts';
import { unobserved, type ObserveCall, type ObserveStages } from './observe-calls.ts';
import { openTarget, type Target, type TargetServices } from './target.ts';

const targetMs = 60_000;
const maxTargets = 1_000;
const maxErrorLength = 500;

/** A call of an operation. */
export interface Invocation {
  readonly author: Author;
  /** Name of the integration. */
  readonly integration: string;
  readonly operation: string;
  readonly arguments: JsonObject;
  readonly idempotencyKey?: string;
  /** The effect of a job that this call is; the same effect is the same call, however often it is replayed. */
  readonly effect?: {
    readonly jobId: string;
    readonly key: string;
    readonly task: string;
    /** Longest time of one try where the integration names none, milliseconds. */
    readonly timeoutMs: number;
    readonly lineage: Lineage;
    /** The data of the job is sealed. */
    readonly isSealed: boolean;
    /** The system is asked, whatever is kept of its answers. */
    readonly isFresh: boolean;
  };
  readonly signal: AbortSignal;
  /** A text as it may be put on record. @default as it is */
  readonly conceal?: (text: string) => string;
}

export interface Invoked {
  readonly callId: string;
  /** What came back, or why nothing did. */
  readonly settled: { readonly result: CallResult } | { readonly error: unknown };
}

/** Calls integrations: intent on record, call, outcome on record. */
export interface Invoker {
  /** Throws without a call when the integration does not exist; a failed call is an answer. */
  invoke(invocation: Invocation): Promise<Invoked>;
}

/** One for a process, so that calls made together share transactions and batch requests. */
export function createInvoker(
  services: TargetServices & {
    readonly observeCall?: ObserveCall;
    readonly observeStages?: ObserveStages;
  },
): Invoker {
  const { observeCall = unobserved, observeStages = () => undefined } = services;
  const ledger = createCallLedger(services.database);
  // The intent tells the revision, so a target of an older one is never used again.
  const targets = createCache<Opened>({ max: maxTargets, ttlMs: targetMs });

  async function callOut(
    call: IntendedCall,
    invocation: Invocation,
    noting: Noting,
  ): Promise<CallResult> {
    const cacheKey = `${call.tenantId}/${call.integrationId}/${call.revision}`;
    const opened = await targets.getOrLoad(cacheKey, async () => ({
      target: await outlast(() => openTarget(services, call)),
      schemas: new Map<string, string | undefined>(),
    }));
    const { target } = opened;
    const { operation, arguments: given, signal } = invocation;
    const connector = connectorOf(services.connectors, target.kind);
    const { credentialVersion } = target.owner;
    noting.note({ credentialVersion, operationSchema: schemaHash(connector, opened, operation) });
    return observeCall({ source: 'integration', kind: target.kind, signal }, () =>
      connector.invoke(
        { config: target.config, operation, arguments: given },
        { ...target.owner, ...callContext(call, invocation, noting) },
      ),
    );
  }

  return {
    async invoke(invocation) {
      const { author, operation, effect, signal } = invocation;
      signal.throwIfAborted();
      const draft = draftOf(invocation);
      // A person hears at once that the database is away; a job has the time, and once called it keeps the outcome.
      const canWait = (): boolean => effect !== undefined && !signal.aborted;
      const lineage = effect?.lineage;
      const call = await outlast(() => ledger.intend({ author, draft, lineage }), canWait);
      const startedAt = performance.now();
      let evidence: CallEvidence = {};
      const note = (more: CallEvidence): void => void (evidence = { ...evidence, ...more });
      const trace = createTrace();
      const settled = await callOut(call, invocation, { note, trace }).then(
        (result) => ({ result }),
        (error: unknown) => ({ error }),
      );
      const durationMs = Math.round(performance.now() - startedAt);
      const made = { ...outcomeOf(call, settled, durationMs), ...tracedBy(trace) };
      observeStages(made.timing);
      const outcome = concealed(made, invocation.conceal);
      const { task } = draft;
      await outlast(
        () => ledger.settle({ author, call, operation, task, outcome, lineage, evidence }),
        effect === undefined ? undefined : canWait,
      );
      return { callId: call.id, settled };
    },
  };
}

/** What is noted while a call is made. */
interface Noting {
  readonly note: (evidence: CallEvidence) => void;
  readonly trace: CallTrace;
}

/** What a connector is told of the call, besides whose integration it goes through. */
function callContext(
  { revision }: IntendedCall,
  { signal, effect, idempotencyKey }: Invocation,
  { note, trace }: Noting,
): Omit<CallContext, keyof Target['owner']> {
  const isSealed = effect?.isSealed === true;
  return {
    ...{ signal, trace, isPatient: effect !== undefined },
    // What is sealed can be erased, so nothing of it is kept elsewhere.
    ...(isSealed || effect?.isFresh === true ? {} : { revision }),
    noteModel: ({ promptDigest, ...use }) => {
      note({ model: isSealed ? use : { ...use, promptDigest } });
      tellTrace(use);
    },
    ...(effect === undefined ? {} : { timeoutMs: effect.timeoutMs }),
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
  };
}

/** Names by the semantic conventions of OpenTelemetry for generative AI. */
function tellTrace({ model, inputTokens, outputTokens }: Omit<ModelUse, 'promptDigest'>): void {
  currentTrace()?.set({
    'gen_ai.operation.name': 'chat',
    'gen_ai.request.model': model,
    'gen_ai.usage.input_tokens': inputTokens,
    'gen_ai.usage.output_tokens': outputTokens,
  });
}

/** Times to a hundredth of a millisecond. */
function tracedBy(trace: CallTrace): Pick<CallOutcome, 'cache' | 'breaker' | 'timing'> {
  const { cache = null, breaker = null } = trace;
  const times = Object.entries(trace.finish());
  const rounded = times.map(([stage, ms]) => [stage, Math.round(ms * 100) / 100] as const);
  return { cache, breaker, timing: Object.fromEntries(rounded) };
}

type Made = Omit<CallOutcome, 'cache' | 'breaker' | 'timing'>;

function draftOf({ author, effect, ...invocation }: Invocation): CallDraft {
  return {
    tenantId: author.actor.tenantId,
    id: newId(),
    integration: invocation.integration,
    jobId: effect?.jobId ?? null,
    key: effect?.key ?? null,
    task: effect?.task ?? null,
    operation: invocation.operation,
    idempotencyKey: invocation.idempotencyKey ?? null,
  };
}

/** A target with the hashes of the operations that were called. */
interface Opened {
  readonly target: Target;
  readonly schemas: Map<string, string | undefined>;
}

/** SHA-256 of the operation's schemas; undefined for one that the integration does not have. */
function schemaHash(
  connector: Connector,
  { target, schemas }: Opened,
  operation: string,
): string | undefined {
  const known = schemas.get(operation);
  if (known !== undefined) return known;
  const found = connector.operations(target.config).find(({ name }) => name === operation);
  if (found === undefined) return undefined;
  const schema = z.json().safeParse({ arguments: found.arguments, result: found.result ?? null });
  if (!schema.success) return undefined;
  const hash = sha256Hex(canonicalJson(schema.data));
  schemas.set(operation, hash);
  return hash;
}

function outcomeOf(
  { tenantId, id }: IntendedCall,
  settled: Invoked['settled'],
  durationMs: number,
): Made {
  if ('error' in settled) {
    return {
      tenantId,
      id,
      durationMs,
      batchId: null,
      batchSize: null,
      ...failureOf(settled.error),
    };
  }
  const { status, attempts, batch } = settled.result;
  return {
    tenantId,
    id,
    state: 'SUCCEEDED',
    status: status ?? null,
    attempts,
    batchId: batch?.id ?? null,
    batchSize: batch?.size ?? null,
    error: null,
    durationMs,
  };
}

function concealed(outcome: CallOutcome, conceal: Invocation['conceal']): CallOutcome {
  const { error } = outcome;
  return conceal === undefined || error === null ? outcome : { ...outcome, error: conceal(error) };
}

/** What stops a call unforeseen, such as an abort half-way, may have stopped it after it took effect. */
function failureOf(error: unknown): Pick<CallOutcome, 'state' | 'status' | 'attempts' | 'error'> {
  if (error instanceof IntegrationError) {
    const { isOutcomeUnknown, status = null, attempts } = error;
    const state = isOutcomeUnknown ? 'UNKNOWN' : 'FAILED';
    return { state, status, attempts, error: cutText(error.message, maxErrorLength) };
  }
  if (error instanceof AppError) {
    const isOurs = error.code === 'INTERNAL';
    const message = isOurs ? 'a fault of the platform' : cutText(error.message, maxErrorLength);
    return { state: 'FAILED', status: null, attempts: 0, error: message };
  }
  return { state: 'UNKNOWN', status: null, attempts: 1, error: 'the call was broken off' };
}
