import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { TryDocument } from '../../_generated/documents.ts';
import { Refusal, useDeed } from '../../app/ask.ts';
import { useSession } from '../../app/session.ts';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { Problems } from '../../ui/problems.tsx';
import { SchemaForm } from '../../ui/schema-form.tsx';
import { isRecord, startOf } from '../../ui/schema.ts';
import type { Agent } from './agent.ts';

/** Submits a job with an input that is written by its schema, or as JSON. */
export function TryTab({ agent }: { readonly agent: Agent }) {
  const { t } = useTranslation();
  const { may } = useSession();
  const navigate = useNavigate();
  const schema = agent.current.inputSchema;
  const hasForm = isRecord(schema) && isRecord(schema['properties']);
  const [value, setValue] = useState<unknown>(() => startOf(schema));
  const [text, setText] = useState<string>();
  const submit = useDeed({
    document: TryDocument,
    problems: ({ answer }) => answer.userErrors,
    changes: [['jobs']],
  });
  const written = text === undefined ? { value } : parsed(text);
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
      {hasForm && (
        <Button
          kind="quiet"
          onClick={() => {
            if (text === undefined) setText(JSON.stringify(value, undefined, 2));
            else {
              if (written.fault === undefined) setValue(written.value);
              setText(undefined);
            }
          }}
        >
          {t(text === undefined ? 'agents.asJson' : 'agents.asForm')}
        </Button>
      )}
      {text === undefined && hasForm ? (
        <SchemaForm
          schema={schema}
          value={value}
          path="input"
          problems={problems}
          onChange={setValue}
        />
      ) : (
        <label className="field">
          <span>{t('job.input')}</span>
          <textarea
            rows={14}
            spellCheck={false}
            value={text ?? JSON.stringify(value, undefined, 2)}
            onChange={({ target }) => setText(target.value)}
          />
          {written.fault !== undefined && <small className="problem">{written.fault}</small>}
        </label>
      )}
      <Problems error={submit.error} />
      <Button
        kind="primary"
        type="submit"
        isBusy={submit.isPending}
        disabled={written.fault !== undefined}
      >
        {t('agents.submit')}
      </Button>
    </form>
  );
}

function parsed(text: string): { readonly value?: unknown; readonly fault?: string } {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error) };
  }
}
