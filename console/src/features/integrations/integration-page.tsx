import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { IntegrationWholeDocument, TestItDocument } from '../../_generated/documents.ts';
import { useAsk, useDeed } from '../../app/ask.ts';
import { useSession } from '../../app/session.ts';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { Facts } from '../../ui/facts.tsx';
import { JsonView } from '../../ui/json-view.tsx';
import { Page } from '../../ui/page.tsx';
import { Problems } from '../../ui/problems.tsx';
import { Remote } from '../../ui/remote.tsx';
import { duration, Time } from '../../ui/time.tsx';
import type { Integration } from './integration.ts';
import { CredentialDialog } from './credential-dialog.tsx';
import { Health } from './health.tsx';
import { RecentCalls } from './recent-calls.tsx';

/** One connection: its settings, whether it answers, what it can do and what it did. */
export function IntegrationPage() {
  const { t } = useTranslation();
  const { may } = useSession();
  const { name } = useParams({ from: '/integrations/$name' });
  const [isOpen, setOpen] = useState(false);
  const query = useAsk({
    key: ['integrations', 'whole', name],
    document: IntegrationWholeDocument,
    variables: { name },
    refetchMs: 10_000,
  });
  const test = useDeed({ document: TestItDocument, problems: ({ answer }) => answer.userErrors });
  const integration = query.data?.integration ?? undefined;
  const outcome = test.data?.answer;
  return (
    <Page
      title={name}
      beside={integration && <span className="tag">{integration.kind}</span>}
      above={
        <nav className="crumbs" aria-label={t('crumbs')}>
          <Link to="/integrations">{t('place.integrations')}</Link>
        </nav>
      }
      actions={
        integration &&
        may('INTEGRATIONS_MANAGE') && (
          <>
            <Button
              isBusy={test.isPending}
              onClick={() => test.mutate({ input: { id: integration.id } })}
            >
              {t('integrations.test')}
            </Button>
            <Button kind="primary" onClick={() => setOpen(true)}>
              {t('integrations.setCredential')}
            </Button>
          </>
        )
      }
    >
      <Problems error={test.error} />
      <p role="status">
        {outcome !== undefined && (
          <span className={outcome.isReachable ? 'verdict good' : 'verdict bad'}>
            {outcome.isReachable ? '✓' : '✗'} {outcome.message} ({duration(outcome.durationMs)})
          </span>
        )}
      </p>
      <Remote query={query}>
        {() =>
          integration === undefined ? (
            <Empty title={t('integrations.missing')} />
          ) : (
            <Whole integration={integration} />
          )
        }
      </Remote>
      {isOpen && integration !== undefined && (
        <CredentialDialog integration={integration} onClose={() => setOpen(false)} />
      )}
    </Page>
  );
}

function Whole({ integration }: { readonly integration: Integration }) {
  const { t } = useTranslation();
  const { credential, updatedAt, config, operations, calls } = integration;
  return (
    <>
      <Facts
        facts={[
          [
            t('integrations.credential'),
            t(credential.isSet ? 'integrations.hasCredential' : 'integrations.noCredential', {
              version: credential.version,
            }),
          ],
          [t('integrations.changed'), <Time key="at" at={updatedAt} />],
        ]}
      />
      <section aria-labelledby="health">
        <h2 id="health">{t('integrations.standing')}</h2>
        <Health integration={integration} />
      </section>
      <h2>{t('integrations.calls')}</h2>
      <RecentCalls calls={calls.nodes} />
      <div className="columns">
        <section>
          <h2>{t('integrations.operations')}</h2>
          {operations.length === 0 && <Empty title={t('integrations.noOperations')} />}
          <ul className="list">
            {operations.map((operation) => (
              <li key={operation.name}>
                <details>
                  <summary>
                    <code>{operation.name}</code>
                    <span className="quiet">{operation.description}</span>
                  </summary>
                  <JsonView
                    value={{ arguments: operation.arguments, result: operation.result }}
                    label={operation.name}
                  />
                </details>
              </li>
            ))}
          </ul>
        </section>
        <section>
          <h2>{t('integrations.config')}</h2>
          <JsonView value={config} label={t('integrations.config')} />
        </section>
      </div>
    </>
  );
}
