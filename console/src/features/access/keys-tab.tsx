import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import {
  KeysDocument,
  type KeysQuery,
  RevokeKeyDocument,
  RotateKeyDocument,
} from '../../_generated/documents.ts';
import { useAsk, useDeed } from '../../app/ask.ts';
import { useSession } from '../../app/session.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Empty } from '../../ui/empty.tsx';
import { Problems } from '../../ui/problems.tsx';
import { Remote } from '../../ui/remote.tsx';
import { Time } from '../../ui/time.tsx';
import { NewKeyDialog } from './new-key-dialog.tsx';
import { SecretOnce } from './secret-once.tsx';

type Key = KeysQuery['apiKeys']['nodes'][number];

/** Keys of programs; a secret is shown when it is made and never again. */
export function KeysTab() {
  const { t } = useTranslation();
  const { may } = useSession();
  const [isNew, setNew] = useState(false);
  const [chosen, setChosen] = useState<{ readonly key: Key; readonly act: 'rotate' | 'revoke' }>();
  const query = useAsk({ key: ['access', 'keys'], document: KeysDocument, variables: {} });
  return (
    <>
      {may('ACCESS_MANAGE') && (
        <Button kind="primary" onClick={() => setNew(true)}>
          {t('access.newKey')}
        </Button>
      )}
      <Remote query={query}>
        {({ apiKeys: { nodes } }) =>
          nodes.length === 0 ? (
            <Empty title={t('access.noKeys')} />
          ) : (
            <div className="scroll" tabIndex={0} role="region" aria-label={t('access.tab.keys')}>
              <table>
                <thead>
                  <tr>
                    {(['name', 'key', 'may', 'used', 'expires', 'actions'] as const).map((name) => (
                      <th key={name} scope="col">
                        {t(`access.column.${name}`)}
                      </th>
                    ))}
                  </tr>
                </thead>
                <tbody>
                  {nodes.map((key) => (
                    <tr key={key.id} className={key.revokedAt === null ? '' : 'gone'}>
                      <td>{key.name}</td>
                      <td>
                        <code>{key.prefix}…</code>
                      </td>
                      <td title={key.permissions.join(', ')}>
                        {key.customRole?.name ??
                          t('access.permissions', { count: key.permissions.length })}
                      </td>
                      <td>{key.lastUsedAt === null ? '—' : <Time at={key.lastUsedAt} />}</td>
                      <td>{key.expiresAt === null ? '—' : <Time at={key.expiresAt} />}</td>
                      <td>
                        {key.revokedAt !== null && (
                          <span className="tag">{t('access.revoked')}</span>
                        )}
                        {key.revokedAt === null && may('ACCESS_MANAGE') && (
                          <>
                            <Button kind="quiet" onClick={() => setChosen({ key, act: 'rotate' })}>
                              {t('access.rotate')}
                            </Button>
                            <Button kind="quiet" onClick={() => setChosen({ key, act: 'revoke' })}>
                              {t('access.revoke')}
                            </Button>
                          </>
                        )}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )
        }
      </Remote>
      {isNew && <NewKeyDialog onClose={() => setNew(false)} />}
      {chosen?.act === 'rotate' && (
        <RotateDialog apiKey={chosen.key} onClose={() => setChosen(undefined)} />
      )}
      {chosen?.act === 'revoke' && (
        <RevokeDialog apiKey={chosen.key} onClose={() => setChosen(undefined)} />
      )}
    </>
  );
}

interface DialogProps {
  readonly apiKey: Key;
  readonly onClose: () => void;
}

function RotateDialog({ apiKey, onClose }: DialogProps) {
  const { t } = useTranslation();
  const rotate = useDeed({
    document: RotateKeyDocument,
    problems: ({ answer }) => answer.userErrors,
    changes: [['access']],
  });
  const secret = rotate.data?.answer.secret;
  return (
    <Dialog title={t('access.rotateTitle', { name: apiKey.name })} onClose={onClose}>
      {secret == null ? <p>{t('access.rotateHint')}</p> : <SecretOnce secret={secret} />}
      <Problems error={rotate.error} />
      <footer className="dialog-actions">
        <Button onClick={onClose}>{t('close')}</Button>
        {secret == null && (
          <Button
            kind="primary"
            isBusy={rotate.isPending}
            onClick={() => rotate.mutate({ input: { id: apiKey.id } })}
          >
            {t('access.rotate')}
          </Button>
        )}
      </footer>
    </Dialog>
  );
}

function RevokeDialog({ apiKey, onClose }: DialogProps) {
  const { t } = useTranslation();
  const revoke = useDeed({
    document: RevokeKeyDocument,
    problems: ({ answer }) => answer.userErrors,
    changes: [['access']],
  });
  return (
    <Dialog title={t('access.revokeTitle', { name: apiKey.name })} onClose={onClose}>
      <p>{t('access.revokeHint')}</p>
      <Problems error={revoke.error} />
      <footer className="dialog-actions">
        <Button onClick={onClose}>{t('close')}</Button>
        <Button
          kind="danger"
          isBusy={revoke.isPending}
          onClick={() => revoke.mutate({ input: { id: apiKey.id } }, { onSuccess: onClose })}
        >
          {t('access.revoke')}
        </Button>
      </footer>
    </Dialog>
  );
}
