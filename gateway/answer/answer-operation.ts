import type { ServerResponse } from 'node:http';

import type { Admit, AdmittedOperation, OperationParams } from '../admit/admission.ts';
import type { GraphQLExchange } from '../listen/http/exchange.ts';
import type { Negotiated } from '../listen/http/negotiate.ts';
import type { PreparedOperation } from '../operation.ts';
import { eventStream, partStream, type StreamForm } from '../live/stream-form.ts';
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
}

/** Answers one operation: as events, in parts, or at once. */
export async function answerOperation(
  exchange: GraphQLExchange,
  params: OperationParams,
  { admit, serveEvents, sharing }: OperationOptions,
): Promise<void> {
  const { negotiated, response, headers, signal } = exchange;
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
  const run = async (until: AbortSignal): Promise<SharedAnswer> => {
    const whole = { ...request, signal: until, isWhole: true };
    const { body, headers, hasErrors } = await prepared.execute(whole);
    return { bytes: Buffer.from(body), headers, hasErrors, name, cost: request.cost };
  };
  const isShared = sharing !== undefined && kind === 'query';
  const answer = await (isShared ? sharing.shared.share(sharing.key, signal, run) : run(signal));
  await sendAnswer(exchange, answer, request.rate);
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
