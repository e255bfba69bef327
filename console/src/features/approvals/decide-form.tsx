import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { DecideDocument } from '../../_generated/documents.ts';
import { Refusal, useDeed } from '../../app/ask.ts';
import { Button } from '../../ui/button.tsx';
import { Problems } from '../../ui/problems.tsx';
import { SchemaInput } from '../../ui/schema-input.tsx';
import { startOf } from '../../ui/schema.ts';

interface Props {
  readonly id: string;
  readonly title: string;
  /** JSON Schema of what whoever approves fills in. */
  readonly form: unknown;
}

/** Yes or no, with a remark and what is asked for. A rejection is asked for twice, as it cannot be taken back. */
export function DecideForm({ id, title, form }: Props) {
  const { t } = useTranslation();
  const [comment, setComment] = useState('');
  const [filled, setFilled] = useState(() => ({ value: startOf(form), isSound: true }));
  const [isSure, setSure] = useState(false);
  const decide = useDeed({
    document: DecideDocument,
    problems: ({ answer }) => answer.userErrors,
    changes: [['approvals'], ['job']],
  });
  const say = (approve: boolean): void =>
    decide.mutate({
      input: {
        ...{ id, approve },
        ...(comment !== '' && { comment }),
        ...(approve && form != null && { data: filled.value }),
      },
    });
  const problems = decide.error instanceof Refusal ? decide.error.problems : [];
  return (
    <form className="decide" aria-label={t('approvals.decide', { title })}>
      {form != null && (
        <SchemaInput
          {...{ schema: form, value: filled.value, problems }}
          path="input.data"
          label={t('approvals.filledIn')}
          onChange={(value, isSound) => setFilled({ value, isSound })}
        />
      )}
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
        <Button
          kind="primary"
          isBusy={decide.isPending}
          disabled={!filled.isSound}
          onClick={() => say(true)}
        >
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
