interface Props<Name extends string> {
  readonly label: string;
  readonly value: Name;
  readonly options: readonly (readonly [name: Name, text: string])[];
  readonly onChange: (value: Name) => void;
}

/** One of a few words. */
export function ChoiceField<Name extends string>({ label, value, options, onChange }: Props<Name>) {
  return (
    <label className="field">
      <span>{label}</span>
      <select
        value={value}
        onChange={({ target }) => {
          const chosen = options.find(([name]) => name === target.value);
          if (chosen !== undefined) onChange(chosen[0]);
        }}
      >
        {options.map(([name, text]) => (
          <option key={name} value={name}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}
