import { useTranslation } from 'react-i18next';

import { type HookRowFragment, PingHookDocument } from '../../_generated/documents.ts';
import { useDeed } from '../../app/ask.ts';
import { useSession } from '../../app/session.ts';
import { Button } from '../../ui/button.tsx';
import { Facts } from '../../ui/facts.tsx';
import { Problems } from '../../ui/problems.tsx';
import { Time } from '../../ui/time.tsx';
import { Deliveries } from './deliveries.tsx';

/** One receiver: what it is told of, how it does, and what it got last. */
export function HookCard({ hook }: { readonly hook: HookRowFragment }) {
  const { t } = useTranslation();
  const { may } = useSession();
  const ping = useDeed({
    document: PingHookDocument,
    problems: ({ answer }) => answer.userErrors,
    changes: [['webhooks']],
  });
  const { id, url, description, events, agents, isEnabled, disabledReason, failingSince } = hook;
  return (
    <li className="card" aria-labelledby={`hook-${id}`}>
      <header className="card-head">
        <h2 id={`hook-${id}`} className="wrap">
          {url}
        </h2>
        {may('INTEGRATIONS_MANAGE') && isEnabled && (
          <Button isBusy={ping.isPending} onClick={() => ping.mutate({ input: { id } })}>
            {t('webhooks.ping')}
            <span className="unseen">: {url}</span>
          </Button>
        )}
      </header>
      {description !== null && <p className="quiet">{description}</p>}
      <Facts
        facts={[
          [t('webhooks.events'), events.join(', ')],
          [t('webhooks.agents'), agents.join(', ')],
          isEnabled ? undefined : [t('webhooks.disabled'), disabledReason ?? ''],
          failingSince === null
            ? undefined
            : [t('webhooks.failing'), <Time key="at" at={failingSince} />],
        ]}
      />
      <Problems error={ping.error} />
      <Deliveries rows={hook.deliveries.nodes} url={url} />
    </li>
  );
}
