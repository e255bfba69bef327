import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Platform } from '../../cli/compose-platform.ts';
import { startPlatform } from '../../cli/platform.ts';
import { ask } from '../../gateway/testing/start-gateway.ts';
import { openReadySocket } from '../../gateway/testing/text-socket.ts';
import { readConfig } from '../../kernel/config/config.ts';
import { isJsonObject, type JsonValue } from '../../kernel/json.ts';
import { silentLog } from '../support/log.ts';

const subscription = 'subscription { jobChanges { cursor } }';

describe('a key that is revoked', () => {
  const stack = new AsyncDisposableStack();
  let platform: Platform;

  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'operandi-revocation-'));
    stack.defer(() => rm(folder, { recursive: true, force: true }));
    const config = readConfig({ OPERANDI_DATA_DIR: folder, PORT: '0' });
    const { signal } = new AbortController();
    platform = stack.use(await startPlatform(config, { log: silentLog, signal }));
  });

  afterAll(() => stack.disposeAsync());

  const asAdmin = async (query: string): Promise<JsonValue> => {
    const headers = { authorization: `Bearer ${platform.firstKey ?? ''}` };
    return (await ask(platform.url, { query }, headers)).body;
  };

  const newKey = async (): Promise<{ readonly id: string; readonly secret: string }> => {
    const body = await asAdmin(
      'mutation { createApiKey(input: {name: "short-lived", permissions: [JOBS_READ]}) { secret apiKey { id } } }',
    );
    const text = JSON.stringify(body);
    const [, secret = ''] = /"secret":"([^"]+)"/.exec(text) ?? [];
    const [, id = ''] = /"id":"([^"]+)"/.exec(text) ?? [];
    return { id, secret };
  };

  const revoke = async (id: string): Promise<void> => {
    await asAdmin(`mutation { revokeApiKey(input: {id: "${id}"}) { userErrors { message } } }`);
  };

  it('attack 30: closes its sockets', async () => {
    const { id, secret } = await newKey();
    const client = await openReadySocket(platform.url.replace('http', 'ws'), {
      authorization: `Bearer ${secret}`,
    });
    client.send({ type: 'subscribe', id: '1', payload: { query: subscription } });
    await revoke(id);
    expect(await client.closed).toEqual({ code: 4403, reason: 'Credential ended' });
  });

  it('ends its event streams', async () => {
    const { id, secret } = await newKey();
    const response = await fetch(platform.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'text/event-stream',
        'x-api-key': secret,
      },
      body: JSON.stringify({ query: subscription }),
    });
    await revoke(id);
    const text = await response.text();
    const [, event = '{}'] = /event: next\ndata: (.+)/.exec(text) ?? [];
    const told = JSON.parse(event) as JsonValue;
    expect(isJsonObject(told) && told['errors']).toMatchObject([
      { extensions: { code: 'UNAUTHENTICATED' } },
    ]);
    expect(text.endsWith('event: complete\ndata: \n\n')).toBe(true);
  });
});
