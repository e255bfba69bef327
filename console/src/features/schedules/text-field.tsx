import { useId } from 'react';

interface Props {
  readonly label: string;
  readonly value: string;
  readonly hint?: string;
  readonly list?: string;
  readonly rows?: number;
  readonly problem: string | undefined;
  readonly onChange: (value: string) => void;
}

/** A text, with what is wrong with it; over several lines where `rows` are given. */
export function TextField({ label, value, hint, list, rows, problem, onChange }: Props) {
  const id = useId();
  const common = {
    value,
    spellCheck: false,
    'aria-describedby': id,
    'aria-invalid': problem !== undefined,
  };
  return (
    <label className="field">
      <span>{label}</span>
      {rows === undefined ? (
        <input {...common} list={list} onChange={({ target }) => onChange(target.value)} />
      ) : (
        <textarea {...common} rows={rows} onChange={({ target }) => onChange(target.value)} />
      )}
      <small id={id} className={problem === undefined ? undefined : 'problem'}>
        {problem ?? hint}
      </small>
    </label>
  );
}
