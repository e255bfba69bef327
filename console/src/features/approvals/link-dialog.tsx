import { useTranslation } from 'react-i18next';

import { type AskedFragment, MakeLinkDocument } from '../../_generated/documents.ts';
import { useDeed } from '../../app/ask.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { textOf } from '../../ui/form-text.ts';
import { Problems } from '../../ui/problems.tsx';
import { TextView } from '../../ui/text-view.tsx';
import { Time } from '../../ui/time.tsx';

interface Props {
  readonly approval: AskedFragment;
  readonly onClose: () => void;
}

const times = [
  ['hour', 3_600],
  ['day', 86_400],
  ['week', 604_800],
] as const;

/** Makes an address by which a member decides without signing in; it is shown for as long as the dialog is open. */
export function LinkDialog({ approval: { id, title }, onClose }: Props) {
  const { t } = useTranslation();
  const make = useDeed({
    document: MakeLinkDocument,
    problems: ({ answer }) => answer.userErrors,
  });
  const made = make.data?.answer;
  return (
    <Dialog title={t('approvals.link.title')} onClose={onClose}>
      <p className="quiet">{t('approvals.link.hint', { title })}</p>
      {made?.path == null || made.decisionLink === null ? (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            const form = new FormData(event.currentTarget);
            const expiresInSeconds = Number(textOf(form, 'seconds'));
            make.mutate({
              input: { approvalId: id, email: textOf(form, 'email'), expiresInSeconds },
            });
          }}
        >
          <label className="field">
            <span>{t('approvals.link.email')}</span>
            <input name="email" type="email" required />
          </label>
          <label className="field">
            <span>{t('approvals.link.lasts')}</span>
            <select name="seconds" defaultValue={86_400}>
              {times.map(([name, seconds]) => (
                <option key={name} value={seconds}>
                  {t(`approvals.link.times.${name}`)}
                </option>
              ))}
            </select>
          </label>
          <Problems error={make.error} />
          <footer className="dialog-actions">
            <Button onClick={onClose}>{t('close')}</Button>
            <Button kind="primary" type="submit" isBusy={make.isPending}>
              {t('approvals.link.make')}
            </Button>
          </footer>
        </form>
      ) : (
        <section className="notice" role="status">
          <p>
            {t('approvals.link.once', { member: made.decisionLink.member })}{' '}
            <Time at={made.decisionLink.expiresAt} />
          </p>
          <TextView
            text={new URL(made.path, window.location.origin).href}
            label={t('approvals.link.address')}
          />
        </section>
      )}
    </Dialog>
  );
}
