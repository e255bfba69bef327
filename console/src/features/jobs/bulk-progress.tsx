import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import {
  BulkMovesDocument,
  type BulkStandFragment,
  BulkStopDocument,
} from '../../_generated/documents.ts';
import { useDeed } from '../../app/ask.ts';
import { useLive } from '../../app/live.ts';
import { Button } from '../../ui/button.tsx';
import { Problems } from '../../ui/problems.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';

/** How far a bulk operation is, live; it can be ended. */
export function BulkProgress({ operation }: { readonly operation: BulkStandFragment }) {
  const { t } = useTranslation();
  const [stand, setStand] = useState(operation);
  useLive({
    document: BulkMovesDocument,
    variables: { id: operation.id },
    // It always begins with how it stands.
    cursorOf: () => '',
    onData: ({ bulkOperationProgress }) => setStand(bulkOperationProgress),
    onBack: () => undefined,
  });
  const stop = useDeed({
    document: BulkStopDocument,
    problems: ({ cancelBulkOperation }) => cancelBulkOperation.userErrors,
  });
  const over = stand.done + stand.skipped + stand.failed;
  return (
    <section className="bulk">
      <StateBadge state={stand.state} />
      <progress max={Math.max(1, stand.matched)} value={over} aria-label={t('bulk.progress')} />
      <p role="status">
        {t('bulk.stand', { done: stand.done, skipped: stand.skipped, failed: stand.failed })}
      </p>
      {stand.error !== null && <p className="problem">{stand.error}</p>}
      <Problems error={stop.error} />
      {stand.state === 'RUNNING' && (
        <Button
          kind="danger"
          isBusy={stop.isPending}
          onClick={() => stop.mutate({ input: { id: stand.id } })}
        >
          {t('bulk.stop')}
        </Button>
      )}
    </section>
  );
}
