import { useTranslation } from 'react-i18next';

import {
  PauseStreamDocument,
  ResumeStreamDocument,
  type StreamRowFragment,
  TestStreamDocument,
} from '../../_generated/documents.ts';
import { useDeed } from '../../app/ask.ts';
import { useSession } from '../../app/session.ts';
import { Button } from '../../ui/button.tsx';
import { Facts } from '../../ui/facts.tsx';
import { Problems } from '../../ui/problems.tsx';
import { NearTime, Time } from '../../ui/time.tsx';

/** One receiver of the log. */
export function StreamCard({ stream }: { readonly stream: StreamRowFragment }) {
  const { t, i18n } = useTranslation();
  const { may } = useSession();
  const { id, name, sentAt, failingSince, error, nextTryAt, pausedAt, test } = stream;
  const number = (text: string): string => Number(text).toLocaleString(i18n.language);
  return (
    <li className="card" aria-labelledby={`stream-${id}`}>
      <header className="card-head">
        <h2 id={`stream-${id}`}>{name}</h2>
        <span className="tag">{stream.format}</span>
      </header>
      <p className="quiet wrap">{placeOf(stream)}</p>
      <Facts
        facts={[
          [t('streams.sent'), number(stream.sent)],
          [t('streams.behind'), number(stream.behind)],
          stream.skipped === '0' ? undefined : [t('streams.skipped'), number(stream.skipped)],
          sentAt === null ? undefined : [t('streams.sentAt'), <Time key="at" at={sentAt} />],
          pausedAt === null ? undefined : [t('streams.paused'), <Time key="at" at={pausedAt} />],
          failingSince === null
            ? undefined
            : [t('streams.failing'), <Time key="at" at={failingSince} />],
          failingSince === null || nextTryAt === null
            ? undefined
            : [t('streams.next'), <NearTime key="at" at={nextTryAt} />],
          test.finishedAt === null
            ? undefined
            : [t('streams.tested'), test.error ?? t('streams.arrived')],
        ]}
      />
      {error !== null && <p className="problem pre">{error}</p>}
      {may('AUDIT_MANAGE') && <Acts stream={stream} />}
    </li>
  );
}

function Acts({ stream: { id, name, pausedAt, test } }: { readonly stream: StreamRowFragment }) {
  const { t } = useTranslation();
  const problems = ({ answer }: { readonly answer: { readonly userErrors: Problem } }) =>
    answer.userErrors;
  const changes = [['audit', 'streams']];
  const pause = useDeed({ document: PauseStreamDocument, problems, changes });
  const resume = useDeed({ document: ResumeStreamDocument, problems, changes });
  const probe = useDeed({ document: TestStreamDocument, problems, changes });
  const turn = pausedAt === null ? pause : resume;
  const input = { id };
  return (
    <>
      <Problems error={turn.error ?? probe.error} />
      <div className="card-acts">
        <Button isBusy={turn.isPending} onClick={() => turn.mutate({ input })}>
          {t(pausedAt === null ? 'streams.pause' : 'streams.resume')}
          <span className="unseen">: {name}</span>
        </Button>
        <Button
          isBusy={probe.isPending || test.askedAt !== null}
          onClick={() => probe.mutate({ input })}
        >
          {t('streams.test')}
          <span className="unseen">: {name}</span>
        </Button>
      </div>
    </>
  );
}

type Problem = readonly {
  readonly code: string;
  readonly field: string;
  readonly message: string;
}[];

function placeOf({ https, s3, syslog }: StreamRowFragment): string {
  if (https !== null) return https.url;
  if (syslog !== null) return `${syslog.host}:${syslog.port}`;
  return s3 === null ? '' : `s3 ${s3.prefix}`;
}
