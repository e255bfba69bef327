import type { RunStatement, Statement } from './statement.ts';

/*
 * Limits of agents, docs/adr/0016: a job with a gate is parked (`shard` 1), where no claim meets it, until `jobs.admit` lets
 * it through. Places are counted, under a lock of the agent, from the jobs that hold them: none can leak.
 */

/** By how many milliseconds jobs at a gate go before their time: LOW, NORMAL, HIGH, URGENT. */
const leadsMs = [-600_000, 0, 60_000, 600_000] as const;

/** The place of a new job at its gate, an expression on its `priority`: by time, so that nothing starves. */
export const gateKey = `(extract(epoch from now()) * 1000)::bigint - (array[${leadsMs.join(', ')}])[priority + 1]`;

/** True when some gate should be looked at. */
export const isAnyGateDue = `(exists (select from (select id from jobs.gate_signal order by id limit 1) as signal)
    or coalesce((select wake_at from jobs.gatekeeper where wake_at is not null order by wake_at limit 1) <= now(), false))`;

const admit: Statement = {
  name: 'queue-admit',
  text: 'select jobs.admit($1::int) as count',
};

const sweep: Statement = {
  name: 'queue-sweep-gates',
  text: 'select jobs.sweep_gates($1::int) as count',
};

/** Lets parked jobs through while there are places, at most `limit`; answers how many. The next claim takes them. */
export async function admitJobs(run: RunStatement, limit: number): Promise<number> {
  const [row] = await run<{ count: number }>(admit, [limit]);
  return row?.count ?? 0;
}

/**
 * Has the gates of agents with parked jobs looked at again that nobody has swept for so many seconds, should a signal have been
 * lost; answers how many agents they are, at most 100.
 */
export async function sweepGates(run: RunStatement, everySeconds: number): Promise<number> {
  const [row] = await run<{ count: number }>(sweep, [everySeconds]);
  return row?.count ?? 0;
}
