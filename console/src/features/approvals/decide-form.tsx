import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { DecideDocument } from '../../_generated/documents.ts';
import { useDeed } from '../../app/ask.ts';
import { Button } from '../../ui/button.tsx';
import { Problems } from '../../ui/problems.tsx';

interface Props {
  readonly id: string;
  readonly title: string;
}

/** Yes or no, with a remark. A rejection is asked for twice, as it cannot be taken back. */
export function DecideForm({ id, title }: Props) {
  const { t } = useTranslation();
  const [comment, setComment] = useState('');
  const [isSure, setSure] = useState(false);
  const decide = useDeed({
    document: DecideDocument,
    problems: ({ answer }) => answer.userErrors,
    changes: [['approvals'], ['job']],
  });
  const say = (approve: boolean): void =>
    decide.mutate({ input: { id, approve, ...(comment !== '' && { comment }) } });
  return (
    <form className="decide" aria-label={t('approvals.decide', { title })}>
      <label className="field">
        <span>{t('approvals.comment')}</span>
        <textarea
          rows={2}
          maxLength={2_000}
          value={comment}
          onChange={({ target }) => setComment(target.value)}
        />
      </label>
      <Problems error={decide.error} />
      <div className="decide-buttons">
        <Button kind="primary" isBusy={decide.isPending} onClick={() => say(true)}>
          {t('approvals.approve')}
        </Button>
        <Button
          kind="danger"
          isBusy={decide.isPending}
          onClick={() => (isSure ? say(false) : setSure(true))}
        >
          {t(isSure ? 'approvals.rejectSure' : 'approvals.reject')}
        </Button>
      </div>
    </form>
  );
}
