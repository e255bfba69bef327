import { useTranslation } from 'react-i18next';

import { JobTrailDocument } from '../../_generated/documents.ts';
import { useAsk } from '../../app/ask.ts';
import { TrailList } from '../../trail/trail-list.tsx';
import { Empty } from '../../ui/empty.tsx';
import { Remote } from '../../ui/remote.tsx';

/** Everything done to the job and by it, with proofs that are checked in this browser. */
export function TrailTab({ id }: { readonly id: string }) {
  const { t } = useTranslation();
  const query = useAsk({
    key: ['job', id, 'trail'],
    document: JobTrailDocument,
    variables: { id },
  });
  return (
    <Remote query={query}>
      {({ job }) => {
        const rows = job?.auditTrail.nodes ?? [];
        return rows.length === 0 ? <Empty title={t('trail.none')} /> : <TrailList rows={rows} />;
      }}
    </Remote>
  );
}
