import type { Definition } from '../../engine/definition.ts';
import { checkInputBriefly, type InputProblem } from '../../engine/rules.ts';
import { AppError, RefusedError, errorCatalogue } from '../../kernel/errors.ts';
import type { ErrorCode } from '../../kernel/errors.ts';
import type { JsonValue } from '../../kernel/json.ts';
import type { VerbContext } from '../context.ts';
import type { Documents } from '../documents/documents.ts';

interface Input {
  readonly tenantId: string;
  readonly input: JsonValue;
  /** Path of the input in the arguments, with which the fields of problems begin. */
  readonly path: string;
}

/** Refuses an input with everything that is wrong with it; business rules have codes of their own. */
export async function checkInput(
  services: Pick<VerbContext, 'limits' | 'documents'>,
  definition: Definition,
  { tenantId, input, path }: Input,
): Promise<void> {
  const { inputBytes, nesting: inputDepth } = services.limits;
  const limits = { inputBytes, inputDepth };
  const problems =
    checkInputBriefly(definition, input, limits) ??
    (await checkApart(
      services,
      { document: definition.document, input, limits },
      { tenantId, path },
    ));
  if (problems.length > 0) throw refusedInput(problems, path);
}

/** The refusal of an input that is at `path` in the arguments. */
export function refusedInput(problems: readonly InputProblem[], path: string): RefusedError {
  const code = problems[0]?.code ?? '';
  return new RefusedError(
    isErrorCode(code) ? code : 'RULE_VIOLATED',
    problems.map(({ code, field, message }) => ({ code, field: joined(path, field), message })),
  );
}

/** Large inputs, schemas and rules are checked where they hold nobody up. */
async function checkApart(
  { documents }: Pick<VerbContext, 'documents'>,
  request: Parameters<Documents['checkInput']>[0],
  { tenantId, path }: Omit<Input, 'input'>,
): Promise<readonly InputProblem[]> {
  try {
    return await documents.checkInput(request, { tenantId });
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'LIMIT_EXCEEDED') throw error;
    const message = `the input is too costly to check: ${error.message}`;
    throw new AppError('LIMIT_EXCEEDED', message, { path });
  }
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(errorCatalogue, code);
}

/** `input` and the pointer `/lines/0/price` → `input.lines.0.price`. */
export function joined(path: string, pointer: string): string {
  const tokens = pointer.split('/').slice(1);
  return [path, ...tokens.map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'))].join(
    '.',
  );
}
