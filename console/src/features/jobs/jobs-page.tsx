import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { JobTotalDocument } from '../../_generated/documents.ts';
import { useAsk } from '../../app/ask.ts';
import { useSession } from '../../app/session.ts';
import { Button } from '../../ui/button.tsx';
import { Menu } from '../../ui/menu.tsx';
import { Page } from '../../ui/page.tsx';
import { Remote } from '../../ui/remote.tsx';
import { JobFilters } from './job-filters.tsx';
import { JobTable } from './job-table.tsx';
import type { JobsSearch } from './jobs-search.ts';
import { NoJobs } from './no-jobs.tsx';
import { useJobRows } from './use-job-rows.ts';
import { Views } from './views.tsx';

const BulkDialog = lazy(async () => ({
  default: (await import('./bulk-dialog.tsx')).BulkDialog,
}));

const acts = ['CANCEL', 'PAUSE', 'RESUME', 'REDRIVE'] as const;

/** All jobs that a filter shows, live. */
export function JobsPage() {
  const { t } = useTranslation();
  const { may } = useSession();
  const search: JobsSearch = useSearch({ from: '/jobs' });
  const navigate = useNavigate({ from: '/jobs' });
  const { query, rows, filter } = useJobRows(search);
  const [chosen, setChosen] = useState<readonly string[]>([]);
  // Two at most: a third takes the place of the first.
  const choose = useCallback(
    (id: string) =>
      setChosen((before) =>
        before.includes(id) ? before.filter((one) => one !== id) : [...before.slice(-1), id],
      ),
    [],
  );
  const [a, b] = chosen;
  const [act, setAct] = useState<(typeof acts)[number]>();
  const isFiltered = Object.keys(filter).length > 0;
  const show = (next: JobsSearch) => void navigate({ search: next, replace: true });
  return (
    <Page
      title={t('place.jobs')}
      beside={<Total filter={filter} />}
      actions={
        <>
          {a !== undefined && (
            <Link
              className="button plain"
              to="/jobs/compare"
              search={{ a, ...(b !== undefined && { b }) }}
            >
              {t('compare.chosen', { count: chosen.length })}
            </Link>
          )}
          <Views search={search} onShow={show} />
          {may('JOBS_OPERATE') && (
            <Menu label={t('bulk.menu')}>
              {acts.map((one) => (
                <Button
                  key={one}
                  kind="quiet"
                  disabled={!isFiltered}
                  title={isFiltered ? undefined : t('bulk.needsFilter')}
                  onClick={() => setAct(one)}
                >
                  {t(`bulk.${one}`)}
                </Button>
              ))}
            </Menu>
          )}
        </>
      }
    >
      <JobFilters search={search} onShow={show} />
      <Remote query={query} rows={12}>
        {() =>
          rows.length === 0 ? (
            <NoJobs isFiltered={isFiltered} onClear={() => show({})} />
          ) : (
            <JobTable
              rows={rows}
              hasMore={query.hasNextPage}
              chosen={chosen}
              onChoose={choose}
              onMore={() => {
                if (!query.isFetchingNextPage && !query.isError) void query.fetchNextPage();
              }}
            />
          )
        }
      </Remote>
      {act !== undefined && (
        <Suspense>
          <BulkDialog act={act} filter={filter} onClose={() => setAct(undefined)} />
        </Suspense>
      )}
    </Page>
  );
}

function Total({ filter }: { readonly filter: ReturnType<typeof useJobRows>['filter'] }) {
  const { i18n } = useTranslation();
  const { data } = useAsk({
    key: ['jobs', 'total', filter],
    document: JobTotalDocument,
    variables: { filter },
    isKept: true,
  });
  if (data === undefined) return null;
  const { count, isEstimate } = data.jobs.totalCount;
  return (
    <span className="count">
      {isEstimate && '≈ '}
      {count.toLocaleString(i18n.language)}
    </span>
  );
}
