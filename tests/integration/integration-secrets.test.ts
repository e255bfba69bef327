import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { json, openLoopback, type Loopback } from '../../connectors/testing/loopback.ts';
import type { VerbContext } from '../../core/context.ts';
import { createIntegration } from '../../core/integrations/create-integration.ts';
import { invokeIntegration } from '../../core/integrations/invoke-integration.ts';
import { setCredential } from '../../core/integrations/set-credential.ts';
import { shownConfig } from '../../core/integrations/shown-config.ts';
import { testIntegration } from '../../core/integrations/test-integration.ts';
import { updateIntegration } from '../../core/integrations/update-integration.ts';
import type { JsonObject } from '../../kernel/json.ts';
import type { Integration } from '../../prisma/_generated/client.ts';
import { presentCredential } from '../../subgraphs/integrations/presenters.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import {
  auditLogOf,
  contextOfNewTenant,
  openTestServices,
  type TestServices,
} from '../support/verb-context.ts';

const canary = 'canary-4417be02';
const credential = { type: 'bearer', token: canary };

let test: TestDatabase;
let services: TestServices;
let partner: Loopback;
let stranger: Loopback;

beforeAll(async () => {
  test = await createTestDatabase();
  partner = await openLoopback((response, { url, headers }) => {
    if (url.startsWith('/refuse'))
      json(response, { message: `no ${String(headers['x-api-key'])}` }, 422);
    else json(response, { key: headers['x-api-key'] ?? null, user: headers['x-user'] ?? null });
  });
  stranger = await openLoopback((response) => {
    json(response, {});
  });
  services = openTestServices(test.database, { allow: [partner.host, stranger.host] });
});

afterAll(async () => {
  await services[Symbol.asyncDispose]();
  await partner[Symbol.asyncDispose]();
  await stranger[Symbol.asyncDispose]();
  await test[Symbol.asyncDispose]();
});

const config = (baseUrl: string, more: JsonObject = {}): JsonObject => ({
  baseUrl,
  operations: [
    { name: 'echo', path: '/echo', headers: { 'X-User': 'u-{user}' } },
    { name: 'refuse', path: '/refuse' },
  ],
  ...more,
});

async function connect(context: VerbContext, more: JsonObject = {}): Promise<string> {
  const input = { name: 'partner', kind: 'http', config: config(partner.url, more), credential };
  return (await createIntegration(context, input)).id;
}

const shown = (row: Integration) => presentCredential(row, { consent: null, now: new Date() });

const sentTo = (peer: Loopback): string => JSON.stringify(peer.seen);

describe('the credential of an integration', () => {
  it.each(['another port', 'another host', 'another scheme'])('goes with %s', async (what) => {
    const context = await contextOfNewTenant(services);
    const id = await connect(context, { headers: { 'X-Api-Key': canary } });
    const elsewhere = {
      'another port': stranger.url,
      'another host': partner.url.replace('127.0.0.1', 'localhost'),
      'another scheme': partner.url.replace('http:', 'https:'),
    }[what];
    const changed = await updateIntegration(context, { id, config: config(elsewhere ?? '') });
    expect(shown(changed)).toMatchObject({ isSet: false, version: 1 });
    await testIntegration(context, { id });
    expect(sentTo(stranger)).not.toContain(canary);
    const log = await auditLogOf(test.database, context.actor.tenantId);
    const update = log.find(({ action }) => action === 'integration.update');
    expect(update?.data).toEqual({ from: partner.url, to: elsewhere, isCredentialDropped: true });
    const { rows } = await test.database.pool.query(
      'select 1 from integrations.credential where integration_id = $1',
      [id],
    );
    expect(rows).toEqual([]);
    const again = await setCredential(context, { integrationId: id, credential });
    expect(shown(again)).toMatchObject({ isSet: true, version: 2 });
  });

  it('does not come back with the origin', async () => {
    const context = await contextOfNewTenant(services);
    const id = await connect(context);
    await updateIntegration(context, { id, config: config(stranger.url) });
    await updateIntegration(context, { id, config: config(partner.url) });
    await testIntegration(context, { id });
    expect(partner.seen.at(-1)?.headers.authorization).toBeUndefined();
  });

  it('stays where only the path or the operations change', async () => {
    const context = await contextOfNewTenant(services);
    const id = await connect(context);
    const changed = await updateIntegration(context, { id, config: config(`${partner.url}/v2`) });
    expect(shown(changed).isSet).toBe(true);
    await testIntegration(context, { id });
    expect(partner.seen.at(-1)?.headers.authorization).toBe(`Bearer ${canary}`);
  });
});

describe('the values of fixed headers', () => {
  const headers = { 'X-Api-Key': canary, Accept: 'application/json', 'Api-Version': '2026-01' };

  it('are sent, and neither shown nor stored in plain text', async () => {
    const context = await contextOfNewTenant(services);
    const id = await connect(context, { headers });
    const { rows } = await test.database.pool.query<{ text: string; config: JsonObject }>(
      'select i::text as text, config from integrations.integration i where id = $1',
      [id],
    );
    expect(rows[0]?.text).not.toContain(canary);
    expect(rows[0]?.config).toMatchObject({
      headers: { 'X-Api-Key': '***', Accept: 'application/json', 'Api-Version': '2026-01' },
      operations: [{ headers: { 'X-User': '*** {user}' } }, {}],
    });
    const call = { integrationId: id, operation: 'echo', arguments: { user: 7 } };
    const { result } = await invokeIntegration(context, call);
    expect(result).toEqual({ key: canary, user: 'u-7' });
  });

  it('stay when they are written back as they are shown, and go with the origin', async () => {
    const context = await contextOfNewTenant(services);
    const id = await connect(context, { headers });
    const shown = { headers: { 'x-api-key': '***' } };
    await updateIntegration(context, { id, config: config(partner.url, shown) });
    const call = { integrationId: id, operation: 'echo', arguments: { user: 7 } };
    expect((await invokeIntegration(context, call)).result).toMatchObject({ key: canary });
    const elsewhere = { id, config: config(stranger.url, shown) };
    await expect(updateIntegration(context, elsewhere)).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      problems: [{ field: 'input.config.headers.x-api-key' }],
    });
    const fresh = { name: 'fresh', kind: 'http', config: config(partner.url, shown) };
    await expect(createIntegration(context, fresh)).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
    });
  });

  it('are in no message about a call that failed', async () => {
    const context = await contextOfNewTenant(services);
    const id = await connect(context, { headers });
    const call = { integrationId: id, operation: 'refuse', arguments: {} };
    const failed = JSON.stringify(await invokeIntegration(context, call));
    expect(failed).toContain('422');
    expect(failed).not.toContain(canary);
  });

  it('are not shown either where they were stored before', () => {
    const before = config(partner.url, { headers });
    const shown = shownConfig(services, { kind: 'http', config: before });
    expect(JSON.stringify(shown)).not.toContain(canary);
  });
});
