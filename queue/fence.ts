import { generationRange } from '../kernel/database/generation.ts';
import type { RunStatement, Statement } from './statement.ts';

const batch = 5_000;

/*
 * A run that outlived the restore may hold an epoch that this database has not given yet. It never will: what is alive goes
 * on in a range of its own. Nobody has done anything wrong, so that running jobs are given back unharmed.
 */
const fence: Statement = {
  name: 'queue-fence',
  text: `
with live as materialized (
  select id from jobs.job
  where state in ('QUEUED', 'RUNNING', 'WAITING', 'PAUSED') and epoch < $1::int limit ${batch} for update
)
update jobs.job as job
set epoch = $1::int, owner = null, lease_until = null,
  state = case when job.state <> 'RUNNING' then job.state
    when job.request = 'PAUSE' then 'PAUSED'::jobs.job_state else 'QUEUED'::jobs.job_state end,
  request = case when job.state = 'RUNNING' then null else job.request end
from live where job.id = live.id
returning job.id`,
};

/** Takes all jobs that are not over out of the reach of runs of earlier generations; answers how many. It may be done again. */
export async function fenceJobs(run: RunStatement, generation: number): Promise<number> {
  let count = 0;
  for (;;) {
    const moved = await run<{ readonly id: string }>(fence, [generation * generationRange]);
    count += moved.length;
    if (moved.length < batch) return count;
  }
}
