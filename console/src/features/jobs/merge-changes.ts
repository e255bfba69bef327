import type { InfiniteData } from '@tanstack/react-query';

import type { JobRowFragment, JobRowsQuery } from '../../_generated/documents.ts';
import type { JobsSearch } from './jobs-search.ts';

type Pages = InfiniteData<JobRowsQuery, string | undefined>;

/** The list after jobs have changed: rows move in place, new ones come on top, and those of another state go. */
export function mergeChanges(
  pages: Pages,
  changes: readonly JobRowFragment[],
  search: JobsSearch,
): Pages {
  const changed = new Map(changes.map((row) => [row.id, row]));
  const isShown = ({ state }: JobRowFragment): boolean => search.states?.includes(state) ?? true;
  const known = new Set<string>();
  const merged = pages.pages.map((page) => ({
    ...page,
    jobs: {
      ...page.jobs,
      nodes: page.jobs.nodes
        .map((row) => {
          known.add(row.id);
          return changed.get(row.id) ?? row;
        })
        .filter(isShown),
    },
  }));
  const [first, ...rest] = merged;
  const isNewestFirst = search.order === undefined;
  if (first === undefined || !isNewestFirst) return { ...pages, pages: merged };
  const oldest = merged.at(-1)?.jobs.nodes.at(-1)?.createdAt ?? '';
  const hasMore = merged.at(-1)?.jobs.pageInfo.hasNextPage === true;
  const fresh = [...changed.values()]
    .filter((row) => !known.has(row.id) && isShown(row))
    // What is older than all that is shown belongs to pages that were not asked for yet.
    .filter((row) => !hasMore || row.createdAt >= oldest);
  const nodes = [...fresh, ...first.jobs.nodes].sort((one, other) => (one.id < other.id ? 1 : -1));
  return { ...pages, pages: [{ ...first, jobs: { ...first.jobs, nodes } }, ...rest] };
}
