import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import {
  DropIntegrationDocument,
  FetchDocumentDocument,
  ImportDocumentDocument,
  type ImportedOperationsFragment,
} from '../../_generated/documents.ts';
import { useDeed } from '../../app/ask.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { ChooseOperations } from './choose-operations.tsx';
import type { Imported } from './integration.ts';
import { ImportSource, type Source } from './import-source.tsx';

/**
 * An integration from an OpenAPI document. The platform reads the document, so it is made at once with all operations; who
 * goes back before they have chosen leaves none behind.
 */
export function ImportDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const cache = useQueryClient();
  const [made, setMade] = useState<Imported>();
  const problems = ({ answer }: { readonly answer: ImportedOperationsFragment }) =>
    answer.userErrors;
  const create = useDeed({ document: ImportDocumentDocument, problems });
  const fetched = useDeed({ document: FetchDocumentDocument, problems });
  const drop = useDeed({
    document: DropIntegrationDocument,
    problems: ({ answer }) => answer.userErrors,
    changes: [['integrations']],
  });
  const read = async ({ name, config, isFetched }: Source): Promise<void> => {
    fetched.reset();
    const { answer } = await create.mutateAsync({ input: { name, kind: 'openapi', config } });
    const { integration } = answer;
    if (integration === null) return;
    if (!isFetched) {
      setMade(integration);
      return;
    }
    const input = { id: integration.id };
    try {
      setMade((await fetched.mutateAsync({ input })).answer.integration ?? undefined);
    } catch (error) {
      await drop.mutateAsync({ input });
      throw error;
    }
  };
  const leave = (): void => {
    if (made !== undefined) drop.mutate({ input: { id: made.id } });
    onClose();
  };
  const finish = async (): Promise<void> => {
    if (made === undefined) return;
    await cache.invalidateQueries({ queryKey: ['integrations'] });
    await navigate({ to: '/integrations/$name', params: { name: made.name } });
  };
  return (
    <Dialog title={t('integrations.import')} onClose={leave}>
      {made === undefined ? (
        <ImportSource
          error={create.error ?? fetched.error ?? drop.error}
          isBusy={create.isPending || fetched.isPending}
          onRead={read}
          onClose={leave}
        />
      ) : (
        <ChooseOperations made={made} onDone={finish} onClose={leave} />
      )}
    </Dialog>
  );
}
