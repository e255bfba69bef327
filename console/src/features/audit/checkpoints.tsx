import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { CheckpointsDocument } from '../../_generated/documents.ts';
import { useAsk } from '../../app/ask.ts';
import { Remote } from '../../ui/remote.tsx';
import { TextView } from '../../ui/text-view.tsx';
import { Time } from '../../ui/time.tsx';

/** The newest signed heads of the log, to be kept elsewhere. */
export function Checkpoints() {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  const query = useAsk({
    key: ['audit', 'checkpoints'],
    document: CheckpointsDocument,
    variables: {},
    enabled: isOpen,
  });
  return (
    <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>{t('audit.checkpoints')}</summary>
      {isOpen && (
        <Remote query={query} rows={2}>
          {({ auditCheckpoints }) => (
            <ol className="list">
              {auditCheckpoints.nodes.toReversed().map(({ size, note, at }) => (
                <li key={size}>
                  <p className="quiet">
                    {t('audit.size', { size })} · <Time at={at} />
                  </p>
                  <TextView text={note} label={t('audit.note', { size })} />
                </li>
              ))}
            </ol>
          )}
        </Remote>
      )}
    </details>
  );
}
