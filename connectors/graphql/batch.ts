import { isJsonObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import { cutText } from '../../kernel/storable.ts';
import type { BatchAnswer, BatchCollector, BatchKey } from '../batching.ts';
import type { CallResult } from '../connector.ts';
import type { EgressResponse } from '../egress/policy.ts';
import { IntegrationError } from '../errors.ts';
import { groupOf } from '../parts/batch-group.ts';
import { timesOf } from '../parts/limits.ts';
import { valueAt } from '../parts/response.ts';
import { failureOf, messageOf, readAnswer } from './answer.ts';
import { batchDocument, type BatchDocument } from './documents.ts';
import type { Plan } from './plan.ts';

/** A call that may share its request. */
interface BatchPlan extends Plan {
  readonly batch: { readonly keyArgument: string; readonly maxKeys: number };
  readonly key: BatchKey;
}

/** Joins the calls of the moment that differ in their key alone. */
export async function callInBatch(batches: BatchCollector, plan: BatchPlan): Promise<CallResult> {
  const { config, operation, variables, context, batch, key } = plan;
  const { keyArgument, maxKeys } = batch;
  const group = { config, operation: operation.name, values: variables, keyArgument, context };
  const { value, batchId, batchSize, ...rest } = await batches.load({
    group: groupOf(group),
    key,
    maxKeys,
    deadlineAt: timesOf(config.limits, context).deadlineAt,
    signal: context.signal,
    mayBeOfOne: (error) => error instanceof TakenAlong,
    fetch: (keys, signal) => fetchTogether(plan, keys, signal),
  });
  return { value, ...rest, batch: { id: batchId, size: batchSize } };
}

/** The error of one key has taken the data of all along: without it the others have theirs. */
class TakenAlong extends IntegrationError {}

async function fetchTogether(
  plan: BatchPlan,
  keys: readonly BatchKey[],
  signal: AbortSignal,
): Promise<BatchAnswer> {
  const { batch, variables, parsed } = plan;
  const document = batchDocument(parsed, batch.keyArgument, keys.length);
  const { [batch.keyArgument]: _, ...others } = variables;
  const own = keys.map((key, index) => [document.variableOf(index), key] as const);
  const response = await plan.post(
    document.text,
    { ...others, ...Object.fromEntries(own) },
    signal,
  );
  const values = sorted(plan, { keys, document, response });
  const { status, attempts, durationMs } = response;
  return { values, status, attempts, durationMs };
}

interface Arrived {
  readonly keys: readonly BatchKey[];
  readonly document: BatchDocument;
  readonly response: EgressResponse;
}

function sorted(
  { operation, answers }: BatchPlan,
  { keys, document, response }: Arrived,
): ReadonlyMap<string, JsonValue | Error> {
  const { data, errors } = readAnswer(response, answers);
  const aliases = new Set(keys.map((_, index) => document.aliasOf(index)));
  const byAlias = new Map(errors.toReversed().map((error) => [aliasIn(error), error]));
  const failure = (): IntegrationError => failureOf({ errors }, response, answers);
  // An error of no single key is of them all.
  if ([...byAlias.keys()].some((alias) => !aliases.has(alias))) throw failure();
  if (!isJsonObject(data)) throw takenAlong(failure());
  return new Map(
    keys.map((key, index): readonly [string, JsonValue | Error] => {
      const alias = document.aliasOf(index);
      const error = byAlias.get(alias);
      if (error !== undefined) return [String(key), refused(error, response, answers)];
      const single = { [document.responseName]: data[alias] ?? null };
      return [String(key), valueAt(single, operation.output) ?? null];
    }),
  );
}

function takenAlong({ message, status, attempts, answer }: IntegrationError): TakenAlong {
  return new TakenAlong(message, { status, attempts, answer, isRetryable: false });
}

function aliasIn({ path }: JsonObject): string {
  const [first] = Array.isArray(path) ? (path as readonly JsonValue[]) : [];
  return typeof first === 'string' ? first : '';
}

function refused(
  error: JsonObject,
  { status, attempts }: EgressResponse,
  { name, secrets }: BatchPlan['answers'],
): IntegrationError {
  const text = secrets.reduce(
    (rest, secret) => rest.replaceAll(secret, '[redacted]'),
    messageOf(error),
  );
  return new IntegrationError(`${name} refused this key: ${cutText(text, 300)}`, {
    status,
    isRetryable: false,
    attempts,
  });
}
