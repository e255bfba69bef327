import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { ExportPageDocument, type ExportPageQuery } from '../../_generated/documents.ts';
import { useSession } from '../../app/session.ts';
import { Button } from '../../ui/button.tsx';
import { keepFile } from '../../ui/keep-file.ts';
import { Problems } from '../../ui/problems.tsx';

/** All sealed events as a file, an event a line. With what proves them, the command line exports them. */
export function ExportLog() {
  const { t } = useTranslation();
  const { client } = useSession();
  const [count, setCount] = useState<number>();
  const [error, setError] = useState<unknown>();

  async function run() {
    setError(undefined);
    try {
      // The browser puts parts of a file aside, so that a long log need not fit in memory.
      const parts: Blob[] = [];
      let total = 0;
      let after: string | null = null;
      do {
        setCount(total);
        const { auditExport }: ExportPageQuery = await client.request(ExportPageDocument, {
          after,
        });
        parts.push(new Blob(auditExport.lines.map((line) => `${line}\n`)));
        total += auditExport.lines.length;
        after = auditExport.next;
      } while (after !== null);
      keepFile(new Blob(parts, { type: 'application/x-ndjson' }), 'audit.jsonl');
    } catch (fault) {
      setError(fault);
    }
    setCount(undefined);
  }
  return (
    <div className="trail-head">
      <Button isBusy={count !== undefined} onClick={() => void run()}>
        {t('audit.export')}
      </Button>
      <p role="status">{count !== undefined && t('audit.exporting', { count })}</p>
      <Problems error={error} />
    </div>
  );
}
