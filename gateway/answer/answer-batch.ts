import type { Logger } from 'pino';

import { AppError } from '../../kernel/errors.ts';
import type { Admit, Caller, OperationParams } from '../admit/admission.ts';
import type { GraphQLExchange } from '../listen/http/exchange.ts';
import { describeFailure } from './failure.ts';
import { sendAnswer } from './send-answer.ts';

interface BatchOptions {
  readonly admit: Admit;
  readonly maxBatch: number;
  readonly log: Logger;
}

/** Answers operations that came in one body, each for itself and in their order. */
export async function answerBatch(
  exchange: GraphQLExchange,
  batch: readonly OperationParams[],
  options: BatchOptions,
): Promise<void> {
  checkLength(batch.length, options.maxBatch);
  const caller: Caller = { ...exchange.caller, checkKind };
  exchange.notes.operation = { kind: 'batch', name: undefined };
  const bodies = await Promise.all(batch.map((params) => answerOne(params, caller, options)));
  await sendAnswer(exchange, { bytes: Buffer.from(`[${bodies.join(',')}]`) });
}

async function answerOne(
  params: OperationParams,
  caller: Caller,
  { admit, log }: BatchOptions,
): Promise<string> {
  try {
    using admitted = await admit(params, caller);
    const { prepared, request } = admitted;
    const { body } = await prepared.execute({ ...request, isWhole: true });
    return body;
  } catch (error) {
    const { requestId } = caller;
    const { errors, isInternal } = describeFailure(error, requestId);
    if (isInternal) log.error({ err: error, requestId }, 'an operation of a batch failed');
    return JSON.stringify({ errors });
  }
}

function checkKind(kind: string): void {
  if (kind !== 'subscription') return;
  throw new AppError('NOT_ACCEPTABLE', 'A batch takes no subscription');
}

function checkLength(length: number, maxBatch: number): void {
  if (maxBatch < 2) throw new AppError('LIMIT_EXCEEDED', 'Batches are not accepted here');
  if (length === 0) throw new AppError('BAD_USER_INPUT', 'A batch needs at least one operation');
  if (length <= maxBatch) return;
  throw new AppError('LIMIT_EXCEEDED', `A batch may have ${maxBatch} operations`);
}
