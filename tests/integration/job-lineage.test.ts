import { createHash } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createEgress, type Egress } from '../../connectors/egress/egress.ts';
import { json, openLoopback, type Loopback } from '../../connectors/testing/loopback.ts';
import { createEffectLedger } from '../../core/audit/effect-ledger.ts';
import { jobLineage, type JobLineage } from '../../core/audit/job-lineage.ts';
import type { VerbContext } from '../../core/context.ts';
import { createIntegration } from '../../core/integrations/create-integration.ts';
import { setCredential } from '../../core/integrations/set-credential.ts';
import { updateIntegration } from '../../core/integrations/update-integration.ts';
import { publishAgent } from '../../core/jobs/publish-agent.ts';
import { submitJob } from '../../core/jobs/submit-job.ts';
import { createPerformCall } from '../../worker/perform-call.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { jobState } from '../support/jobs.ts';
import { until } from '../support/until.ts';
import {
  contextFor,
  contextOfNewTenant,
  openTestServices,
  type TestServices,
} from '../support/verb-context.ts';
import { startTestWorker, type TestWorker } from '../support/worker.ts';

describe('the lineage of a job', () => {
  let test: TestDatabase;
  let services: TestServices;
  let egress: Egress;
  let peer: Loopback;
  let worker: TestWorker;
  let context: VerbContext;
  const asked: string[] = [];

  beforeAll(async () => {
    test = await createTestDatabase();
    peer = await openLoopback((response, { url, body }) => {
      if (url === '/cut') {
        response.socket?.destroy();
        return;
      }
      asked.push(body);
      const message = { role: 'assistant', content: 'Pay it.' };
      json(response, {
        choices: [{ message, finish_reason: 'stop' }],
        usage: { prompt_tokens: 11, completion_tokens: 3 },
      });
    });
    services = openTestServices(test.database, { allow: [peer.host] });
    egress = createEgress({ allow: [peer.host] });
    worker = startTestWorker(
      test.database,
      createPerformCall({ ...services, egress, effects: createEffectLedger(test.database) }),
      { keyring: services.keyring },
    );
    context = await contextOfNewTenant(services);
    const config = {
      baseUrl: peer.url,
      operations: [{ name: 'judge', model: 'small', instructions: 'Judge the invoice.' }],
    };
    const { id } = await createIntegration(context, { name: 'judge', kind: 'llm', config });
    const prices = { small: { input: 1, output: 2 } };
    await updateIntegration(context, { id, config: { ...config, prices } });
    await setCredential(context, {
      integrationId: id,
      credential: { type: 'bearer', token: 'hunter2' },
    });
  });
  afterAll(async () => {
    await worker[Symbol.asyncDispose]();
    await egress[Symbol.asyncDispose]();
    await services[Symbol.asyncDispose]();
    await peer[Symbol.asyncDispose]();
    await test[Symbol.asyncDispose]();
  });

  let counter = 0;

  async function run(body: string, state: string): Promise<string> {
    counter += 1;
    const agent = `agent-${counter}`;
    const head = `document: {dsl: '1.0.3', namespace: test, name: ${agent}, version: '1.0.0'}\n`;
    await publishAgent(context, { definition: head + body });
    const { jobId } = await submitJob(context, { agent, input: { email: 'ann@example.com' } });
    await until(
      `the job is ${state}`,
      async () => (await jobState(test.database.pool, jobId)).state === state,
    );
    return jobId;
  }

  async function lineageOf(body: string, state: string): Promise<JobLineage> {
    const lineage = await jobLineage(context, { id: await run(body, state) });
    if (lineage === null) throw new Error('there is no such job');
    return lineage;
  }

  const judge = `do:
  - judge: {call: integration, with: {integration: judge, operation: judge, arguments: {input: '\${ .email }'}}}
`;

  it('tells of a call of a model what it followed from and what it has cost', async () => {
    const lineage = await lineageOf(judge, 'SUCCEEDED');
    const digest = createHash('sha256')
      .update(asked.at(-1) ?? '')
      .digest('hex');
    expect(lineage).toMatchObject({
      ...{ agent: 'test/agent-1', version: 1, next: null },
      submission: { action: 'job.submit', actorKind: 'user' },
      decisions: [{ action: 'job.end' }],
    });
    expect(lineage.effects).toMatchObject([
      {
        ...{ action: 'integration.call', operation: 'judge', state: 'SUCCEEDED' },
        ...{ task: '/do/0/judge', epoch: 1, version: 1 },
        ...{ definitionHash: lineage.definitionHash, target: { kind: 'integration' } },
        ...{ integrationVersion: 2, credentialVersion: 1 },
        ...{ model: 'small', promptDigest: digest, inputTokens: 11, outputTokens: 3 },
      },
    ]);
    const [effect] = lineage.effects;
    expect(effect?.operationSchema).toMatch(/^[\da-f]{64}$/);
    expect(effect?.intent?.seq).not.toBe(undefined);
    expect(effect?.outcome?.id).not.toBe(effect?.intent?.id);
  });

  it('keeps no digest of what a job with sensitive data has asked', async () => {
    const head = `input:
  schema: {document: {type: object, properties: {email: {type: string, x-sensitive: true}}}}
`;
    const { effects } = await lineageOf(head + judge, 'SUCCEEDED');
    expect(effects).toMatchObject([{ model: 'small', promptDigest: null, inputTokens: 11 }]);
  });

  it('has a call whose outcome nobody saw as UNKNOWN', async () => {
    const { effects } = await lineageOf(
      `do:\n  - once: {call: http, with: {method: post, endpoint: '${peer.url}/cut'}}\n`,
      'FAILED',
    );
    expect(effects).toMatchObject([
      { action: 'http.call', state: 'UNKNOWN', epoch: 1, version: 1, target: { kind: 'origin' } },
    ]);
  });

  it('is of the own tenant, for those who may read the log', async () => {
    const id = await run('do:\n  - rest: {set: {a: 1}}\n', 'SUCCEEDED');
    expect(await jobLineage(await contextOfNewTenant(services), { id })).toBeNull();
    const reader = contextFor(services, context.actor.tenantId, ['JOBS_READ']);
    await expect(jobLineage(reader, { id })).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });
});
