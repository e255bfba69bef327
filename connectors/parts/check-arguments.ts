import { AppError, RefusedError } from '../../kernel/errors.ts';
import type { JsonObject, JsonValue } from '../../kernel/json.ts';
import type { CompileSchema, SchemaFault } from '../ports.ts';

/** Refuses arguments that do not fit the schema of their operation, with every fault; null counts as not given. */
export function checkArguments(
  compileSchema: CompileSchema,
  schema: JsonObject,
  values: JsonObject,
): void {
  const given = Object.entries(values).filter(([, value]) => value !== null);
  const faults = check(compileSchema, schema, Object.fromEntries(given));
  if (faults.length > 0)
    throw new RefusedError(
      'BAD_USER_INPUT',
      faults.map(({ path, message }) => {
        const field = ['arguments', ...namesOf(path)].join('.');
        return { code: 'BAD_USER_INPUT', field, message: `${field} ${message}` };
      }),
    );
}

/** How a value does not fit; a schema that is none is a fault of the configuration. */
export function check(
  compileSchema: CompileSchema,
  schema: JsonObject,
  value: JsonValue,
): readonly SchemaFault[] {
  try {
    return compileSchema(schema)(value);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new AppError('BAD_USER_INPUT', `the operation has no usable schema: ${error.message}`, {
      path: 'config',
      cause: error,
    });
  }
}

function namesOf(pointer: string): readonly string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~').slice(0, 64));
}
