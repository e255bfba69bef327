import { type InfiniteData, useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo, useRef } from 'react';

import {
  type JobFilter,
  type JobRowFragment,
  JobRowChangesDocument,
  JobRowsDocument,
  type JobRowsQuery,
} from '../../_generated/documents.ts';
import { useLive } from '../../app/live.ts';
import { useSession } from '../../app/session.ts';
import { filterOf, type JobsSearch } from './jobs-search.ts';
import { mergeChanges } from './merge-changes.ts';

type Pages = InfiniteData<JobRowsQuery, string | undefined>;

const gatherMs = 250;
/** A screen or two at first, for the sake of a quick answer; whoever scrolls on wants many. */
const firstRows = 50;
const moreRows = 100;

/** The listed jobs, page after page, and what happens to them meanwhile. */
export function useJobRows(search: JobsSearch) {
  const { client } = useSession();
  const cache = useQueryClient();
  const asked = JSON.stringify(search);
  const filter = useMemo(() => filterOf(JSON.parse(asked) as JobsSearch, Date.now()), [asked]);
  const key = useMemo(() => ['jobs', 'rows', asked], [asked]);
  const cursorKey = ['jobs', 'cursor', asked];
  const cursor = cache.getQueryData<string>(cursorKey);
  const query = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam, signal }) =>
      client.request(
        JobRowsDocument,
        {
          ...{ filter, orderBy: search.order ?? 'CREATED_DESC', after: pageParam },
          first: pageParam === undefined ? firstRows : moreRows,
        },
        { signal },
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ jobs: { pageInfo } }) =>
      pageInfo.hasNextPage ? (pageInfo.endCursor ?? undefined) : undefined,
    // What changes comes by itself, back from another view what came meanwhile; asking for a hundred pages again would help nobody.
    refetchOnWindowFocus: false,
    refetchOnMount: cursor === undefined,
  });
  const add = useGathered((changes) => {
    // A page that is under way is put behind those that there were when it was asked for: what is written now would be lost.
    if (cache.isFetching({ queryKey: key }) > 0) return false;
    cache.setQueryData<Pages>(key, (pages) => pages && mergeChanges(pages, changes, search));
    void cache.invalidateQueries({ queryKey: ['jobs', 'total'] });
    return true;
  });
  useLive({
    document: JobRowChangesDocument,
    // Of a job that leaves a state one has to be told, too: states are looked at here.
    variables: { filter: withoutStates(filter) },
    cursorOf: ({ jobChanges }) => jobChanges.cursor,
    onData: ({ jobChanges }) => {
      add(jobChanges.job);
      cache.setQueryData(cursorKey, jobChanges.cursor);
    },
    after: cursor,
    onBack: () => void query.refetch(),
  });
  const rows = useMemo(
    () => query.data?.pages.flatMap(({ jobs }) => jobs.nodes) ?? [],
    [query.data],
  );
  return { query, rows, filter };
}

function withoutStates({ states: _states, ...filter }: JobFilter): JobFilter {
  return filter;
}

/** Hands changes on in groups, later where they cannot be taken now: a thousand a second are drawn four times. */
function useGathered(onChanges: (changes: readonly JobRowFragment[]) => boolean) {
  const gathered = useRef<JobRowFragment[]>([]);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const latest = useRef(onChanges);
  useEffect(() => {
    latest.current = onChanges;
  });
  useEffect(() => () => clearTimeout(timer.current), []);
  const handOn = (): void => {
    const areTaken = latest.current(gathered.current);
    if (areTaken) gathered.current = [];
    timer.current = areTaken ? undefined : setTimeout(handOn, gatherMs);
  };
  return (row: JobRowFragment): void => {
    gathered.current.push(row);
    timer.current ??= setTimeout(handOn, gatherMs);
  };
}
