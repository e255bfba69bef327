import type { ServerResponse } from 'node:http';

import type { Admit, AdmittedOperation, OperationParams } from '../admission.ts';
import type { GraphQLExchange } from './exchange.ts';
import { sendAnswer, sendParts } from './send-answer.ts';
import type { SharedAnswer, SharedAnswers } from './shared-answers.ts';

/** Answers an admitted operation as server-sent events. */
export type ServeEvents = (admitted: AdmittedOperation, response: ServerResponse) => Promise<void>;

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
  if (negotiated.isEventStream) {
    for (const name in headers) response.setHeader(name, headers[name] ?? '');
    await serveEvents(admitted, response);
    return;
  }
  if (negotiated.isMultipart) {
    await sendParts(exchange, await prepared.execute(request), request.rate);
    return;
  }
  const run = async (until: AbortSignal): Promise<SharedAnswer> => {
    const { body, headers } = await prepared.execute({ ...request, signal: until, isWhole: true });
    return { bytes: Buffer.from(body), headers, cost: request.cost };
  };
  const isShared = sharing !== undefined && prepared.kind === 'query';
  const answer = isShared ? sharing.shared.share(sharing.key, signal, run) : run(signal);
  sendAnswer(exchange, await answer, request.rate);
}
