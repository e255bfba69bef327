import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { AddIntegrationDocument, KindsDocument } from '../../_generated/documents.ts';
import { useAsk, useDeed } from '../../app/ask.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Problems } from '../../ui/problems.tsx';
import { textOf } from '../../ui/form-text.ts';
import { Remote } from '../../ui/remote.tsx';

/** A new connection: its kind, its name and its settings by the kind's schema, written as JSON. */
export function AddDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [kind, setKind] = useState('http');
  const [fault, setFault] = useState<string>();
  const kinds = useAsk({ key: ['integrations', 'kinds'], document: KindsDocument, variables: {} });
  const add = useDeed({
    document: AddIntegrationDocument,
    problems: ({ answer }) => answer.userErrors,
    changes: [['integrations']],
  });
  const send = async (form: FormData): Promise<void> => {
    const read = configOf(form);
    setFault(read.fault);
    if (read.fault !== undefined) return;
    const name = textOf(form, 'name');
    const { answer } = await add.mutateAsync({ input: { name, kind, config: read.config } });
    onClose();
    if (answer.integration !== null)
      await navigate({ to: '/integrations/$name', params: { name: answer.integration.name } });
  };
  return (
    <Dialog title={t('integrations.add')} onClose={onClose}>
      <Remote query={kinds} rows={3}>
        {({ integrationKinds }) => {
          const chosen = integrationKinds.find(({ name }) => name === kind);
          return (
            <form
              onSubmit={(event) => {
                event.preventDefault();
                void send(new FormData(event.currentTarget)).catch(() => undefined);
              }}
            >
              <label className="field">
                <span>{t('integrations.kind')}</span>
                <select value={kind} onChange={({ target }) => setKind(target.value)}>
                  {integrationKinds.map(({ name }) => (
                    <option key={name}>{name}</option>
                  ))}
                </select>
                <small>{chosen?.description}</small>
              </label>
              <label className="field">
                <span>{t('integrations.name')}</span>
                <input name="name" required maxLength={63} />
              </label>
              <label className="field">
                <span>{t('integrations.config')}</span>
                <textarea name="config" rows={6} spellCheck={false} defaultValue="{}" />
                {fault !== undefined && <small className="problem">{fault}</small>}
              </label>
              <details>
                <summary>{t('integrations.schema')}</summary>
                <pre className="filter-text" tabIndex={0}>
                  {JSON.stringify(chosen?.config, undefined, 2)}
                </pre>
              </details>
              <Problems error={add.error} />
              <footer className="dialog-actions">
                <Button onClick={onClose}>{t('close')}</Button>
                <Button kind="primary" type="submit" isBusy={add.isPending}>
                  {t('integrations.create')}
                </Button>
              </footer>
            </form>
          );
        }}
      </Remote>
    </Dialog>
  );
}

function configOf(form: FormData): { readonly config?: unknown; readonly fault?: string } {
  try {
    return { config: JSON.parse(textOf(form, 'config')) };
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error) };
  }
}
