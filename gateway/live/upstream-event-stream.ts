import type { ExecutionResult } from 'graphql';
import { Agent, type Dispatcher, request as send } from 'undici';
import { isJsonObject, parseJson, type JsonValue } from '../../kernel/json.ts';
import type { ClientTls } from '../execute/transport/client-tls.ts';
import type { SubgraphSubscription } from '../execute/transport/port.ts';
import { readServerSentEvents } from './server-sent-events.ts';
import { readRefusal, type RefusingSubgraph } from './upstream-refused.ts';

interface UpstreamEventStreamOptions {
  readonly subgraph: RefusingSubgraph;
  /** Address of the subgraph's endpoint, `http:` or `https:`. */
  readonly url: string;
  /** Largest event of the subgraph, bytes. @default 67_108_864 */
  readonly maxEventBytes?: number;
  /** Time for the head of the answer, milliseconds. @default 10_000 */
  readonly openTimeoutMs?: number;
  readonly tls?: ClientTls | undefined;
}

/**
 * A subscription at a subgraph over server-sent events, distinct connections mode: one request each, read no faster than
 * its events are taken.
 */
export async function* subscribeToEventStream(
  subscription: SubgraphSubscription,
  options: UpstreamEventStreamOptions,
): AsyncGenerator<ExecutionResult, void> {
  const agent = options.tls && new Agent({ connect: { ...options.tls.current() } });
  try {
    yield* readStream(subscription, { ...options, agent });
  } finally {
    await agent?.destroy();
  }
}

async function* readStream(
  { query, variables, operationName, extensions, headers, signal }: SubgraphSubscription,
  options: UpstreamEventStreamOptions & { readonly agent: Agent | undefined },
): AsyncGenerator<ExecutionResult, void> {
  const { url, agent, subgraph, maxEventBytes = 67_108_864, openTimeoutMs = 10_000 } = options;
  const response = await send(url, {
    ...(agent && { dispatcher: agent }),
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify({ query, variables, operationName, extensions }),
    signal,
    headersTimeout: openTimeoutMs,
    // Nothing may happen for as long as it likes.
    bodyTimeout: 0,
  });
  if (!isEventStream(response)) throw await refusalOf(response, subgraph);
  for await (const { type, data } of readServerSentEvents(response.body, maxEventBytes)) {
    if (type === 'complete') return;
    if (type === 'next') yield parseJson(data) as ExecutionResult;
  }
  throw new Error('the subgraph ended the event stream without completing it');
}

function isEventStream({ statusCode, headers }: Dispatcher.ResponseData): boolean {
  const { 'content-type': type, 'content-encoding': coding = 'identity' } = headers;
  return (
    statusCode === 200 && String(type).startsWith('text/event-stream') && coding === 'identity'
  );
}

const maxRefusalBytes = 1_048_576;

/** A GraphQL answer with errors is a refusal; anything else may be another answer the next time. */
async function refusalOf(
  { statusCode, body }: Dispatcher.ResponseData,
  subgraph: RefusingSubgraph,
): Promise<Error> {
  const answer = parse(await readText(body));
  if (isJsonObject(answer) && Array.isArray(answer['errors'])) {
    return readRefusal(answer['errors'], subgraph);
  }
  return new Error(
    `Subgraph "${subgraph.name}" answered HTTP ${statusCode} without an event stream`,
  );
}

async function readText(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    // Leaving the loop ends the connection.
    if (size > maxRefusalBytes) return '';
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parse(text: string): JsonValue | undefined {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}
