import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { exportAudit } from '../cli/audit/export-audit.ts';
import { listAuditKeys } from '../core/audit/audit-keys.ts';
import { exportLog } from '../core/audit/export-log.ts';
import { consistencyProof, inclusionProof } from '../core/audit/proofs.ts';
import { sealAuditEvents } from '../core/audit/seal.ts';
import { submitJob } from '../core/jobs/submit-job.ts';
import { migrateDatabase, openDatabase } from '../kernel/database/database.ts';
import type { Client } from '../sdk/src/index.ts';
import { parseVerifierKey, verifyExport } from '../sdk/src/verify/index.ts';
import { silentLog } from '../tests/support/log.ts';
import { startPostgres } from '../tests/support/start-postgres.ts';
import { contextFor, openTestServices } from '../tests/support/verb-context.ts';
import { publishTestAgent } from '../tests/support/worker.ts';
import { treeUse } from './engine/process-tree.ts';
import { postmasterOf } from './processes.ts';

/*
 * What proofs cost: sealing an event against submitting the job that it tells of, a proof out of a large tree, and how fast an
 * export is verified. Rows of the large tree are made in the database; they are sealed and proved as others. Wanted are less than
 * 10 % of submitting, a proof below 10 ms, and 100,000 events a second.
 */

const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '1000000' },
    jobs: { type: 'string', default: '20000' },
    proofs: { type: 'string', default: '200' },
  },
});
const eventCount = Number(values.events);
const jobCount = Number(values.jobs);
const proofCount = Number(values.proofs);
const atOnce = 64;
const sealLimit = 1_000;

await using server = await startPostgres({ isDurable: true });
if (server === undefined) throw new Error('PostgreSQL is not installed');
const config = { databaseUrl: server.urlOf('postgres'), dataDir: '', databasePoolSize: 6 };
await migrateDatabase(config, silentLog);
await using database = await openDatabase(config, silentLog);
await using services = openTestServices(database);
const agent = await publishTestAgent(database, 'do:\n  - nothing: {set: {done: true}}\n');
const context = contextFor(services, agent.tenantId);
await sealAll();

const postmaster = await postmasterOf(database.pool);
const byVerb = await cost(() => submitAll(() => submitJob(context, { agent: 'agent', input: {} })));
await sealAll();
const atLeast = await cost(() => submitAll(() => services.queue.submit([agent.row()])));
await sealAll();

await database.pool.query(
  `insert into audit.event (tenant_id, id, action, actor_kind, actor_id, actor_name, target_kind, target_id, job_id, request_id, data)
   select $1, audit.new_id(), 'integration.call', 'worker', 'worker-1', 'worker', 'integration', 'a', gen_random_uuid(), 'r' || n,
     jsonb_build_object('phase', 'intent', 'operation', 'post', 'task', '/do/0/post', 'call', n)
   from generate_series(1, $2) n`,
  [agent.tenantId, eventCount],
);
const growing = await cost(sealAll);
const sealed = perEvent(growing, eventCount);
console.table(
  [
    { of: 'submitting a job by its verb', ...perEvent(byVerb, jobCount) },
    { of: 'the same by the queue alone', ...perEvent(atLeast, jobCount) },
    { of: 'sealing an event', ...sealed },
  ].map((row) => ({
    ...row,
    'sealing, % of it': ((100 * sealed.together) / row.together).toFixed(1),
  })),
);
await database.pool.query('vacuum analyze audit.seal, audit.node, audit.checkpoint, audit.event');
const { rows: wanted } = await database.pool.query<{ id: string }>(
  `select event_id::text as id from audit.seal where tenant_id = $1 order by random() limit $2`,
  [agent.tenantId, proofCount],
);
const { rows: sizes } = await database.pool.query<{ size: string }>(
  `select size::text as size from audit.checkpoint where tenant_id = $1 order by random() limit $2`,
  [agent.tenantId, proofCount],
);
await inclusionProof(context, wanted[0]?.id ?? '');
const inclusion = await times(
  wanted.map(
    ({ id }) =>
      () =>
        inclusionProof(context, id),
  ),
);
const consistency = await times(
  sizes.slice(1).map(
    ({ size }, at) =>
      () =>
        consistencyProof(context, { from: sizes[at]?.size ?? '', to: size }),
  ),
);
console.table([
  { of: `inclusion among ${eventCount + 2 * jobCount} events`, ...inclusion },
  { of: 'consistency of two checkpoints', ...consistency },
]);

const folder = await mkdtemp(join(tmpdir(), 'operandi-bench-'));
try {
  const request = async (_: unknown, variables: { after: string }) => ({
    auditExport: await exportLog(context, variables),
  });
  const client = { request: request as unknown as Client['request'] };
  const exporting = await cost(() => exportAudit(client, { folder }));
  const keys = (await listAuditKeys(context)).map((key) => parseVerifierKey(key.verifierKey));
  let events = 0;
  const verifying = await cost(async () => {
    const report = await verifyExport(folder, { keys });
    if (report.problem !== undefined) throw new Error(report.problem.message);
    ({ events } = report);
  });
  console.table(
    Object.entries({ sealing: growing, exporting, verifying }).map(([of, each]) => ({
      of,
      ...each,
      'events/s': Math.round(events / each.seconds),
      'events per CPU second': Math.round(events / (each.cpu + each.server)),
    })),
  );
} finally {
  await rm(folder, { recursive: true });
}

async function sealAll(): Promise<void> {
  let waiting = 3;
  // The last events wait for the transactions of the statements before them.
  while (waiting > 0) waiting = (await sealAuditEvents(services, sealLimit)) > 0 ? 3 : waiting - 1;
}

interface Cost {
  readonly seconds: number;
  /** Processor time of this process, seconds. */
  readonly cpu: number;
  /** The same of all processes of the server. */
  readonly server: number;
}

async function cost(work: () => Promise<unknown>): Promise<Cost> {
  const start = performance.now();
  const before = process.cpuUsage();
  const serverBefore = treeUse(postmaster).cpu;
  await work();
  const { user, system } = process.cpuUsage(before);
  return {
    seconds: Number(((performance.now() - start) / 1_000).toFixed(2)),
    cpu: Number(((user + system) / 1_000_000).toFixed(2)),
    server: Number((treeUse(postmaster).cpu - serverBefore).toFixed(2)),
  };
}

/** Microseconds of one of so many. */
function perEvent({ seconds, cpu, server }: Cost, count: number) {
  const each = (value: number): number => Math.round((value * 1_000_000) / count);
  return {
    ...{ 'wall µs': each(seconds), 'CPU µs': each(cpu), 'server CPU µs': each(server) },
    together: each(cpu + server),
  };
}

async function submitAll(submit: () => Promise<unknown>): Promise<void> {
  for (let at = 0; at < jobCount; at += atOnce)
    await Promise.all(Array.from({ length: Math.min(atOnce, jobCount - at) }, submit));
}

async function times(works: readonly (() => Promise<unknown>)[]) {
  const took: number[] = [];
  const { together } = perEvent(
    await cost(async () => {
      for (const work of works) {
        const start = performance.now();
        await work();
        took.push(performance.now() - start);
      }
    }),
    works.length,
  );
  took.sort((one, other) => one - other);
  const at = (share: number) => (took[Math.floor(took.length * share)] ?? 0).toFixed(2);
  return { 'p50 ms': at(0.5), 'p99 ms': at(0.99), 'CPU of both, ms': together / 1_000 };
}
