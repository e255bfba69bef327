import type { Definition } from '../../engine/definition.ts';
import { checkInput as findProblems } from '../../engine/rules.ts';
import { RefusedError, errorCatalogue } from '../../kernel/errors.ts';
import type { ErrorCode } from '../../kernel/errors.ts';
import type { JsonValue } from '../../kernel/json.ts';
import type { VerbContext } from '../context.ts';

interface Input {
  readonly input: JsonValue;
  /** Path of the input in the arguments, with which the fields of problems begin. */
  readonly path: string;
}

/** Refuses an input with everything that is wrong with it; business rules have codes of their own. */
export function checkInput(
  { limits }: Pick<VerbContext, 'limits'>,
  definition: Definition,
  { input, path }: Input,
): void {
  const problems = findProblems(definition, input, {
    inputBytes: limits.inputBytes,
    inputDepth: limits.nesting,
  });
  const [first] = problems;
  if (first === undefined) return;
  throw new RefusedError(
    isErrorCode(first.code) ? first.code : 'RULE_VIOLATED',
    problems.map(({ code, field, message }) => ({ code, field: joined(path, field), message })),
  );
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(errorCatalogue, code);
}

/** `input` and the pointer `/lines/0/price` → `input.lines.0.price`. */
function joined(path: string, pointer: string): string {
  const tokens = pointer.split('/').slice(1);
  return [path, ...tokens.map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'))].join(
    '.',
  );
}
