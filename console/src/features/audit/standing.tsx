import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import {
  ChainCheckDocument,
  type ChainCheckQuery,
  TrailStandingDocument,
} from '../../_generated/documents.ts';
import { useAsk } from '../../app/ask.ts';
import { useSession } from '../../app/session.ts';
import { Button } from '../../ui/button.tsx';
import { Facts } from '../../ui/facts.tsx';
import { Problems } from '../../ui/problems.tsx';
import { Remote } from '../../ui/remote.tsx';
import { Time } from '../../ui/time.tsx';
import { Checkpoints } from './checkpoints.tsx';
import { ExportLog } from './export-log.tsx';

/** How far the log is sealed, and whether all of it is as it was. */
export function Standing() {
  const { t, i18n } = useTranslation();
  const query = useAsk({
    key: ['audit', 'standing'],
    document: TrailStandingDocument,
    variables: {},
  });
  return (
    <section className="standing">
      <Remote query={query} rows={1}>
        {({ auditStatus }) => (
          <Facts
            facts={[
              [t('audit.sealed'), Number(auditStatus.size).toLocaleString(i18n.language)],
              auditStatus.sealedAt === null
                ? undefined
                : [t('audit.sealedAt'), <Time key="at" at={auditStatus.sealedAt} />],
              [t('audit.unsealed'), auditStatus.unsealed],
              auditStatus.strays === 0 ? undefined : [t('audit.strays'), auditStatus.strays],
            ]}
          />
        )}
      </Remote>
      <ChainCheck />
      <ExportLog />
      <Checkpoints />
    </section>
  );
}

type Report = ChainCheckQuery['verifyAuditChain'];

function ChainCheck() {
  const { t, i18n } = useTranslation();
  const { client } = useSession();
  const [report, setReport] = useState<Report>();
  const [error, setError] = useState<unknown>();
  const [checked, setChecked] = useState<number>();

  async function check() {
    setReport(undefined);
    setError(undefined);
    try {
      // A long log is checked piece by piece.
      let total = 0;
      let after: string | null = null;
      for (;;) {
        setChecked(total);
        const answer: ChainCheckQuery = await client.request(ChainCheckDocument, { after });
        total += answer.verifyAuditChain.checked;
        after = answer.verifyAuditChain.next;
        if (after !== null && answer.verifyAuditChain.isIntact) continue;
        setReport({ ...answer.verifyAuditChain, checked: total });
        break;
      }
    } catch (fault) {
      setError(fault);
    }
    setChecked(undefined);
  }
  return (
    <div className="trail-head">
      <Button isBusy={checked !== undefined} onClick={() => void check()}>
        {t('audit.check')}
      </Button>
      <p role="status" className={report?.isIntact === false ? 'problem' : ''}>
        {checked !== undefined && t('audit.checking', { count: checked })}
        {report?.isIntact === true &&
          t('audit.intact', { checked: report.checked.toLocaleString(i18n.language) })}
        {report?.isIntact === false &&
          t('audit.broken', { fault: report.fault ?? '', message: report.message ?? '' })}
      </p>
      <Problems error={error} />
    </div>
  );
}
