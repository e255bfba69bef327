import type { Database } from '../../kernel/database/database.ts';
import type { VerbContext } from '../context.ts';
import { ringOrPoll } from '../ring-or-poll.ts';
import { eventChannel } from './channels.ts';

type Needs = Pick<VerbContext, 'actor' | 'database' | 'doorbell' | 'log'>;

/** Those who wait for jobs of one tenant, by job. */
type Waiters = Map<string, Set<() => void>>;

const pollMs = 400;
const watches = new WeakMap<Database['pool'], Map<string, Waiters>>();

/**
 * Resolves when the job is over or the signal aborts. All who wait in a tenant share one look into the database per
 * ring, however many they are.
 */
export async function untilOver(context: Needs, jobId: string, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const wake = () => {
    resolve(undefined);
  };
  const leave = join(context, jobId, wake);
  signal.addEventListener('abort', wake, { once: true });
  // The job may have ended before we listened.
  void findOver(context, [jobId]).then((over) => {
    if (over.length > 0) wake();
  }, wake);
  await promise;
  signal.removeEventListener('abort', wake);
  leave();
}

function join(context: Needs, jobId: string, wake: () => void): () => void {
  const tenants = watches.get(context.database.pool) ?? new Map<string, Waiters>();
  watches.set(context.database.pool, tenants);
  const { tenantId } = context.actor;
  const known = tenants.get(tenantId);
  const waiters: Waiters = known ?? new Map<string, Set<() => void>>();
  const here = waiters.get(jobId) ?? new Set();
  waiters.set(jobId, here.add(wake));
  if (known === undefined) {
    tenants.set(tenantId, waiters);
    void watch(context, waiters, () => tenants.delete(tenantId));
  }
  return () => {
    here.delete(wake);
    if (here.size === 0 && waiters.get(jobId) === here) waiters.delete(jobId);
  };
}

/** Looks after each ring until nobody waits; a failed look is repeated by the next one. */
async function watch(context: Needs, waiters: Waiters, end: () => void): Promise<void> {
  const { signal } = new AbortController();
  const channel = eventChannel(context.actor.tenantId);
  using rings = ringOrPoll(context, { channel, pollMs, signal });
  while (waiters.size > 0) {
    await rings.next();
    const over = await findOver(context, [...waiters.keys()]).catch((error: unknown) => {
      context.log.warn({ err: error }, 'could not look for ended jobs');
      return [];
    });
    for (const jobId of over) {
      for (const wake of waiters.get(jobId) ?? []) wake();
      waiters.delete(jobId);
    }
  }
  // In the same turn as the last look, so that nobody joins a watch that has ended.
  end();
}

async function findOver(
  { actor, database }: Needs,
  jobIds: readonly string[],
): Promise<readonly string[]> {
  if (jobIds.length === 0) return [];
  const { rows } = await database.pool.query<{ id: string }>({
    name: 'jobs-over',
    // Each by its key, also by a plan that was made when the table was young and small.
    text: `select job.id from unnest($2::uuid[]) as asked (id) cross join lateral (
        select id, tenant_id, state from jobs.job where id = asked.id limit 1
      ) as job
      where job.tenant_id = $1 and job.state in ('SUCCEEDED', 'FAILED', 'CANCELLED', 'DEAD')`,
    values: [actor.tenantId, jobIds],
  });
  return rows.map(({ id }) => id);
}
