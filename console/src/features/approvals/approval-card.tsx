import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { AskedFragment } from '../../_generated/documents.ts';
import { useSession } from '../../app/session.ts';
import { Button } from '../../ui/button.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { exactTime, Time } from '../../ui/time.tsx';
import { ValueTable } from '../../ui/value-table.tsx';
import { DecideForm } from './decide-form.tsx';
import { LinkDialog } from './link-dialog.tsx';
import { TakeBack } from './take-back.tsx';

/** One question: what is asked, about what, until when, who may answer, and what was said. */
export function ApprovalCard({ approval }: { readonly approval: AskedFragment }) {
  const { t } = useTranslation();
  const { id, title, description, data, state, createdAt, expiresAt, decisions } = approval;
  return (
    <li className="card approval" aria-labelledby={`approval-${id}`}>
      <header>
        <h2 id={`approval-${id}`}>{title}</h2>
        <StateBadge state={state} />
      </header>
      {description !== null && <p className="pre">{description}</p>}
      {data != null && <ValueTable value={data} label={t('approvals.data')} />}
      <p className="quiet">
        {t('approvals.asked')} <Time at={createdAt} />
        {expiresAt !== null && state === 'PENDING' && (
          <span title={exactTime(expiresAt)}>
            {' · '}
            {t('approvals.until')} <Time at={expiresAt} />
          </span>
        )}
        {' · '}
        <Link to="/jobs/$id" params={{ id: approval.job.id }}>
          {t('approvals.job')}
        </Link>
      </p>
      <Who approval={approval} />
      {decisions.length > 0 && (
        <ul className="decisions">
          {decisions.map((decision) => (
            <li key={`${decision.decidedById} ${decision.decidedAt}`}>
              <StateBadge state={decision.approve ? 'APPROVED' : 'REJECTED'} /> {decision.decidedBy}{' '}
              <Time at={decision.decidedAt} />
              {decision.onBehalfOf !== null && (
                <span className="quiet">
                  {' '}
                  {t('approvals.decidedFor', { who: decision.onBehalfOf })}
                </span>
              )}
              {decision.comment !== null && <blockquote>{decision.comment}</blockquote>}
              {decision.data != null && (
                <ValueTable value={decision.data} label={t('approvals.filledIn')} />
              )}
            </li>
          ))}
        </ul>
      )}
      <TakeBack approval={approval} />
      {state === 'PENDING' && approval.canDecide && (
        <DecideForm id={id} title={title} form={approval.form} />
      )}
      {state === 'PENDING' && approval.settlesAt === null && <LinkButton approval={approval} />}
    </li>
  );
}

/** For who may send others a link to decide by. */
function LinkButton({ approval }: { readonly approval: AskedFragment }) {
  const { t } = useTranslation();
  const { may } = useSession();
  const [isOpen, setOpen] = useState(false);
  if (!may('APPROVALS_LINK')) return null;
  return (
    <>
      <Button onClick={() => setOpen(true)}>
        {t('approvals.link.title')}
        <span className="unseen">: {approval.title}</span>
      </Button>
      {isOpen && <LinkDialog approval={approval} onClose={() => setOpen(false)} />}
    </>
  );
}

function Who({ approval }: { readonly approval: AskedFragment }) {
  const { t } = useTranslation();
  const { role, approvers, fourEyes, required, canDecide, decidesFor, state } = approval;
  const isOpen = state === 'PENDING' && approval.settlesAt === null && !approval.canUndo;
  const parts = [
    decidesFor === null ? undefined : t('approvals.decidesFor', { who: decidesFor }),
    role === null ? undefined : t('approvals.role', { role }),
    approvers.length === 0 ? undefined : t('approvals.approvers', { who: approvers.join(', ') }),
    fourEyes ? t('approvals.fourEyes') : undefined,
    required > 1 ? t('approvals.required', { required }) : undefined,
    isOpen && !canDecide ? t('approvals.notYou') : undefined,
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? null : <p className="quiet">{parts.join(' · ')}</p>;
}
