import { setTimeout } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { ask } from '../../gateway/testing/start-gateway.ts';
import { openReadySocket } from '../../gateway/testing/text-socket.ts';
import {
  createClient,
  CreateApiKeyDocument,
  CreateRoleDocument,
  type CreateRoleInput,
  UpdateRoleDocument,
} from '../../sdk/src/index.ts';
import { labelled } from '../support/labelled.ts';
import { publish, startTestPlatform, type TestPlatform } from '../support/platform.ts';
import { until } from '../support/until.ts';

const stack = new AsyncDisposableStack();
let test: TestPlatform;

beforeAll(async () => {
  test = stack.use(await startTestPlatform());
  for (const team of ['finance', 'hr']) await publish(test.client, labelled(team, { team }));
});
afterAll(() => stack.disposeAsync());

const financeOnly = [
  { permission: 'JOBS_READ' as const, labels: [{ name: 'team', values: ['finance'] }] },
];

async function keyWith(input: CreateRoleInput) {
  const { createRole } = await test.client.request(CreateRoleDocument, { input });
  const customRoleId = createRole.customRole?.id ?? '';
  const key = { name: 'k', customRoleId };
  const { createApiKey } = await test.client.request(CreateApiKeyDocument, { input: key });
  const secret = createApiKey.secret ?? '';
  const asKey = async (query: string) => {
    const headers = { authorization: `Bearer ${secret}` };
    const { extensions: _, ...answer } = (await ask(test.platform.url, { query }, headers)).body;
    return answer;
  };
  return { secret, asKey, roleId: customRoleId };
}

describe('a key whose role counts for some labels', () => {
  it('sees those over the gateway, and is told so itself', async () => {
    const { asKey } = await keyWith({
      name: 'Finance',
      permissions: ['JOBS_READ'],
      conditions: financeOnly,
    });
    expect(
      await asKey('{ agents { nodes { name labels { name value } } } agent(name: "hr") { id } }'),
    ).toEqual({
      data: {
        agents: { nodes: [{ name: 'finance', labels: [{ name: 'team', value: 'finance' }] }] },
        agent: null,
      },
    });
    expect(
      await asKey('{ viewer { permissions conditions { permission labels { name values } } } }'),
    ).toEqual({ data: { viewer: { permissions: ['JOBS_READ'], conditions: financeOnly } } });
  });

  it('hears by a socket of those alone, which closes when the labels of its role change', async () => {
    const role = { name: 'Changing', permissions: ['JOBS_READ' as const] };
    const { secret, roleId } = await keyWith({ ...role, conditions: financeOnly });
    const socket = await openReadySocket(test.platform.url.replace('http', 'ws'), {
      authorization: `Bearer ${secret}`,
    });
    const query = 'subscription { approvalRequests { approval { job { agent { name } } } } }';
    socket.send({ type: 'subscribe', id: '1', payload: { query } });
    const heard = socket.next();
    await using client = createClient({
      url: test.platform.url,
      apiKey: test.platform.firstKey ?? '',
    });
    // Until it is heard of, as nothing says when a subscription has begun.
    const isHeard = async () => {
      await client.submit('hr', {});
      await client.submit('finance', {});
      return Promise.race([heard, setTimeout(200, false)]);
    };
    await until('it is heard of', async () => (await isHeard()) !== false);
    expect(JSON.stringify(await heard)).toContain('"name":"finance"');
    const changed = { id: roleId, permissions: role.permissions, conditions: [] };
    await test.client.request(UpdateRoleDocument, { input: changed });
    expect((await socket.closed).code).toBe(4403);
  });
});
