import { useTranslation } from 'react-i18next';

import { AddKeyDocument } from '../../_generated/documents.ts';
import { useDeed } from '../../app/ask.ts';
import { useSession } from '../../app/session.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { textOf } from '../../ui/form-text.ts';
import { Problems } from '../../ui/problems.tsx';
import { SecretOnce } from './secret-once.tsx';

/** A key for a program: it may do at most what its maker may. */
export function NewKeyDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const { viewer } = useSession();
  const add = useDeed({
    document: AddKeyDocument,
    problems: ({ answer }) => answer.userErrors,
    changes: [['access', 'keys']],
  });
  const secret = add.data?.answer.secret;
  const send = (form: FormData): void => {
    const chosen = form.getAll('permissions');
    const permissions = viewer.permissions.filter((permission) => chosen.includes(permission));
    const until = textOf(form, 'expiresAt');
    const expiresAt = until !== '' ? { expiresAt: new Date(until).toISOString() } : {};
    add.mutate({ input: { name: textOf(form, 'name'), permissions, ...expiresAt } });
  };
  return (
    <Dialog title={t('access.newKey')} onClose={onClose}>
      {secret != null ? (
        <>
          <SecretOnce secret={secret} />
          <footer className="dialog-actions">
            <Button kind="primary" onClick={onClose}>
              {t('access.kept')}
            </Button>
          </footer>
        </>
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            send(new FormData(event.currentTarget));
          }}
        >
          <label className="field">
            <span>{t('access.column.name')}</span>
            <input name="name" required maxLength={200} />
          </label>
          <fieldset className="choices two">
            <legend>{t('access.column.may')}</legend>
            {viewer.permissions.map((permission) => (
              <label key={permission}>
                <input type="checkbox" name="permissions" value={permission} />
                <span>{permission}</span>
              </label>
            ))}
          </fieldset>
          <label className="field">
            <span>{t('access.column.expires')}</span>
            <input name="expiresAt" type="datetime-local" />
          </label>
          <Problems error={add.error} />
          <footer className="dialog-actions">
            <Button onClick={onClose}>{t('close')}</Button>
            <Button kind="primary" type="submit" isBusy={add.isPending}>
              {t('access.make')}
            </Button>
          </footer>
        </form>
      )}
    </Dialog>
  );
}
