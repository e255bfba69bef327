import { newId } from '../../../kernel/ids.ts';
import { AppError } from '../../../kernel/errors.ts';
import type { Logger } from '../../../kernel/logger.ts';
import type { ClaimedStream } from './claim-streams.ts';
import { cloudEventOf } from '../formats/cloud-event.ts';
import { readBatch, type Batch } from './read-batch.ts';
import { sendBatch, tryMs } from './send-batch.ts';
import type { Sending } from './shipment.ts';
import {
  giveBackStream,
  noteBatch,
  settleFailed,
  settleSent,
  settleTest,
} from './settle-stream.ts';
import { streamConfig } from './stream-input.ts';

/** What a turn of a stream takes. */
export interface Streaming extends Sending {
  readonly log: Logger;
}

/** What came of a turn: nothing where another worker has the stream by now. */
export type TurnOutcome = 'SENT' | 'FAILED' | 'NOTHING';

/** Sends one batch of a claimed stream, or its test, and writes down what came of it. */
export async function streamTurn(
  services: Streaming,
  stream: ClaimedStream,
  leaving: AbortSignal,
): Promise<TurnOutcome> {
  const signal = AbortSignal.any([leaving, AbortSignal.timeout(tryMs)]);
  try {
    return stream.testAskedAt === null
      ? await sendNext(services, stream, signal)
      : await sendTest(services, stream, signal);
  } catch (error) {
    if (leaving.aborted) {
      await giveBackStream(services, stream);
      return 'NOTHING';
    }
    const words = wordsOf(services.log, stream, error);
    if (stream.testAskedAt !== null) await settleTest(services, stream, words);
    else {
      const { tenantId, id, failures } = stream;
      if (failures === 0)
        services.log.warn({ tenantId, stream: id, error: words }, 'an audit stream fails');
      const askedMs = error instanceof AppError ? error.retryAfterMs : undefined;
      await settleFailed(services, stream, { error: words, askedMs });
    }
    return 'FAILED';
  }
}

async function sendNext(
  services: Streaming,
  stream: ClaimedStream,
  signal: AbortSignal,
): Promise<TurnOutcome> {
  const batch = await readBatch(services, stream);
  if (batch.events.length > 0) {
    if (!(await noteBatch(services, stream, batch))) return 'NOTHING';
    await sendBatch(services, stream, { batch, signal });
  }
  await settleSent(services, stream, { batch, waitMs: waitAfter(stream, batch) });
  return 'SENT';
}

/** Objects are not to be made for each event. */
function waitAfter({ config }: ClaimedStream, { isFull }: Batch): number {
  const known = streamConfig.safeParse(config);
  if (isFull || known.data?.kind !== 'S3') return 0;
  return known.data.everySeconds * 1_000;
}

/** An event that is in no log, as its type and its number say. */
async function sendTest(
  services: Streaming,
  stream: ClaimedStream,
  signal: AbortSignal,
): Promise<TurnOutcome> {
  const { tenantId, id: streamId, name, format } = stream;
  const event = {
    action: 'audit_stream.ping',
    actor: { id: 'operandi', kind: 'system' },
    at: new Date().toISOString(),
    id: newId(),
    jobId: null,
    requestId: null,
    seq: '0',
    target: { id: streamId, kind: 'audit_stream' },
    tenantId,
  };
  const told = { event, name: 'operandi', data: { name } };
  const json = JSON.stringify(cloudEventOf(told, format));
  const batch = { events: [{ seq: 0n, told, json }], id: `test-${event.id}` };
  await sendBatch(services, stream, { batch, signal });
  await settleTest(services, stream, null);
  return 'SENT';
}

/** A fault of our own is not for the tenant's eyes. */
function wordsOf(log: Logger, { tenantId, id }: ClaimedStream, error: unknown): string {
  if (error instanceof AppError && error.code !== 'INTERNAL') return error.message;
  if (error instanceof Error && error.name === 'TimeoutError') return 'it did not answer in time';
  log.error({ err: error, tenantId, stream: id }, 'an audit stream could not be served');
  return 'the platform could not send it; its log says why';
}
