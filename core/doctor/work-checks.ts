import type { Database } from '../../kernel/database/database.ts';
import { bad, doubtful, good, type Check } from './diagnosis.ts';

const lateSeconds = 60;

/** Whether the work gets done, over all tenants. */
export function workChecks(database: Pick<Database, 'asSystem'>): readonly Check[] {
  return [
    { name: 'work/queue', look: () => lookAtQueue(database) },
    { name: 'work/audit-seals', look: () => lookAtSeals(database) },
    { name: 'work/dead-jobs', look: () => lookAtDeadJobs(database) },
    { name: 'work/history-months', look: () => lookAtMonths(database) },
  ];
}

async function lookAtQueue(database: Pick<Database, 'asSystem'>) {
  const [row] = await database.asSystem(
    (tx) => tx.$queryRaw<{ queued: number; seconds: number | null }[]>`
      select count(*)::int as queued, extract(epoch from now() - min(run_at))::int as seconds
      from jobs.job where state = 'QUEUED'`,
    { isReadOnly: true },
  );
  const { queued = 0, seconds } = row ?? {};
  if (seconds === null || seconds === undefined) return good('no job waits for a worker');
  const found = `${String(queued)} jobs wait for a worker, the oldest for ${String(seconds)} s`;
  return seconds <= lateSeconds
    ? good(found)
    : bad(found, 'start workers, or more of them; a held tenant or a paused agent waits as well');
}

async function lookAtSeals(database: Pick<Database, 'asSystem'>) {
  const [row] = await database.asSystem(
    (tx) => tx.$queryRaw<{ seconds: number | null; strays: number }[]>`
      select (select extract(epoch from now() - min(e.at))::int from audit.event e, audit.sealer mark
          where (e.tx, e.position) > (mark.tx, mark.position)) as seconds,
        (select count(*)::int from audit.stray) as strays`,
    { isReadOnly: true },
  );
  const { seconds = null, strays = 0 } = row ?? {};
  if (strays > 0)
    return bad(
      `${String(strays)} audit events can never be sealed`,
      'see operandi audit status: somebody wrote them past the platform, or a copy was restored',
    );
  if (seconds === null || seconds <= lateSeconds) return good('audit events are sealed');
  return bad(
    `audit events wait for their seal for ${String(seconds)} s`,
    'start a worker; see upkeep/horizon for what may hold it up',
  );
}

async function lookAtDeadJobs(database: Pick<Database, 'asSystem'>) {
  const [row] = await database.asSystem(
    (tx) => tx.$queryRaw<{ dead: number }[]>`
      select count(*)::int as dead from jobs.job
      where state = 'DEAD' and finished_at > now() - interval '1 day'`,
    { isReadOnly: true },
  );
  const dead = row?.dead ?? 0;
  return dead === 0
    ? good('no job has died within a day')
    : doubtful(
        `${String(dead)} jobs have died within a day`,
        'operandi jobs list --state DEAD shows why; operandi jobs redrive tries again',
      );
}

async function lookAtMonths(database: Pick<Database, 'asSystem'>) {
  const tables = await database.asSystem(
    (tx) => tx.$queryRaw<{ place: string; lacks: string[]; hasStrays: boolean }[]>`
      select place, lacks, has_strays as "hasStrays" from jobs.history_state()`,
    { isReadOnly: true },
  );
  const lacking = tables.flatMap(({ place, lacks }) => lacks.map((month) => `${place} ${month}`));
  if (lacking.length > 0)
    return bad(
      `tables of months are missing: ${lacking.join(', ')}`,
      'start a worker, which makes them within a minute; until then rows stand in a table for what is in no month',
    );
  const astray = tables.filter(({ hasStrays }) => hasStrays).map(({ place }) => place);
  return astray.length === 0
    ? good('history has the tables of this month and the next')
    : doubtful(
        `rows of no month that has a table stand in ${astray.map((place) => `${place}_other`).join(', ')}`,
        'clocks may be wrong, or ids were imported; they are read as all others, but no month can be dropped with them',
      );
}
