import type { JsonValue } from '../../kernel/json.ts';
import { cutText } from '../../kernel/storable.ts';
import type { BatchAnswer } from '../batching.ts';
import type { EgressResponse } from '../egress/policy.ts';
import { IntegrationError } from '../errors.ts';
import type { HttpBatch } from './config.ts';
import { decodeBody, valueAt } from '../parts/response.ts';

/** Sorts the answers of a batch response by key; what the response leaves out is missing, not shifted. */
export function readBatch(batch: HttpBatch, response: EgressResponse, name: string): BatchAnswer {
  const items = valueAt(decodeBody(response, name), batch.items);
  if (!Array.isArray(items)) {
    throw new IntegrationError(`${name} answered the batch without an array at "${batch.items}"`, {
      status: response.status,
      isRetryable: false,
      attempts: response.attempts,
    });
  }
  const { status, attempts, durationMs } = response;
  const values = new Map<string, JsonValue | Error>();
  for (const item of items as readonly JsonValue[]) {
    const key = valueAt(item, batch.key);
    if (typeof key !== 'string' && typeof key !== 'number') continue;
    values.set(String(key), answerIn(item, { batch, response, name }));
  }
  return { values, status, attempts, durationMs };
}

interface Source {
  readonly batch: HttpBatch;
  readonly response: EgressResponse;
  readonly name: string;
}

function answerIn(item: JsonValue, { batch, response, name }: Source): JsonValue | Error {
  const error = batch.error === undefined ? undefined : valueAt(item, batch.error);
  if (typeof error !== 'string') return valueAt(item, batch.value) ?? null;
  return new IntegrationError(`${name} refused this key: ${cutText(error, 300)}`, {
    status: response.status,
    isRetryable: false,
    attempts: response.attempts,
  });
}
