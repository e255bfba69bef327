import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { VerbContext } from '../../core/context.ts';
import { archiveAgent } from '../../core/jobs/archive-agent.ts';
import { findAgent } from '../../core/jobs/find-agent.ts';
import { listAgents } from '../../core/jobs/list-agents.ts';
import { listJobs } from '../../core/jobs/list-jobs.ts';
import { publishAgent } from '../../core/jobs/publish-agent.ts';
import { submitJob } from '../../core/jobs/submit-job.ts';
import { createTestDatabase, databaseKinds, type TestDatabase } from '../support/database.ts';
import { jobState } from '../support/jobs.ts';
import { until } from '../support/until.ts';
import {
  contextOfNewTenant,
  openTestServices,
  type TestServices,
} from '../support/verb-context.ts';
import { startTestWorker } from '../support/worker.ts';

interface More {
  readonly version?: string;
  readonly task?: string;
}

const definition = (
  namespace: string,
  name: string,
  { version = '1.0.0', task }: More = {},
): string =>
  `document: {dsl: '1.0.3', namespace: ${namespace}, name: ${name}, version: '${version}'}
do: [{a: ${task ?? `{set: {from: ${namespace}, version: '${version}'}}`}}]`;

describe.each(databaseKinds)('agents of one name on the %s database', (kind) => {
  let test: TestDatabase;
  let services: TestServices;

  beforeAll(async () => {
    test = await createTestDatabase(kind);
    services = openTestServices(test.database);
  });
  afterAll(async () => {
    await services[Symbol.asyncDispose]();
    await test[Symbol.asyncDispose]();
  });

  const publish = (context: VerbContext, ...text: Parameters<typeof definition>) =>
    publishAgent(context, { definition: definition(...text) });

  async function twins(): Promise<VerbContext> {
    const context = await contextOfNewTenant(services);
    await publish(context, 'sales', 'twin');
    await publish(context, 'support', 'twin');
    return context;
  }

  it('are two agents with versions of their own', async () => {
    const context = await twins();
    const { agent, version } = await publish(context, 'support', 'twin', { version: '1.1.0' });
    expect([agent.namespace, agent.name, version.version]).toEqual(['support', 'twin', 2]);
    const sales = await findAgent(context, { name: 'twin', namespace: 'sales' });
    expect(sales).toMatchObject({ namespace: 'sales', currentVersion: 1 });
    expect((await findAgent(context, { name: 'sales/twin' }))?.id).toBe(sales?.id);
    expect(await findAgent(context, { name: 'twin', namespace: 'none' })).toBeNull();
  });

  it('have to be told apart where a name is all that is said', async () => {
    const context = await twins();
    const problem = {
      code: 'CONFLICT',
      message: expect.stringMatching(/sales\/twin, support\/twin/) as string,
    };
    await expect(findAgent(context, { name: 'twin' })).rejects.toMatchObject(problem);
    await expect(listJobs(context, { filter: { agent: 'twin' } })).rejects.toMatchObject(problem);
    await expect(submitJob(context, { agent: 'twin', input: {} })).rejects.toMatchObject(problem);
    await submitJob(context, { agent: 'support/twin', input: {} });
    const found = async (agent: string) =>
      (await listJobs(context, { filter: { agent } })).nodes.length;
    expect([await found('support/twin'), await found('sales/twin')]).toEqual([1, 0]);
  });

  it('are known by the name alone when one of them is left', async () => {
    const context = await twins();
    const sales = await findAgent(context, { name: 'sales/twin' });
    await archiveAgent(context, { id: sales?.id });
    expect(await findAgent(context, { name: 'twin' })).toMatchObject({ namespace: 'support' });
    expect((await submitJob(context, { agent: 'twin', input: {} })).isNew).toBe(true);
  });

  it('are listed page by page, none left out', async () => {
    const context = await twins();
    await publish(context, 'help', 'twin');
    await publish(context, 'help', 'other');
    const names: string[] = [];
    for (let after: string | null = null, isMore = true; isMore;) {
      const page: Awaited<ReturnType<typeof listAgents>> = await listAgents(context, {
        first: 1,
        after,
      });
      names.push(...page.nodes.map(({ namespace, name }) => `${namespace}/${name}`));
      after = page.pageInfo.endCursor;
      isMore = page.pageInfo.hasNextPage;
    }
    expect(names).toEqual(['help/other', 'help/twin', 'sales/twin', 'support/twin']);
    const last = await listAgents(context, { last: 2 });
    expect(last.nodes.map(({ namespace }) => namespace)).toEqual(['sales', 'support']);
  });

  it('are found by run.workflow by namespace, name and version', async () => {
    const context = await twins();
    await publish(context, 'support', 'twin', { version: '1.1.0' });
    const run = (namespace: string, version: string) =>
      `{run: {workflow: {namespace: ${namespace}, name: twin, version: '${version}'}}}`;
    const wanted = [
      ['sales', 'latest', { from: 'sales', version: '1.0.0' }],
      ['support', 'latest', { from: 'support', version: '1.1.0' }],
      ['support', '1.0.0', { from: 'support', version: '1.0.0' }],
      ['sales', '1.0.0', { from: 'sales', version: '1.0.0' }],
    ] as const;
    await using running = startTestWorker(test.database, () => Promise.resolve(null));
    for (const [index, [namespace, version, output]] of wanted.entries()) {
      await publish(context, 'callers', `caller-${index}`, { task: run(namespace, version) });
      const { jobId } = await submitJob(context, { agent: `caller-${index}`, input: {} });
      running.services.doorbell.ring('jobs.ready');
      const end = await until('the job is over', async () => {
        const state = await jobState(test.database.pool, jobId);
        return state.state === 'SUCCEEDED' && state;
      });
      expect(end.output).toEqual(output);
    }
  });

  it('keep what was published before there were namespaces, by its own text', async () => {
    const context = await contextOfNewTenant(services);
    await publish(context, 'sales', 'flow');
    const child = '{run: {workflow: {namespace: other, name: x, version: latest}}}';
    await publish(context, 'billing', 'block', { task: child });
    const json = {
      document: { dsl: '1.0.3', namespace: 'as-json', name: 'json', version: '1.0.0' },
    };
    await publishAgent(context, {
      definition: JSON.stringify({ ...json, do: [{ a: { set: { x: 1 } } }] }, undefined, 2),
    });
    const file = '../../prisma/migrations/20261129150200_namespaces/migration.sql';
    const migration = readFileSync(new URL(file, import.meta.url), 'utf8');
    await test.database.pool.query(`
      begin;
      delete from jobs.schedule; delete from jobs.agent_version where tenant_id <> '${context.actor.tenantId}';
      delete from jobs.agent where tenant_id <> '${context.actor.tenantId}';
      drop index jobs.agent_by_name; drop index jobs.agent_identity;
      alter table jobs.agent drop column namespace;
      create unique index agent_name_key on jobs.agent (tenant_id, name);
      ${migration}
      commit;`);
    const { nodes } = await listAgents(context, {});
    expect(nodes.map(({ namespace, name }) => `${namespace}/${name}`)).toEqual([
      'billing/block',
      'sales/flow',
      'as-json/json',
    ]);
    const again = await publish(context, 'sales', 'flow', { version: '1.0.1' });
    expect(again.version.version).toBe(2);
  });
});
