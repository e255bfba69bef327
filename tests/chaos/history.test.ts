import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { verifyLog } from '../../core/audit/verify-log.ts';
import { hasPostgres, hasRedis } from '../support/database.ts';
import { chaosSeed, sized } from '../support/soak.ts';
import { until } from '../support/until.ts';
import { checkHistory } from './history/check-history.ts';
import { createClients, type Clients } from './history/clients.ts';
import { faultKinds, scheduleFaults, type Fault } from './history/fault-schedule.ts';
import { createPersistence } from './history/persist.ts';
import { readHistory } from './history/read-history.ts';
import { childKind, storyKinds } from './history/stories.ts';
import { startWorld, type World } from './history/world.ts';

const seconds = sized(30, 600);
const submitEveryMs = 500;
const settleMs = sized(600_000, 1_800_000);

/** Lets everything fail as it is planned; what takes long does not hold up the next. */
async function failAsPlanned(
  faults: readonly Fault[],
  world: World,
  clients: Clients,
): Promise<void> {
  const start = performance.now();
  const underWay = faults.map(async ({ atMs, kind, which }) => {
    await delay(Math.max(0, start + atMs - performance.now()));
    await (kind === 'same-key-burst' ? clients.burst() : world.fail(kind, which));
  });
  await Promise.all(underWay);
}

const countOf = async (world: World, query: string): Promise<number> => {
  const { rows } = await world.database.pool.query<{ n: number }>(query, [
    world.context.actor.tenantId,
  ]);
  return rows[0]?.n ?? 0;
};

/** What keeps the jobs that are not over. */
async function liveJobs({ database, context }: World): Promise<readonly unknown[]> {
  const { rows } = await database.pool.query<object>(
    `select agent.name, state::text, attempt, losses, epoch, owner, run_at, lease_until, request,
       array(select type || ' ' || at from jobs.story where job_id = job.id order by seq desc limit 3) as events,
       array(select kind || key || coalesce(answer::text, '') from jobs.wait where job_id = job.id) as waits,
       now() as now
     from jobs.job join jobs.agent on agent.id = job.agent_id
     where job.tenant_id = $1 and state not in ('SUCCEEDED', 'FAILED', 'CANCELLED', 'DEAD') limit 20`,
    [context.actor.tenantId],
  );
  return rows;
}

/** Waits until all jobs are over and all they did is sealed. */
async function settle(world: World): Promise<void> {
  const live = `select count(*)::int as n from jobs.job
    where tenant_id = $1 and state not in ('SUCCEEDED', 'FAILED', 'CANCELLED', 'DEAD')`;
  await until('all jobs are over', async () => (await countOf(world, live)) === 0, settleMs);
  const open = `select count(*)::int as n from audit.event left join audit.seal
    on seal.tenant_id = event.tenant_id and seal.event_id = event.id
    where event.tenant_id = $1 and seal.seq is null`;
  await until('all is sealed', async () => (await countOf(world, open)) === 0, settleMs);
}

describe.runIf(hasPostgres && hasRedis)('a platform of which everything fails in turn', () => {
  it(
    'keeps every promise: its history has no job lost, no effect doubled, no gap',
    async () => {
      await using world = await startWorld();
      const stopping = new AbortController();
      const leaving = new AbortController();
      const { persist, wrong } = createPersistence(leaving.signal);
      const clients = createClients(world.context, persist);
      const approving = clients.approveUntil(leaving.signal);
      const submitting = clients.submitUntil(stopping.signal, submitEveryMs);
      await until('a job is done', () => world.ledger.deliveries.length > 0, 400_000);

      await failAsPlanned(scheduleFaults(chaosSeed, seconds), world, clients);
      stopping.abort();
      await submitting;
      await settle(world).catch(async (cause: unknown) => {
        const left = JSON.stringify(await liveJobs(world), undefined, 1);
        const told = world.crew.output().slice(-5_000);
        throw new Error(`seed ${chaosSeed}: ${left}\n${told}`, { cause });
      });
      leaving.abort();
      await approving;

      const { pool } = world.database;
      const { acknowledged } = clients;
      const { tenantId } = world.context.actor;
      const history = await readHistory(pool, tenantId, { acknowledged, ledger: world.ledger });
      const told = {
        ...{ seed: chaosSeed, faults: Object.fromEntries(world.done), deaths: world.crew.deaths() },
        ...{ jobs: history.jobs.length, journal: history.journal.length },
        ...{ deliveries: history.deliveries.length, events: history.events.length },
      };
      process.stderr.write(`${JSON.stringify(told)}\n`);
      const expected = new Map(
        [childKind, ...storyKinds].map((kind) => [kind.agent, kind.expected]),
      );
      expect(checkHistory(history, expected), `seed ${chaosSeed}`).toEqual([]);
      expect([...wrong], 'answers that no fault explains').toEqual([]);
      expect(await verifyLog(world.context, {})).toMatchObject({ isIntact: true, next: null });
      const happened = faultKinds.filter(
        (kind) => kind === 'same-key-burst' || world.done.has(kind),
      );
      expect(happened).toEqual(faultKinds);
      // That something failed while something was under way at all.
      expect(history.acknowledged.length).toBeGreaterThan(30);
      expect(history.events.some(({ type }) => type.endsWith('job.interrupted.v1'))).toBe(true);
    },
    seconds * 1_000 + 2 * settleMs + 120_000,
  );
});
