import type { UserProblem } from '../app/ask.ts';
import { isRecord, type Schema, typeOf } from './schema.ts';
import { SchemaField } from './schema-field.tsx';

interface Props {
  readonly schema: Schema;
  readonly value: unknown;
  /** Where it stands in the request, as problems name it. */
  readonly path: string;
  readonly problems: readonly UserProblem[];
  readonly onChange: (value: unknown) => void;
}

/** Fields for the properties of an object; an object in it is a group of fields. */
export function SchemaForm({ schema, value, path, problems, onChange }: Props) {
  const properties = isRecord(schema['properties']) ? schema['properties'] : {};
  const required: unknown[] = Array.isArray(schema['required']) ? schema['required'] : [];
  const members = isRecord(value) ? value : {};
  return Object.entries(properties).map(([name, member]) => {
    const part = isRecord(member) ? member : {};
    const at = `${path}.${name}`;
    const change = (next: unknown): void => {
      const { [name]: _before, ...rest } = members;
      onChange(next === undefined ? rest : { ...members, [name]: next });
    };
    const isGroup = typeOf(part) === 'object' && isRecord(part['properties']);
    if (isGroup)
      return (
        <fieldset key={name} className="group">
          <legend>{name}</legend>
          <SchemaForm
            {...{ schema: part, value: members[name], path: at, problems }}
            onChange={change}
          />
        </fieldset>
      );
    return (
      <SchemaField
        key={name}
        name={name}
        schema={part}
        isRequired={required.includes(name)}
        value={members[name]}
        problem={problems.find(({ field }) => field === at)?.message}
        onChange={change}
      />
    );
  });
}
