import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { TryDocument } from '../../_generated/documents.ts';
import { Refusal, useDeed } from '../../app/ask.ts';
import { useSession } from '../../app/session.ts';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { Problems } from '../../ui/problems.tsx';
import { SchemaInput } from '../../ui/schema-input.tsx';
import { startOf } from '../../ui/schema.ts';
import type { Agent } from './agent.ts';

/** Submits a job with an input that is written by its schema, or as JSON. */
export function TryTab({ agent }: { readonly agent: Agent }) {
  const { t } = useTranslation();
  const { may } = useSession();
  const navigate = useNavigate();
  const schema = agent.current.inputSchema;
  const [written, setWritten] = useState(() => ({ value: startOf(schema), isSound: true }));
  const submit = useDeed({
    document: TryDocument,
    problems: ({ answer }) => answer.userErrors,
    changes: [['jobs']],
  });
  const problems = submit.error instanceof Refusal ? submit.error.problems : [];
  const send = async (): Promise<void> => {
    const { namespace, name } = agent;
    const { answer } = await submit.mutateAsync({
      input: { agent: `${namespace}/${name}`, input: written.value },
    });
    if (answer.job !== null) await navigate({ to: '/jobs/$id', params: { id: answer.job.id } });
  };
  if (!may('JOBS_SUBMIT')) return <Empty title={t('agents.mayNotTry')} />;
  return (
    <form
      className="try"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        // What is refused is shown below.
        void send().catch(() => undefined);
      }}
    >
      <SchemaInput
        {...{ schema, problems, value: written.value }}
        path="input"
        label={t('job.input')}
        onChange={(value, isSound) => setWritten({ value, isSound })}
      />
      <Problems error={submit.error} />
      <Button kind="primary" type="submit" isBusy={submit.isPending} disabled={!written.isSound}>
        {t('agents.submit')}
      </Button>
    </form>
  );
}
