import type { ServerResponse } from 'node:http';

import type { Admit, AdmittedOperation, OperationParams } from '../admit/admission.ts';
import type { GraphQLExchange } from '../listen/http/exchange.ts';
import type { Negotiated } from '../listen/http/negotiate.ts';
import type { PreparedOperation } from '../operation.ts';
import { eventStream, partStream, type StreamForm } from '../live/stream-form.ts';
import type { CountUse } from '../usage/open-usage.ts';
import { sendAnswer, sendParts } from './send-answer.ts';
import type { SharedAnswer, SharedAnswers } from './shared-answers.ts';

/** Answers an admitted operation as a stream. */
export type ServeEvents = (
  admitted: AdmittedOperation,
  response: ServerResponse,
  form: StreamForm,
) => Promise<void>;

interface OperationOptions {
  readonly admit: Admit;
  readonly serveEvents: ServeEvents;
  /** Where others may find what runs, and by which key. */
  readonly sharing: { readonly shared: SharedAnswers; readonly key: string } | undefined;
  readonly countUse?: CountUse | undefined;
}

/** Answers one operation: as events, in parts, or at once. */
export async function answerOperation(
  exchange: GraphQLExchange,
  params: OperationParams,
  { admit, serveEvents, sharing, countUse }: OperationOptions,
): Promise<void> {
  const { negotiated, response, headers } = exchange;
  // Disposed when the answer has left, as the hold on the supergraph ends with this block.
  using admitted = await admit(params, exchange.caller);
  const { prepared, request } = admitted;
  const { kind, name } = prepared;
  const form = formOf(prepared, negotiated);
  exchange.notes.operation = { kind, name };
  if (form === 'events') {
    for (const header in headers) response.setHeader(header, headers[header] ?? '');
    const isInParts = kind === 'subscription' && !negotiated.isEventStream;
    await serveEvents(admitted, response, isInParts ? partStream : eventStream);
    return;
  }
  if (form === 'parts') {
    const asked = {
      ...request,
      ...(negotiated.multipart && { deferFormat: negotiated.multipart }),
    };
    await sendParts(exchange, await prepared.execute(asked), asked);
    return;
  }
  await sendAnswer(
    exchange,
    await answerWhole(exchange, admitted, { sharing, countUse }),
    request.rate,
  );
}

/** By an execution of its own, or the one of an equal query that is under way. */
async function answerWhole(
  exchange: GraphQLExchange,
  { prepared, request }: AdmittedOperation,
  { sharing, countUse }: Pick<OperationOptions, 'sharing' | 'countUse'>,
): Promise<SharedAnswer> {
  const run = async (signal: AbortSignal): Promise<SharedAnswer> => {
    const whole = { ...request, signal, isWhole: true };
    const { body, headers, hasErrors } = await prepared.execute(whole);
    const { name, usage } = prepared;
    return { bytes: Buffer.from(body), headers, hasErrors, name, cost: request.cost, usage };
  };
  const { signal } = exchange;
  if (sharing === undefined || prepared.kind !== 'query') return run(signal);
  const { shared, key } = sharing;
  const running = shared.join(key, signal);
  if (running === undefined) return shared.share(key, signal, run);
  return countJoined(exchange, running, countUse);
}

/** Who takes part in the answer of another has run the operation as well. */
export async function countJoined(
  { caller }: GraphQLExchange,
  running: Promise<SharedAnswer>,
  countUse: CountUse | undefined,
): Promise<SharedAnswer> {
  const started = performance.now();
  const answer = await running;
  const { usage, hasErrors = false } = answer;
  const seconds = (performance.now() - started) / 1000;
  if (usage !== undefined) countUse?.(caller.headers, usage(), { seconds, hasErrors });
  return answer;
}

/** Clients mostly list all they can read: what is one text is sent as one. */
function formOf(
  { kind, mayDefer = false }: PreparedOperation,
  { isJson, multipart, isEventStream }: Negotiated,
): 'whole' | 'parts' | 'events' {
  if (kind === 'subscription') return 'events';
  if (isJson && !mayDefer) return 'whole';
  if (multipart !== undefined) return 'parts';
  return isEventStream ? 'events' : 'whole';
}
