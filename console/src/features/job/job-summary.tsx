import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import { JobApprovalsHereDocument, type JobWholeFragment } from '../../_generated/documents.ts';
import { useAsk } from '../../app/ask.ts';
import { Facts } from '../../ui/facts.tsx';
import { JsonView } from '../../ui/json-view.tsx';
import { duration, Time } from '../../ui/time.tsx';

/** What one wants to know first: whose it is, when, and why it stands where it stands. */
export function JobSummary({ job }: { readonly job: JobWholeFragment }) {
  const { t } = useTranslation();
  const { agent, agentVersion, parent, blockedBy, error } = job;
  const { namespace, name } = agent;
  const { version } = agentVersion;
  return (
    <>
      <Facts
        facts={[
          [
            t('job.agent'),
            <Link key="agent" to="/agents/$namespace/$name" params={{ namespace, name }}>
              {namespace}/{name} v{version}
            </Link>,
          ],
          [t('job.created'), <Time key="at" at={job.createdAt} />],
          job.startedAt === null
            ? undefined
            : [t('job.waited'), duration(Date.parse(job.startedAt) - Date.parse(job.createdAt))],
          job.startedAt === null || job.finishedAt === null
            ? undefined
            : [t('job.took'), duration(Date.parse(job.finishedAt) - Date.parse(job.startedAt))],
          [t('job.priority'), t(`priority.${job.priority}`)],
          job.submitter === null ? undefined : [t('job.submitter'), job.submitter],
          job.attempts === 0 ? undefined : [t('job.attempts'), job.attempts],
          job.wakesAt === null ? undefined : [t('job.wakes'), <Time key="at" at={job.wakesAt} />],
          job.idempotencyKey === null ? undefined : [t('job.key'), job.idempotencyKey],
          parent === null
            ? undefined
            : [
                t('job.parent'),
                <Link key="parent" to="/jobs/$id" params={{ id: parent.id }}>
                  {parent.id}
                </Link>,
              ],
          ...job.labels.map(({ key, value }) => [key, value] as const),
          blockedBy === null
            ? undefined
            : [
                t('job.blocked'),
                `${t(`job.limit.${blockedBy.reason}`)} ${blockedBy.key ?? ''} ${blockedBy.used}/${blockedBy.limit}`,
              ],
        ]}
      />
      {job.state === 'WAITING' && <Pending id={job.id} />}
      {error !== null && (
        <section className="fault" aria-label={t('job.error')}>
          <p className="fault-title">
            <strong>{error.title ?? error.type}</strong> <code>{error.status}</code>
          </p>
          {error.detail !== null && <p className="pre">{error.detail}</p>}
          <p className="quiet wrap">
            {error.instance} · {error.type}
          </p>
          {error.response != null && (
            <details>
              <summary>{t('job.response')}</summary>
              <JsonView value={error.response} label={t('job.response')} />
            </details>
          )}
        </section>
      )}
    </>
  );
}

/** A job that waits for people says for whose decision. */
function Pending({ id }: { readonly id: string }) {
  const { t } = useTranslation();
  const { data } = useAsk({
    key: ['job', id, 'approvals'],
    document: JobApprovalsHereDocument,
    variables: { id },
  });
  const pending = data?.job?.approvals.filter(({ state }) => state === 'PENDING') ?? [];
  return pending.map((approval) => (
    <p key={approval.id} className="notice">
      {t('job.asks')} <strong>{approval.title}</strong>{' '}
      <Link to="/approvals">{t(approval.canDecide ? 'job.decide' : 'job.look')}</Link>
    </p>
  ));
}
