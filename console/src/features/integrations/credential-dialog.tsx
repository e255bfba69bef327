import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { KindsDocument, PutCredentialDocument } from '../../_generated/documents.ts';
import { useAsk, useDeed } from '../../app/ask.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { textOf } from '../../ui/form-text.ts';
import { Problems } from '../../ui/problems.tsx';
import type { Integration } from './integration.ts';

interface Props {
  readonly integration: Integration;
  readonly onClose: () => void;
}

/** Takes a credential, which nothing ever shows again. */
export function CredentialDialog({ integration, onClose }: Props) {
  const { t } = useTranslation();
  const [fault, setFault] = useState<string>();
  const kinds = useAsk({ key: ['integrations', 'kinds'], document: KindsDocument, variables: {} });
  const kind = kinds.data?.integrationKinds.find(({ name }) => name === integration.kind);
  const put = useDeed({
    document: PutCredentialDocument,
    problems: ({ answer }) => answer.userErrors,
    changes: [['integrations']],
  });
  const send = (form: FormData): void => {
    try {
      const credential: unknown = JSON.parse(textOf(form, 'credential'));
      setFault(undefined);
      put.mutate({ input: { integrationId: integration.id, credential } }, { onSuccess: onClose });
    } catch (error) {
      setFault(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <Dialog title={t('integrations.setCredential')} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          send(new FormData(event.currentTarget));
        }}
      >
        <p className="quiet">{t('integrations.credentialHint')}</p>
        <label className="field">
          <span>{t('integrations.credential')}</span>
          <textarea
            name="credential"
            rows={5}
            spellCheck={false}
            autoComplete="off"
            required
            placeholder={'{ "token": "…" }'}
          />
          {fault !== undefined && <small className="problem">{fault}</small>}
        </label>
        {kind !== undefined && (
          <details>
            <summary>{t('integrations.schema')}</summary>
            <pre className="filter-text" tabIndex={0}>
              {JSON.stringify(kind.credential, undefined, 2)}
            </pre>
          </details>
        )}
        <Problems error={put.error} />
        <footer className="dialog-actions">
          <Button onClick={onClose}>{t('close')}</Button>
          <Button kind="primary" type="submit" isBusy={put.isPending}>
            {t('integrations.save')}
          </Button>
        </footer>
      </form>
    </Dialog>
  );
}
