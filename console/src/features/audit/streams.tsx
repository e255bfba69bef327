import { useTranslation } from 'react-i18next';

import { StreamsDocument } from '../../_generated/documents.ts';
import { useAsk } from '../../app/ask.ts';
import { Empty } from '../../ui/empty.tsx';
import { Remote } from '../../ui/remote.tsx';
import { StreamCard } from './stream-card.tsx';

const everyMs = 5_000;

/** Where the log goes by itself, how far it has come there, and what is in the way. */
export function Streams() {
  const { t } = useTranslation();
  const query = useAsk({
    key: ['audit', 'streams'],
    document: StreamsDocument,
    variables: {},
    refetchMs: everyMs,
  });
  return (
    <Remote query={query} rows={3}>
      {({ auditStreams }) =>
        auditStreams.length === 0 ? (
          <Empty title={t('streams.none')}>{t('streams.how')}</Empty>
        ) : (
          <ul className="cards wide">
            {auditStreams.map((stream) => (
              <StreamCard key={stream.id} stream={stream} />
            ))}
          </ul>
        )
      }
    </Remote>
  );
}
