import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { ChooseOperationsDocument } from '../../_generated/documents.ts';
import { useDeed } from '../../app/ask.ts';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { Problems } from '../../ui/problems.tsx';
import { isRecord } from '../../ui/schema.ts';
import type { Imported } from './integration.ts';

interface Props {
  readonly made: Imported;
  readonly onDone: () => Promise<void>;
  readonly onClose: () => void;
}

/** Which of the operations of a document are offered to definitions. */
export function ChooseOperations({ made, onDone, onClose }: Props) {
  const { t } = useTranslation();
  const { id, config, operations } = made;
  const [sought, setSought] = useState('');
  const [chosen, setChosen] = useState<ReadonlySet<string>>(
    () => new Set(operations.map(({ name }) => name)),
  );
  const choose = useDeed({
    document: ChooseOperationsDocument,
    problems: ({ answer }) => answer.userErrors,
  });
  const shown = operations.filter(({ name, description }) =>
    `${name} ${description ?? ''}`.toLowerCase().includes(sought.toLowerCase()),
  );
  const mark = (names: readonly string[], isChosen: boolean): void => {
    const rest = [...chosen].filter((name) => !names.includes(name));
    setChosen(new Set(isChosen ? [...rest, ...names] : rest));
  };
  const send = async (): Promise<void> => {
    if (chosen.size < operations.length) {
      const names = operations.map(({ name }) => name).filter((name) => chosen.has(name));
      const next = { ...(isRecord(config) ? config : {}), operations: names };
      await choose.mutateAsync({ input: { id, config: next } });
    }
    await onDone();
  };
  const names = shown.map(({ name }) => name);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void send().catch(() => undefined);
      }}
    >
      <p role="status">
        {t('integrations.offers', { count: operations.length, chosen: chosen.size })}
      </p>
      <div className="filters">
        <input
          type="search"
          aria-label={t('integrations.seek')}
          placeholder={t('integrations.seek')}
          value={sought}
          onChange={({ target }) => setSought(target.value)}
        />
        <Button onClick={() => mark(names, true)}>{t('integrations.all')}</Button>
        <Button onClick={() => mark(names, false)}>{t('integrations.no')}</Button>
      </div>
      {operations.length === 0 && <Empty title={t('integrations.noOperations')} />}
      <fieldset className="choices operations">
        <legend>{t('integrations.operations')}</legend>
        {shown.map(({ name, description }) => (
          <label key={name}>
            <input
              type="checkbox"
              checked={chosen.has(name)}
              onChange={({ target }) => mark([name], target.checked)}
            />
            <span>
              <code>{name}</code>
              <small>{description}</small>
            </span>
          </label>
        ))}
      </fieldset>
      <Problems error={choose.error} />
      <footer className="dialog-actions">
        <Button onClick={onClose}>{t('integrations.discard')}</Button>
        <Button kind="primary" type="submit" isBusy={choose.isPending} disabled={chosen.size === 0}>
          {t('integrations.createWith', { count: chosen.size })}
        </Button>
      </footer>
    </form>
  );
}
