import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { Button } from '../../ui/button.tsx';
import { messageOf } from '../../ui/failure.tsx';
import { textOf } from '../../ui/form-text.ts';
import { Problems } from '../../ui/problems.tsx';

export interface Source {
  readonly name: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** True when the platform is to fetch the document. */
  readonly isFetched: boolean;
}

interface Props {
  readonly error: unknown;
  readonly isBusy: boolean;
  readonly onRead: (source: Source) => Promise<void>;
  readonly onClose: () => void;
}

/** Where the document comes from: an address that the platform asks, or the text itself. */
export function ImportSource({ error, isBusy, onRead, onClose }: Props) {
  const { t } = useTranslation();
  const [from, setFrom] = useState<'address' | 'text'>('address');
  const [text, setText] = useState('');
  const [fault, setFault] = useState<unknown>();
  const send = async (form: FormData): Promise<void> => {
    setFault(undefined);
    const name = textOf(form, 'name').trim();
    const server = textOf(form, 'server').trim();
    const more = server === '' ? {} : { server };
    if (from === 'address') {
      const documentUrl = textOf(form, 'address').trim();
      return onRead({ name, config: { documentUrl, ...more }, isFetched: true });
    }
    const document = await parsed(text).catch((failure: unknown) => setFault(failure));
    if (document === undefined) return;
    await onRead({ name, config: { document, ...more }, isFetched: false });
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        // What is refused is shown below.
        void send(new FormData(event.currentTarget)).catch(() => undefined);
      }}
    >
      <p className="quiet">{t('integrations.importHint')}</p>
      <label className="field">
        <span>{t('integrations.name')}</span>
        <input name="name" required maxLength={63} />
      </label>
      <fieldset className="choices">
        <legend>{t('integrations.document')}</legend>
        {(['address', 'text'] as const).map((one) => (
          <label key={one}>
            <input type="radio" name="from" checked={one === from} onChange={() => setFrom(one)} />
            {t(`integrations.from.${one}`)}
          </label>
        ))}
      </fieldset>
      {from === 'address' ? (
        <label className="field">
          <span>{t('integrations.address')}</span>
          <input name="address" type="url" required placeholder="https://…/openapi.json" />
        </label>
      ) : (
        <>
          <label className="field">
            <span>{t('integrations.text')}</span>
            <textarea
              rows={8}
              required
              spellCheck={false}
              value={text}
              onChange={({ target }) => setText(target.value)}
            />
          </label>
          <label className="button plain file">
            {t('agents.file')}
            <input
              type="file"
              accept=".yaml,.yml,.json"
              onChange={({ target }) => {
                void target.files?.[0]?.text().then(setText);
              }}
            />
          </label>
        </>
      )}
      <label className="field">
        <span>{t('integrations.server')}</span>
        <input name="server" type="url" />
        <small>{t('integrations.serverHint')}</small>
      </label>
      {fault !== undefined && (
        <p className="problem" role="alert">
          {messageOf(fault)}
        </p>
      )}
      <Problems error={error} />
      <footer className="dialog-actions">
        <Button onClick={onClose}>{t('close')}</Button>
        <Button kind="primary" type="submit" isBusy={isBusy}>
          {t('integrations.read')}
        </Button>
      </footer>
    </form>
  );
}

/** JSON is YAML, too. */
async function parsed(text: string): Promise<unknown> {
  const { parse } = await import('yaml');
  return parse(text) as unknown;
}
