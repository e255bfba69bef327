import { Link, useParams, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import { AgentWholeDocument, UnpauseDocument } from '../../_generated/documents.ts';
import { useAsk, useDeed } from '../../app/ask.ts';
import { useSession } from '../../app/session.ts';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { Facts } from '../../ui/facts.tsx';
import { Page } from '../../ui/page.tsx';
import { Problems } from '../../ui/problems.tsx';
import { Remote } from '../../ui/remote.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { TextView } from '../../ui/text-view.tsx';
import { exactTime, Time } from '../../ui/time.tsx';
import type { Agent } from './agent.ts';
import { ArchiveButton } from './archive-button.tsx';
import { SchemasTab } from './schemas-tab.tsx';
import { TryTab } from './try-tab.tsx';
import { VersionsTab } from './versions-tab.tsx';

const tabs = ['definition', 'try', 'versions', 'schemas'] as const;

/** One agent: what it does, what it did before, and trying it. */
export function AgentPage() {
  const { t } = useTranslation();
  const { may } = useSession();
  const { namespace, name } = useParams({ from: '/agents/$namespace/$name' });
  const { tab } = useSearch({ from: '/agents/$namespace/$name' });
  const current = tabs.find((one) => one === tab) ?? 'definition';
  const query = useAsk({
    key: ['agents', 'whole', namespace, name],
    document: AgentWholeDocument,
    variables: { namespace, name },
  });
  const agent = query.data?.agent ?? undefined;
  return (
    <Page
      title={name}
      beside={agent && <span className="count">v{agent.current.version}</span>}
      above={
        <nav className="crumbs" aria-label={t('crumbs')}>
          <Link to="/agents">{t('place.agents')}</Link> {namespace}
        </nav>
      }
      actions={
        agent && (
          <>
            <Link className="button plain" to="/jobs" search={{ agent: `${namespace}/${name}` }}>
              {t('agents.jobs')}
            </Link>
            <Link
              className="button plain"
              to="/schedules"
              search={{ agent: `${namespace}/${name}` }}
            >
              {t('agents.schedules')}
            </Link>
            {may('AGENTS_PUBLISH') && agent.archivedAt === null && <ArchiveButton agent={agent} />}
          </>
        )
      }
    >
      <Remote query={query}>
        {() =>
          agent === undefined ? (
            <Empty title={t('agents.missing')} />
          ) : (
            <>
              <Standing agent={agent} />
              <Tabs
                label={t('agents.parts')}
                current={current}
                tabs={tabs.map((one) => [one, t(`agents.tab.${one}`)] as const)}
              />
              <section className="tab">
                {partOf(current, agent, t('agents.tab.definition'))}
              </section>
            </>
          )
        }
      </Remote>
    </Page>
  );
}

function partOf(tab: (typeof tabs)[number], agent: Agent, label: string) {
  switch (tab) {
    case 'definition':
      return <TextView text={agent.current.definition} label={label} />;
    case 'try':
      return <TryTab agent={agent} />;
    case 'versions':
      return <VersionsTab agent={agent} />;
    case 'schemas':
      return <SchemasTab agent={agent} />;
  }
}

function Standing({ agent }: { readonly agent: Agent }) {
  const { t } = useTranslation();
  const { may } = useSession();
  const unpause = useDeed({
    document: UnpauseDocument,
    problems: ({ answer }) => answer.userErrors,
    changes: [['agents']],
  });
  const { schedule } = agent;
  return (
    <>
      <Facts
        facts={[
          [t('agents.column.published'), <Time key="at" at={agent.current.createdAt} />],
          schedule === null ? undefined : [t('agents.column.schedule'), schedule.kind],
          schedule?.nextAt == null
            ? undefined
            : [t('agents.column.next'), exactTime(schedule.nextAt)],
          agent.archivedAt === null
            ? undefined
            : [t('agents.isArchived'), <Time key="at" at={agent.archivedAt} />],
          [t('agents.hash'), <code key="hash">{agent.current.hash.slice(0, 12)}</code>],
        ]}
      />
      {agent.pausedAt !== null && (
        <p className="notice bad">
          {agent.pauseReason}{' '}
          {may('AGENTS_PUBLISH') && (
            <Button
              isBusy={unpause.isPending}
              onClick={() => unpause.mutate({ input: { id: agent.id } })}
            >
              {t('agents.unpause')}
            </Button>
          )}
        </p>
      )}
      <Problems error={unpause.error} />
    </>
  );
}
