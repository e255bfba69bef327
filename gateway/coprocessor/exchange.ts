import { Pool } from 'undici';
import { z } from 'zod';

import { AppError } from '../../kernel/errors.ts';
import { isJsonObject, type JsonValue, parseJson } from '../../kernel/json.ts';
import type { CoprocessorConfig } from '../config/coprocessor-config.ts';

/** The points at which a coprocessor is asked, as Apollo Router names them. */
export type Stage = 'RouterRequest' | 'RouterResponse' | 'SubgraphRequest' | 'SubgraphResponse';

/** What it is told, and in the same words what it answers. */
export interface StageMessage {
  readonly headers?: Readonly<Record<string, readonly string[]>>;
  readonly body?: JsonValue | undefined;
  readonly [more: string]: unknown;
}

/** What it has decided. */
export interface Verdict {
  /** The HTTP status with which it ends here; undefined: it goes on. */
  readonly breaksWith: number | undefined;
  readonly headers: Readonly<Record<string, string>> | undefined;
  readonly body: JsonValue | undefined;
}

/** Asks the coprocessor; throws UNAVAILABLE when it does not answer in time or not in its protocol. */
export type AskCoprocessor = (
  stage: Stage,
  id: string,
  message: StageMessage,
) => Promise<Verdict | undefined>;

const texts = z.union([z.string().transform((one) => [one]), z.array(z.string())]);
const reply = z.looseObject({
  control: z
    .union([z.literal('continue'), z.object({ break: z.int().min(100).max(599) })])
    .default('continue'),
  headers: z.record(z.string(), texts).optional(),
});

/** A way to the coprocessor that waits no longer than it may, and that fails closed unless it is told otherwise. */
export function openCoprocessor(config: CoprocessorConfig): {
  readonly ask: AskCoprocessor;
  close(): Promise<void>;
} {
  const url = new URL(config.url);
  const pool = new Pool(url.origin, { connections: 64, pipelining: 1 });
  const path = `${url.pathname}${url.search}`;
  const exchange = async (text: string): Promise<Verdict> => {
    const response = await pool.request({
      ...{ path, method: 'POST', body: text },
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      signal: AbortSignal.timeout(config.timeoutMs),
    });
    if (response.statusCode !== 200) {
      await response.body.dump();
      throw new Error(`The coprocessor answered HTTP ${response.statusCode}`);
    }
    return readReply(parseJson(await readText(response.body, config.maxResponseBytes)));
  };
  return {
    ask: async (stage, id, message) => {
      try {
        const control = 'continue';
        return await exchange(JSON.stringify({ version: 1, stage, control, id, ...message }));
      } catch (cause) {
        if (config.isFailingOpen) return undefined;
        throw new AppError('UNAVAILABLE', 'The coprocessor gave no usable answer', { cause });
      }
    },
    close: () => pool.close(),
  };
}

function readReply(value: JsonValue): Verdict {
  const { control, headers } = reply.parse(value);
  return {
    breaksWith: control === 'continue' ? undefined : control.break,
    headers:
      headers &&
      Object.fromEntries(
        Object.entries(headers).map(([name, values]) => [name.toLowerCase(), values.join(', ')]),
      ),
    body: isJsonObject(value) ? value['body'] : undefined,
  };
}

async function readText(body: AsyncIterable<Uint8Array>, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > maxBytes) throw new Error(`The coprocessor answered more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Headers as the protocol has them: each a list. */
export function headersOut(
  headers: Readonly<Record<string, string | readonly string[]>>,
): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value].flat()]));
}
