import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { type AskedFragment, TakeBackDocument } from '../../_generated/documents.ts';
import { useDeed } from '../../app/ask.ts';
import { Button } from '../../ui/button.tsx';
import { Problems } from '../../ui/problems.tsx';
import { exactTime } from '../../ui/time.tsx';

/** What was decided and does not stand yet: how long it can be taken back, and the way to do so for who decided. */
export function TakeBack({ approval }: { readonly approval: AskedFragment }) {
  const { t } = useTranslation();
  const { id, title, canUndo, settlesAt } = approval;
  const undo = useDeed({
    document: TakeBackDocument,
    problems: ({ answer }) => answer.userErrors,
    changes: [['approvals'], ['job']],
  });
  if (!canUndo && settlesAt === null) return null;
  return (
    <section className="notice take-back" aria-label={t('approvals.undo.label', { title })}>
      <p>{settlesAt === null ? t('approvals.undo.waiting') : <Countdown until={settlesAt} />}</p>
      <Problems error={undo.error} />
      {canUndo && (
        <Button isBusy={undo.isPending} onClick={() => undo.mutate({ input: { id } })}>
          {t('approvals.undo.undo')}
          <span className="unseen">: {title}</span>
        </Button>
      )}
    </section>
  );
}

/** Whoever cannot see it is told the moment once, and not each second. */
function Countdown({ until }: { readonly until: string }) {
  const { t } = useTranslation();
  const left = useSecondsUntil(until);
  return (
    <>
      <span className="unseen">{t('approvals.undo.at', { at: exactTime(until) })}</span>
      <span aria-hidden="true" title={exactTime(until)}>
        {t('approvals.undo.in', { left: clockOf(left) })}
      </span>
    </>
  );
}

/** What is left; when nothing is, what the platform says then is asked for until it says that it stands. */
function useSecondsUntil(until: string): number {
  const cache = useQueryClient();
  const [now, setNow] = useState(Date.now);
  const left = Math.max(0, Math.ceil((Date.parse(until) - now) / 1_000));
  const isOver = left === 0;
  useEffect(() => {
    const timer = setInterval(() => {
      setNow(Date.now());
      if (isOver) void cache.invalidateQueries({ queryKey: ['approvals'] });
    }, 1_000);
    return () => clearInterval(timer);
  }, [cache, isOver]);
  return left;
}

/** 0:28, 12:05 or 3:00:00. */
function clockOf(seconds: number): string {
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60];
  const tail = String(seconds % 60).padStart(2, '0');
  return hours === 0
    ? `${String(minutes)}:${tail}`
    : `${String(hours)}:${String(minutes).padStart(2, '0')}:${tail}`;
}
