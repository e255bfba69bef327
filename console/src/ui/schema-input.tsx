import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { UserProblem } from '../app/ask.ts';
import { Button } from './button.tsx';
import { SchemaForm } from './schema-form.tsx';
import { isRecord } from './schema.ts';

interface Props {
  readonly schema: unknown;
  readonly value: unknown;
  /** Where it stands in the request, as problems name it. */
  readonly path: string;
  readonly label: string;
  readonly problems: readonly UserProblem[];
  /** `isSound` is false while what is written is no JSON; the value is then the last one that was. */
  readonly onChange: (value: unknown, isSound: boolean) => void;
}

/** A value by its schema: as a form where there are properties, or as JSON, which the form can be turned into. */
export function SchemaInput({ schema, value, path, label, problems, onChange }: Props) {
  const { t } = useTranslation();
  const [text, setText] = useState<string>();
  const hasForm = isRecord(schema) && isRecord(schema['properties']);
  const fault = text === undefined ? undefined : parsed(text).fault;
  const write = (next: string): void => {
    setText(next);
    const read = parsed(next);
    onChange('value' in read ? read.value : value, read.fault === undefined);
  };
  const turn = (): void => {
    setText(text === undefined ? JSON.stringify(value, undefined, 2) : undefined);
    onChange(value, true);
  };
  return (
    <>
      {hasForm && (
        <Button kind="quiet" onClick={turn}>
          {t(text === undefined ? 'agents.asJson' : 'agents.asForm')}
        </Button>
      )}
      {text === undefined && hasForm ? (
        <SchemaForm
          {...{ schema, value, path, problems }}
          onChange={(next) => onChange(next, true)}
        />
      ) : (
        <label className="field">
          <span>{label}</span>
          <textarea
            rows={14}
            spellCheck={false}
            value={text ?? JSON.stringify(value, undefined, 2)}
            onChange={({ target }) => write(target.value)}
          />
          {fault !== undefined && <small className="problem">{fault}</small>}
        </label>
      )}
    </>
  );
}

function parsed(text: string): { readonly value?: unknown; readonly fault?: string } {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error) };
  }
}
