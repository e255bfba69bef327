import { Prisma } from '../../prisma/_generated/client.ts';
import type { Transaction } from '../../kernel/database/database.ts';
import type { Window } from '../pagination.ts';
import { inStates, jobConditions, type JobSearch, type JobState } from './job-conditions.ts';

/** By which time jobs are listed, and which end of it comes first. */
export const jobOrders = ['CREATED_DESC', 'CREATED_ASC', 'FINISHED_DESC', 'FINISHED_ASC'] as const;

export type JobOrder = (typeof jobOrders)[number];

/** Where a job stands in a list: its time as the database writes it, and its id. */
export interface JobPlace {
  readonly id: string;
  readonly at: string;
}

interface Page {
  readonly search: JobSearch;
  readonly order: JobOrder;
  readonly window: Window;
}

/** A page with what a look into the indexes has shown. */
interface PlannedPage extends Page {
  /** True where sorting the jobs of a group is cheaper than looking for them among all. */
  readonly isOfFew: boolean;
}

/** So many jobs are sorted rather than looked for. */
const mostSorted = 5_000;

/** What ends so is found by indexes of its own, among however many that do not. */
const badEnds: readonly JobState[] = ['FAILED', 'CANCELLED', 'DEAD'];

/**
 * The places of a page in the order of the walk. Each group of states is walked along an index in that order for one
 * page at most, and the pages are merged.
 */
export async function findJobPlaces(tx: Transaction, page: Page): Promise<readonly JobPlace[]> {
  const states = page.search.filter.states ?? undefined;
  const groups = groupsOf(isByEnd(page.order) ? states?.filter(isEnd) : states);
  if (groups.length === 0) return [];
  const walks: Prisma.Sql[] = [];
  for (const group of groups) {
    const isOfFew = isByEnd(page.order) && (await hasFewJobs(tx, page.search, group));
    walks.push(Prisma.sql`(${walkOf({ ...page, isOfFew }, group)})`);
  }
  return tx.$queryRaw<readonly JobPlace[]>`
    select id::text, at::text from (${Prisma.join(walks, ' union all ')}) as found
    order by found.at ${direction(page)}, found.id ${direction(page)} limit ${page.window.take}`;
}

function isEnd(state: JobState): boolean {
  return state === 'SUCCEEDED' || badEnds.includes(state);
}

async function hasFewJobs(
  tx: Transaction,
  { tenantId, agent, filter }: JobSearch,
  states: readonly JobState[] | undefined,
): Promise<boolean> {
  const { createdFrom, createdBefore } = filter;
  const isNarrow = agent !== undefined || Boolean(createdFrom) || Boolean(createdBefore);
  if (!isNarrow && !isRare(states)) return false;
  const conditions = [
    ...jobConditions({ tenantId, filter: { createdFrom, createdBefore } }),
    ...(states !== undefined && isRare(states) ? [inStates(states)] : ofVersions(agent)),
  ];
  const rows = await tx.$queryRaw<readonly unknown[]>`
    select from jobs.job as job where ${Prisma.join(conditions, ' and ')} limit ${mostSorted + 1}`;
  return rows.length <= mostSorted;
}

function isRare(states: readonly JobState[] | undefined): boolean {
  return states?.every((state) => badEnds.includes(state)) === true;
}

function ofVersions(agent: JobSearch['agent']): readonly Prisma.Sql[] {
  return agent ? [Prisma.sql`job.agent_version_id = any(${agent.versionIds}::uuid[])`] : [];
}

/** Undefined stands for a walk over all states. */
function groupsOf(
  states: readonly JobState[] | undefined,
): readonly (readonly JobState[] | undefined)[] {
  if (states === undefined) return [undefined];
  const wanted = [...new Set(states)];
  const over = wanted.filter((state) => state === 'SUCCEEDED');
  const live = wanted.filter((state) => state !== 'SUCCEEDED' && !badEnds.includes(state));
  const bad = wanted.filter((state) => badEnds.includes(state)).map((state) => [state]);
  return [...bad, live, over].filter((group) => group.length > 0);
}

function walkOf(page: PlannedPage, states: readonly JobState[] | undefined): Prisma.Sql {
  const { search, order } = page;
  const conditions = [
    ...jobConditions(search),
    ...(isByEnd(order) ? endsOf(search) : []),
    ...(states === undefined ? [] : [inStates(states)]),
  ];
  const [label] = search.filter.labels ?? [];
  if (page.isOfFew) return sorted(page, { conditions, isRare: isRare(states) });
  if (isByEnd(order)) return alongJobs(page, conditions);
  if (label !== undefined) return alongLabel(page, label, conditions);
  return search.agent !== undefined && !isRare(states)
    ? alongVersions(page, search.agent.versionIds, conditions)
    : alongJobs(page, conditions);
}

/** No job ends before it was submitted, so that the walk need not begin before that. */
function endsOf({ filter: { createdFrom } }: JobSearch): readonly Prisma.Sql[] {
  return createdFrom
    ? [Prisma.sql`job.finished_at >= ${createdFrom}::timestamptz`]
    : [Prisma.sql`job.finished_at is not null`];
}

function alongJobs(page: Page, conditions: readonly Prisma.Sql[]): Prisma.Sql {
  const at = isByEnd(page.order) ? Prisma.raw('job.finished_at') : Prisma.raw('job.created_at');
  const bounds = boundsOf(page, at, Prisma.raw('job.id'));
  return Prisma.sql`select job.id, ${at} as at from jobs.job as job
    where ${Prisma.join([...conditions, ...bounds], ' and ')}
    order by ${at} ${direction(page)}, job.id ${direction(page)} limit ${page.window.take}`;
}

function alongLabel(
  page: Page,
  { key, value }: { readonly key: string; readonly value: string },
  conditions: readonly Prisma.Sql[],
): Prisma.Sql {
  const { filter, tenantId } = page.search;
  const at = Prisma.raw('label.created_at');
  // The times of a job are those of its label, so that the index of labels is cut by them too.
  const times = [
    ...(filter.createdFrom ? [Prisma.sql`${at} >= ${filter.createdFrom}::timestamptz`] : []),
    ...(filter.createdBefore ? [Prisma.sql`${at} < ${filter.createdBefore}::timestamptz`] : []),
  ];
  const all = [...conditions, ...times, ...boundsOf(page, at, Prisma.raw('label.job_id'))];
  return Prisma.sql`select job.id, ${at} as at from jobs.job_label as label join jobs.job as job on job.id = label.job_id
    where label.tenant_id = ${tenantId}::uuid and label.key = ${key} and label.value = ${value}
      and ${Prisma.join(all, ' and ')}
    order by ${at} ${direction(page)}, label.job_id ${direction(page)} limit ${page.window.take}`;
}

function alongVersions(
  page: Page,
  versionIds: readonly string[],
  conditions: readonly Prisma.Sql[],
): Prisma.Sql {
  const own = [...conditions, Prisma.sql`job.agent_version_id = version.id`];
  return Prisma.sql`select walked.id, walked.at
    from unnest(${versionIds}::uuid[]) as version(id) cross join lateral (${alongJobs(page, own)}) as walked`;
}

/**
 * Few jobs in an order that no index has. What keeps the planner from reading the whole table or walking another index: of a
 * rare state the order of its index, up to more than there are; else `offset 0`.
 */
function sorted(
  page: Page,
  few: { readonly conditions: readonly Prisma.Sql[]; readonly isRare: boolean },
): Prisma.Sql {
  const bounds = boundsOf(page, Prisma.raw('job.finished_at'), Prisma.raw('job.id'));
  const own = few.isRare ? [] : ofVersions(page.search.agent);
  const barrier = few.isRare
    ? Prisma.sql`order by job.created_at, job.id limit ${2 * mostSorted}`
    : Prisma.raw('offset 0');
  return Prisma.sql`select few.id, few.at from (
      select job.id, job.finished_at as at from jobs.job as job
      where ${Prisma.join([...few.conditions, ...own, ...bounds], ' and ')} ${barrier}) as few
    order by few.at ${direction(page)}, few.id ${direction(page)} limit ${page.window.take}`;
}

function boundsOf(page: Page, at: Prisma.Sql, id: Prisma.Sql): readonly Prisma.Sql[] {
  const { window, order } = page;
  const isAscending = order.endsWith('_ASC');
  const [lower, upper] = isAscending
    ? [window.after, window.before]
    : [window.before, window.after];
  return [
    ...(lower ? [Prisma.sql`(${at}, ${id}) > (${lower[0]}::timestamptz, ${lower[1]}::uuid)`] : []),
    ...(upper ? [Prisma.sql`(${at}, ${id}) < (${upper[0]}::timestamptz, ${upper[1]}::uuid)`] : []),
  ];
}

function isByEnd(order: JobOrder): boolean {
  return order.startsWith('FINISHED');
}

function direction({ order, window }: Page): Prisma.Sql {
  return Prisma.raw(order.endsWith('_ASC') === window.isBackward ? 'desc' : 'asc');
}
