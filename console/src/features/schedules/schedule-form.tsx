import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { SchedulableAgentsDocument } from '../../_generated/documents.ts';
import { Refusal, useAsk } from '../../app/ask.ts';
import { useSession } from '../../app/session.ts';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { Problems } from '../../ui/problems.tsx';
import type { Draft } from './draft.ts';
import { InputField } from './input-field.tsx';
import { PolicyFields } from './policy-fields.tsx';
import { TextField } from './text-field.tsx';
import { TimingFields } from './timing-fields.tsx';
import { WhenDue } from './when-due.tsx';

interface Props {
  readonly start: Draft;
  readonly isNew: boolean;
  readonly error: unknown;
  readonly isBusy: boolean;
  readonly onSend: (draft: Draft) => Promise<void>;
}

/** A schedule to fill in; when it would be due stands beside it while it is written. */
export function ScheduleForm({ start, isNew, error, isBusy, onSend }: Props) {
  const { t } = useTranslation();
  const { may } = useSession();
  const list = useId();
  const [draft, setDraft] = useState(start);
  const [isSound, setSound] = useState(true);
  const agents = useAsk({
    key: ['agents', 'schedulable'],
    document: SchedulableAgentsDocument,
    variables: {},
  });
  const change = (part: Partial<Draft>): void => setDraft({ ...draft, ...part });
  const problems = error instanceof Refusal ? error.problems : [];
  const problemOf = (name: string): string | undefined =>
    problems.find(({ field }) => `${field}.`.startsWith(`input.${name}.`))?.message;
  if (!may('JOBS_OPERATE') || !may('JOBS_SUBMIT')) return <Empty title={t('schedules.mayNot')} />;
  return (
    <form
      className="publish"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        // What is refused is shown below.
        void onSend(draft).catch(() => undefined);
      }}
    >
      <div>
        {isNew && (
          <>
            <TextField
              label={t('schedules.column.name')}
              hint={t('schedules.nameHint')}
              value={draft.name}
              problem={problemOf('name')}
              onChange={(name) => change({ name })}
            />
            <TextField
              label={t('schedules.column.agent')}
              list={list}
              value={draft.agent}
              problem={problemOf('agent')}
              onChange={(agent) => change({ agent })}
            />
            <datalist id={list}>
              {agents.data?.agents.nodes.map(({ namespace, name }) => (
                <option key={`${namespace}/${name}`} value={`${namespace}/${name}`} />
              ))}
            </datalist>
          </>
        )}
        <TextField
          label={t('schedules.description')}
          value={draft.description}
          problem={problemOf('description')}
          onChange={(description) => change({ description })}
        />
        <TimingFields {...{ start, draft, problemOf }} onChange={change} />
        <InputField
          {...{ draft, problems }}
          tickProblem={problemOf('tickAs')}
          onChange={(part, isGood) => {
            change(part);
            if ('input' in part) setSound(isGood);
          }}
        />
        <PolicyFields {...{ draft, isNew, problemOf }} onChange={change} />
        <Problems error={error} />
        <Button kind="primary" type="submit" isBusy={isBusy} disabled={!isSound}>
          {t(isNew ? 'schedules.make' : 'schedules.save')}
        </Button>
      </div>
      <WhenDue draft={draft} />
    </form>
  );
}
