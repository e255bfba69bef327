import { useTranslation } from 'react-i18next';

import { ScheduledInputDocument } from '../../_generated/documents.ts';
import { useAsk, type UserProblem } from '../../app/ask.ts';
import { useRested } from '../../app/use-rested.ts';
import { SchemaInput } from '../../ui/schema-input.tsx';
import type { Draft } from './draft.ts';
import { TextField } from './text-field.tsx';

interface Props {
  readonly draft: Draft;
  readonly problems: readonly UserProblem[];
  readonly tickProblem: string | undefined;
  readonly onChange: (part: Partial<Draft>, isSound: boolean) => void;
}

/** What its jobs are given, by the schema of the agent as soon as there is one. */
export function InputField({ draft, problems, tickProblem, onChange }: Props) {
  const { t } = useTranslation();
  const agent = useRested(draft.agent);
  const [namespace = '', name = ''] = agent.split('/');
  const query = useAsk({
    key: ['agents', 'input', namespace, name],
    document: ScheduledInputDocument,
    variables: { namespace, name },
    enabled: namespace !== '' && name !== '',
  });
  return (
    <fieldset>
      <legend>{t('job.input')}</legend>
      <SchemaInput
        key={query.isSuccess ? agent : ''}
        schema={query.data?.agent?.current.inputSchema}
        value={draft.input}
        path="input.input"
        label={t('job.input')}
        problems={problems}
        onChange={(input, isSound) => onChange({ input }, isSound)}
      />
      <TextField
        label={t('schedules.tickAs')}
        hint={t('schedules.tickAsHint')}
        value={draft.tickAs}
        problem={tickProblem}
        onChange={(tickAs) => onChange({ tickAs }, true)}
      />
    </fieldset>
  );
}
