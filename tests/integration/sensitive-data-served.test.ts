import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';

import type { Platform } from '../../cli/compose-platform.ts';
import { createApiKey } from '../../core/access/create-api-key.ts';
import type { Permission } from '../../core/access/permissions.ts';
import type { VerbContext } from '../../core/context.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { allRows } from '../support/all-rows.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { servePlatform } from '../support/served-platform.ts';
import {
  auditLogOf,
  contextOfNewTenant,
  openTestServices,
  type TestServices,
} from '../support/verb-context.ts';

const canary = 'canary-of-the-wire-93';
const definition = `
document: { dsl: '1.0.3', namespace: t, name: letters, version: '1.0.0' }
input:
  schema:
    document:
      type: object
      properties: { name: { type: string, x-sensitive: true }, order: { type: string } }
output:
  schema:
    document: { type: object, properties: { order: { type: string } } }
do: [{ write: { set: { order: '\${ .order }', letter: '\${ "Dear " + .name }' } } }]
`;

const stack = new AsyncDisposableStack();
let test: TestDatabase;
let services: TestServices;
let platform: Platform;
let context: VerbContext;

beforeAll(async () => {
  test = stack.use(await createTestDatabase());
  services = stack.use(openTestServices(test.database));
  platform = stack.use(await servePlatform(test.database));
  context = await contextOfNewTenant(services);
});
afterAll(() => stack.disposeAsync());

async function keyFor(permissions: Permission[]): Promise<string> {
  return (await createApiKey(context, { name: 'key', permissions })).secret;
}

async function ask(key: string, query: string, variables: JsonObject = {}): Promise<string> {
  const response = await fetch(platform.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify({ query, variables }),
  });
  return await response.text();
}

const run = `mutation ($input: RunJobInput!) {
  runJob(input: $input) { job { id input output state } userErrors { code message } } }`;
const show = `query ($id: ID!) { job(id: $id) {
  input output result { content } steps(first: 9) { nodes { input output } } events(first: 99) { nodes { data } } } }`;
const ran = z.object({
  data: z.object({ runJob: z.object({ job: z.object({ id: z.string(), state: z.string() }) }) }),
});

it('sensitive data is sealed, shown and recorded over HTTP as in the verbs', async () => {
  const submitter = await keyFor(['JOBS_SUBMIT', 'JOBS_READ', 'AGENTS_PUBLISH']);
  const reader = await keyFor(['JOBS_READ', 'JOBS_SENSITIVE_READ']);
  const publish = `mutation ($input: PublishAgentInput!) {
    publishAgent(input: $input) { userErrors { message } } }`;
  expect(await ask(submitter, publish, { input: { definition } })).toContain('"userErrors":[]');
  const input = { job: { agent: 't/letters', input: { name: canary, order: 'A-1' } } };
  const told = await ask(submitter, run, { input });
  const { id, state } = ran.parse(JSON.parse(told)).data.runJob.job;
  expect(state).toBe('SUCCEEDED');
  expect(told).toContain('"output":{"order":"A-1"}');
  for (const text of [told, await ask(submitter, show, { id })]) expect(text).not.toContain(canary);
  const recorded = async () =>
    (await auditLogOf(test.database, context.actor.tenantId)).filter(
      ({ action }) => action === 'job.read-sensitive',
    );
  expect(await recorded()).toEqual([]);
  expect(await ask(reader, show, { id })).toContain(`Dear ${canary}`);
  expect(await ask(reader, show, { id })).toContain(canary);
  expect(await recorded()).toMatchObject([{ targetId: id }, { targetId: id }]);
  expect(await allRows(test.database.pool)).not.toContain(canary);
});
