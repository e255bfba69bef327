/** A JSON Schema as far as forms read it. */
export type Schema = Readonly<Record<string, unknown>>;

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function typeOf(schema: Schema): string | undefined {
  const { type } = schema;
  if (typeof type === 'string') return type;
  if (!Array.isArray(type)) return isRecord(schema['properties']) ? 'object' : undefined;
  const names: unknown[] = type;
  const [first] = names.filter((one): one is string => typeof one === 'string' && one !== 'null');
  return first;
}

/** What an empty form means: what the schema gives, and of what is needed the emptiest. */
export function startOf(schema: unknown): unknown {
  if (!isRecord(schema)) return {};
  if ('default' in schema) return schema['default'];
  if ('const' in schema) return schema['const'];
  const { enum: options } = schema;
  if (Array.isArray(options)) return (options as unknown[])[0];
  const type = typeOf(schema);
  return type === 'object' ? startOfObject(schema) : (emptiest[type ?? ''] ?? {});
}

const emptiest: Readonly<Record<string, unknown>> = {
  array: [],
  boolean: false,
  string: '',
  number: 0,
  integer: 0,
};

function startOfObject(schema: Schema): unknown {
  const properties = isRecord(schema['properties']) ? schema['properties'] : {};
  const required: unknown[] = Array.isArray(schema['required']) ? schema['required'] : [];
  return Object.fromEntries(
    Object.entries(properties)
      .filter(
        ([name, member]) => required.includes(name) || (isRecord(member) && 'default' in member),
      )
      .map(([name, member]) => [name, startOf(member)]),
  );
}
