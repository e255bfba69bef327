import { useTranslation } from 'react-i18next';

import { InviteDocument } from '../../_generated/documents.ts';
import { useDeed } from '../../app/ask.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { textOf } from '../../ui/form-text.ts';
import { Problems } from '../../ui/problems.tsx';
import { roleNames } from './role-names.ts';

/** Adds somebody by the address with which they sign in. */
export function InviteDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const invite = useDeed({
    document: InviteDocument,
    problems: ({ answer }) => answer.userErrors,
    changes: [['access']],
  });
  return (
    <Dialog title={t('access.invite')} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const form = new FormData(event.currentTarget);
          const role = roleNames.find((one) => one === form.get('role')) ?? 'VIEWER';
          const name = textOf(form, 'name');
          const email = textOf(form, 'email');
          invite.mutate({ input: { name, email, role } }, { onSuccess: onClose });
        }}
      >
        <p className="quiet">{t('access.inviteHint')}</p>
        <label className="field">
          <span>{t('access.column.name')}</span>
          <input name="name" required maxLength={200} />
        </label>
        <label className="field">
          <span>{t('access.column.email')}</span>
          <input name="email" type="email" required />
        </label>
        <label className="field">
          <span>{t('access.column.role')}</span>
          <select name="role">
            {roleNames.map((one) => (
              <option key={one}>{one}</option>
            ))}
          </select>
        </label>
        <Problems error={invite.error} />
        <footer className="dialog-actions">
          <Button onClick={onClose}>{t('close')}</Button>
          <Button kind="primary" type="submit" isBusy={invite.isPending}>
            {t('access.invite')}
          </Button>
        </footer>
      </form>
    </Dialog>
  );
}
