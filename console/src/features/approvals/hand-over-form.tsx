import { useTranslation } from 'react-i18next';

import { HandOverDocument } from '../../_generated/documents.ts';
import { useDeed } from '../../app/ask.ts';
import { Button } from '../../ui/button.tsx';
import { textOf } from '../../ui/form-text.ts';
import { Problems } from '../../ui/problems.tsx';

/** Lets a member decide in the reader's place for a time. */
export function HandOverForm() {
  const { t } = useTranslation();
  const handOver = useDeed({
    document: HandOverDocument,
    problems: ({ answer }) => answer.userErrors,
    changes: [['delegations']],
  });
  return (
    <form
      className="card"
      aria-label={t('delegations.make')}
      onSubmit={(event) => {
        event.preventDefault();
        const element = event.currentTarget;
        const form = new FormData(element);
        const [from, comment] = [textOf(form, 'from'), textOf(form, 'comment')];
        const input = {
          ...{ email: textOf(form, 'email'), endsAt: momentOf(textOf(form, 'until')) },
          ...(from !== '' && { startsAt: momentOf(from) }),
          ...(comment !== '' && { comment }),
        };
        handOver.mutate({ input }, { onSuccess: () => element.reset() });
      }}
    >
      <h2>{t('delegations.make')}</h2>
      <p className="quiet">{t('delegations.hint')}</p>
      <label className="field">
        <span>{t('delegations.email')}</span>
        <input name="email" type="email" required />
      </label>
      <label className="field">
        <span>{t('delegations.from')}</span>
        <input name="from" type="datetime-local" />
      </label>
      <label className="field">
        <span>{t('delegations.until')}</span>
        <input name="until" type="datetime-local" required />
      </label>
      <label className="field">
        <span>{t('delegations.comment')}</span>
        <input name="comment" maxLength={1_000} />
      </label>
      <Problems error={handOver.error} />
      <Button kind="primary" type="submit" isBusy={handOver.isPending}>
        {t('delegations.make')}
      </Button>
    </form>
  );
}

/** What the reader's clock shows, as a moment. */
function momentOf(local: string): string {
  return new Date(local).toISOString();
}
