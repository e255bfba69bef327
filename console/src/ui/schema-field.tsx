import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { isRecord, type Schema, typeOf } from './schema.ts';

interface Props {
  readonly name: string;
  readonly schema: Schema;
  readonly isRequired: boolean;
  readonly value: unknown;
  readonly problem: string | undefined;
  readonly onChange: (value: unknown) => void;
}

/** One property with what its schema says of it. */
export function SchemaField(props: Props) {
  const { name, schema, isRequired, problem } = props;
  const { t } = useTranslation();
  const id = useId();
  const { title, description } = schema;
  const isTexts = typeOf(schema) === 'array' && isTextItem(schema['items']);
  const hints = [
    typeof description === 'string' ? description : undefined,
    isTexts ? t('form.lines') : undefined,
  ].filter((hint) => hint !== undefined);
  return (
    <label className="field">
      <span>
        {typeof title === 'string' ? title : name}
        {isRequired && <abbr title={t('form.required')}>*</abbr>}
      </span>
      <Input {...props} describedBy={id} isTexts={isTexts} />
      <small id={id}>{hints.join(' ')}</small>
      {problem !== undefined && <small className="problem">{problem}</small>}
    </label>
  );
}

function isTextItem(items: unknown): boolean {
  return isRecord(items) && typeOf(items) === 'string';
}

interface InputProps extends Props {
  readonly describedBy: string;
  readonly isTexts: boolean;
}

function Input({ schema, value, onChange, isTexts, isRequired, problem, describedBy }: InputProps) {
  const common = { 'aria-describedby': describedBy, 'aria-invalid': problem !== undefined };
  const options: unknown = schema['enum'];
  if (Array.isArray(options))
    return (
      <select
        {...common}
        value={value === undefined ? '' : JSON.stringify(value)}
        onChange={({ target }) =>
          onChange(target.value === '' ? undefined : JSON.parse(target.value))
        }
      >
        {!isRequired && <option value="" />}
        {options.map((option) => (
          <option key={JSON.stringify(option)} value={JSON.stringify(option)}>
            {typeof option === 'string' ? option : JSON.stringify(option)}
          </option>
        ))}
      </select>
    );
  const type = typeOf(schema);
  if (type === 'boolean')
    return (
      <input
        {...common}
        type="checkbox"
        checked={value === true}
        onChange={({ target }) => onChange(target.checked)}
      />
    );
  if (type === 'string') {
    return (
      <input
        {...common}
        type={schema['format'] === 'email' ? 'email' : 'text'}
        value={typeof value === 'string' ? value : ''}
        onChange={({ target }) =>
          onChange(target.value === '' && !isRequired ? undefined : target.value)
        }
      />
    );
  }
  if (isTexts)
    return (
      <textarea
        {...common}
        rows={3}
        value={Array.isArray(value) ? value.join('\n') : ''}
        onChange={({ target }) => onChange(target.value === '' ? [] : target.value.split('\n'))}
      />
    );
  return (
    <Written
      {...common}
      isNumber={type === 'number' || type === 'integer'}
      {...{ value, onChange }}
    />
  );
}

function meant(text: string): unknown {
  if (text.trim() === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

interface WrittenProps {
  readonly value: unknown;
  readonly isNumber: boolean;
  readonly onChange: (value: unknown) => void;
}

/** Numbers, and what has no field of its own, as JSON; while it cannot be read it stays as it is written, and counts as a text. */
function Written({ value, isNumber, onChange, ...common }: WrittenProps) {
  const [text, setText] = useState(() => (value === undefined ? '' : JSON.stringify(value)));
  const change = (next: string): void => {
    setText(next);
    onChange(meant(next));
  };
  return isNumber ? (
    <input
      {...common}
      inputMode="decimal"
      value={text}
      onChange={({ target }) => change(target.value)}
    />
  ) : (
    <textarea
      {...common}
      rows={4}
      spellCheck={false}
      value={text}
      onChange={({ target }) => change(target.value)}
    />
  );
}
