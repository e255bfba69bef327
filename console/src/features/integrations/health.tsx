import { useTranslation } from 'react-i18next';

import { ForgetAnswersDocument } from '../../_generated/documents.ts';
import { useDeed } from '../../app/ask.ts';
import { useSession } from '../../app/session.ts';
import { Button } from '../../ui/button.tsx';
import { Facts } from '../../ui/facts.tsx';
import { Problems } from '../../ui/problems.tsx';
import { duration, Time } from '../../ui/time.tsx';
import { BreakerTag } from './breaker-tag.tsx';
import type { Integration } from './integration.ts';

/** How the calls of the last hour went over all workers: whether they are paused, failures by kind, times and the cache. */
export function Health({ integration }: { readonly integration: Integration }) {
  const { t } = useTranslation();
  const { health } = integration;
  const { calls, succeeded, underWay, failures, p50Ms, p95Ms, ratePerSecond } = health;
  return (
    <>
      <p className="quiet">
        {t(health.isWhole ? 'integrations.since' : 'integrations.newest')}{' '}
        <Time at={health.since} />
      </p>
      <Facts
        facts={[
          [t('integrations.breaker.is'), <BreakerTag key="breaker" state={health.breaker} />],
          [
            t('integrations.rate'),
            ratePerSecond === null
              ? t('integrations.anyRate')
              : t('integrations.perSecond', { count: ratePerSecond }),
          ],
          [t('integrations.made'), t('integrations.health', { good: succeeded, of: calls })],
          [t('state.INTENDED'), underWay],
          ...failures.map(({ kind, count }) => [t(`integrations.failure.${kind}`), count] as const),
          p50Ms === null ? undefined : [t('integrations.p50'), duration(p50Ms)],
          p95Ms === null ? undefined : [t('integrations.p95'), duration(p95Ms)],
          [t('integrations.cache'), t('integrations.cacheUse', health.cache)],
        ]}
      />
      <Forget id={integration.id} />
    </>
  );
}

function Forget({ id }: { readonly id: string }) {
  const { t } = useTranslation();
  const { may } = useSession();
  const forget = useDeed({
    document: ForgetAnswersDocument,
    problems: ({ answer }) => answer.userErrors,
    changes: [['integrations']],
  });
  if (!may('INTEGRATIONS_MANAGE')) return null;
  return (
    <>
      <Problems error={forget.error} />
      <p role="status">{forget.isSuccess && t('integrations.forgotten')}</p>
      <Button isBusy={forget.isPending} onClick={() => forget.mutate({ input: { id } })}>
        {t('integrations.forget')}
      </Button>
    </>
  );
}
