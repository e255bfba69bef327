import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { keep, readKept } from '../../app/kept.ts';
import { useSession } from '../../app/session.ts';
import { Button } from '../../ui/button.tsx';
import { Menu } from '../../ui/menu.tsx';
import { type JobsSearch, readJobsSearch } from './jobs-search.ts';

interface Props {
  readonly search: JobsSearch;
  readonly onShow: (search: JobsSearch) => void;
}

interface View {
  readonly name: string;
  readonly search: JobsSearch;
}

const given = {
  broken: { states: ['FAILED', 'DEAD'], since: '24h' },
  waiting: { states: ['WAITING'] },
  underway: { states: ['QUEUED', 'RUNNING'] },
} as const satisfies Readonly<Record<string, JobsSearch>>;

/** Filters that are wanted again; those of one's own are kept in this browser, for the tenant they were made in. */
export function Views({ search, onShow }: Props) {
  const { t } = useTranslation();
  const { viewer } = useSession();
  const place = `views:${viewer.tenant.id}`;
  const [views, setViews] = useState<readonly View[]>(() => readViews(place));
  const store = (next: readonly View[]): void => {
    keep(place, JSON.stringify(next));
    setViews(next);
  };
  const save = (): void => {
    // The browser's own question: it is asked once in a while and needs one line.
    const name = window.prompt(t('views.name'))?.trim();
    if (name) store([...views.filter((view) => view.name !== name), { name, search }]);
  };
  return (
    <Menu label={t('views.menu')}>
      {(Object.keys(given) as (keyof typeof given)[]).map((name) => (
        <Button key={name} kind="quiet" onClick={() => onShow(given[name])}>
          {t(`views.${name}`)}
        </Button>
      ))}
      {views.map((view) => (
        <span key={view.name} className="view-row">
          <Button kind="quiet" onClick={() => onShow(view.search)}>
            {view.name}
          </Button>
          <Button
            kind="quiet"
            title={t('views.forget', { name: view.name })}
            onClick={() => store(views.filter(({ name }) => name !== view.name))}
          >
            ×
          </Button>
        </span>
      ))}
      <Button kind="quiet" disabled={Object.keys(search).length === 0} onClick={save}>
        {t('views.save')}
      </Button>
    </Menu>
  );
}

function readViews(place: string): readonly View[] {
  try {
    const kept: unknown = JSON.parse(readKept(place) ?? '[]');
    if (!Array.isArray(kept)) return [];
    return kept.flatMap((view: unknown) => {
      if (typeof view !== 'object' || view === null) return [];
      const { name, search } = view as Record<string, unknown>;
      const isView = typeof name === 'string' && typeof search === 'object' && search !== null;
      return isView ? [{ name, search: readJobsSearch({ ...search }) }] : [];
    });
  } catch {
    return [];
  }
}
