import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import {
  ChangeScheduleDocument,
  MakeScheduleDocument,
  ScheduleWholeDocument,
} from '../../_generated/documents.ts';
import { useAsk, useDeed } from '../../app/ask.ts';
import { Empty } from '../../ui/empty.tsx';
import { Page } from '../../ui/page.tsx';
import { Remote } from '../../ui/remote.tsx';
import { readersZone } from '../../ui/time.tsx';
import { createInput, draftOf, newDraft, updateInput } from './draft.ts';
import type { Schedule } from './schedule.ts';
import { ScheduleForm } from './schedule-form.tsx';

const changes = [['schedules']];

/** Makes a schedule of its own. */
export function NewSchedulePage() {
  const { t } = useTranslation();
  const { agent = '' } = useSearch({ from: '/schedules/new' });
  const navigate = useNavigate();
  const make = useDeed({
    document: MakeScheduleDocument,
    problems: ({ answer }) => answer.userErrors,
    changes,
  });
  return (
    <Page title={t('schedules.new')} above={<Crumbs />}>
      <ScheduleForm
        start={newDraft(agent, readersZone())}
        isNew
        error={make.error}
        isBusy={make.isPending}
        onSend={async (draft) => {
          const { answer } = await make.mutateAsync({ input: createInput(draft) });
          if (answer.schedule !== null)
            await navigate({ to: '/schedules/$id', params: { id: answer.schedule.id } });
        }}
      />
    </Page>
  );
}

/** Changes one. */
export function EditSchedulePage() {
  const { t } = useTranslation();
  const { id } = useParams({ from: '/schedules/$id/edit' });
  const query = useAsk({
    key: ['schedules', 'whole', id],
    document: ScheduleWholeDocument,
    variables: { id },
  });
  const schedule = query.data?.schedule ?? undefined;
  return (
    <Page title={schedule?.name ?? t('schedules.one')} above={<Crumbs />}>
      <Remote query={query}>
        {() =>
          schedule === undefined || schedule.name === null ? (
            <Empty title={t(schedule ? 'schedules.ofDocumentHint' : 'schedules.missing')} />
          ) : (
            <Change schedule={schedule} />
          )
        }
      </Remote>
    </Page>
  );
}

function Change({ schedule }: { readonly schedule: Schedule }) {
  const navigate = useNavigate();
  const { id } = schedule;
  const change = useDeed({
    document: ChangeScheduleDocument,
    problems: ({ answer }) => answer.userErrors,
    changes,
  });
  const before = draftOf(schedule);
  return (
    <ScheduleForm
      start={before}
      isNew={false}
      error={change.error}
      isBusy={change.isPending}
      onSend={async (draft) => {
        await change.mutateAsync({ input: updateInput(id, before, draft) });
        await navigate({ to: '/schedules/$id', params: { id } });
      }}
    />
  );
}

function Crumbs() {
  const { t } = useTranslation();
  return (
    <nav className="crumbs" aria-label={t('crumbs')}>
      <Link to="/schedules">{t('place.schedules')}</Link>
    </nav>
  );
}
