import type { Definition } from '../../engine/definition.ts';
import { checkInput as check } from '../../engine/rules.ts';
import type { Problem } from '../../kernel/errors.ts';
import type { JsonValue } from '../../kernel/json.ts';
import type { VerbContext } from '../context.ts';

interface Input {
  readonly input: JsonValue;
  /** Path of the input in the arguments, with which the fields of problems begin. */
  readonly path: string;
}

/** Everything that is wrong with the input of a job, each problem with its place in the arguments. */
export function checkInput(
  { limits }: Pick<VerbContext, 'limits'>,
  definition: Definition,
  { input, path }: Input,
): readonly Problem[] {
  const problems = check(definition, input, {
    inputBytes: limits.inputBytes,
    inputDepth: limits.nesting,
  });
  return problems.map(({ code, message, field }) => ({
    code,
    message,
    field: joined(path, field),
  }));
}

/** `input` and the pointer `/lines/0/price` → `input.lines.0.price`. */
function joined(path: string, pointer: string): string {
  const names = pointer
    .split('/')
    .slice(1)
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
  return [path, ...names].join('.');
}
