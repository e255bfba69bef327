import { request } from 'node:http';

import { isJsonObject, parseJson, type JsonObject, type JsonValue } from '../../kernel/json.ts';

/** What came back from a port under attack. */
export interface Heard {
  readonly status: number;
  readonly type: string;
  readonly text: string;
  readonly codes: readonly string[];
  readonly messages: readonly string[];
  /** `data` of the answer; null if there is none. */
  readonly data: JsonValue;
}

/** A request as somebody might send it who keeps to nothing. */
export interface Sent {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** The address of this machine that it comes from. @default 127.0.0.1 */
  readonly from?: string;
}

/** Sends it over a connection of its own. */
export function send(
  url: string,
  { method = 'POST', headers = {}, body, from }: Sent,
): Promise<Heard> {
  return new Promise((resolve, reject) => {
    const options = { method, headers, agent: false, ...(from && { localAddress: from }) };
    const outgoing = request(url, options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const { statusCode = 0, headers: answered } = response;
        const type = answered['content-type'] ?? '';
        resolve(heard({ status: statusCode, type, text: Buffer.concat(chunks).toString() }));
      });
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

export interface Asked {
  readonly query: string;
  readonly variables?: JsonObject;
  /** Beside the usual ones; not part of the question. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Asks a GraphQL question with a credential, if there is one. */
export function ask(
  url: string,
  credential: string | undefined,
  { headers = {}, ...asked }: Asked,
): Promise<Heard> {
  const authorization = credential === undefined ? {} : { authorization: `Bearer ${credential}` };
  return send(url, {
    headers: { ...json, ...authorization, ...headers },
    body: JSON.stringify(asked),
  });
}

export const json = {
  'content-type': 'application/json',
  accept: 'application/graphql-response+json',
};

function heard(answer: Pick<Heard, 'status' | 'type' | 'text'>): Heard {
  const value = answer.type.includes('json') ? parseJson(answer.text) : null;
  const { data = null, errors = [] } = isJsonObject(value) ? value : {};
  const all = Array.isArray(errors) ? (errors as readonly JsonValue[]) : [];
  return {
    ...answer,
    data,
    messages: all.map((error) => textIn(error, 'message')),
    codes: all.map((error) => textIn(isJsonObject(error) ? error['extensions'] : null, 'code')),
  };
}

function textIn(value: JsonValue | undefined, name: string): string {
  const text = isJsonObject(value) ? value[name] : undefined;
  return typeof text === 'string' ? text : '';
}
