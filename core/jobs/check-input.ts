import { z } from 'zod';

import type { Definition } from '../../engine/definition.ts';
import { isTruthy } from '../../engine/expressions.ts';
import { compileSchema } from '../../engine/schema.ts';
import type { Problem } from '../../kernel/errors.ts';
import type { JsonValue } from '../../kernel/json.ts';
import type { VerbContext } from '../context.ts';

interface Input {
  readonly input: JsonValue;
  /** Path of the input in the arguments, with which the fields of problems begin. */
  readonly path: string;
}

/** `document.metadata.rules`: what no schema can say. Each assertion must hold before a job is accepted. */
const rulesModel = z.array(
  z.object({
    code: z.string(),
    message: z.string(),
    assert: z.string(),
    /** Dotted path below the input. */
    field: z.string().optional(),
  }),
);

type Rule = z.infer<typeof rulesModel>[number];

/**
 * Everything that is wrong with the input of a job. Rules are asked only when size and schema are right, as they count
 * on the shape that the schema promises.
 */
export function checkInput(
  { limits, clock }: Pick<VerbContext, 'limits' | 'clock'>,
  definition: Definition,
  { input, path }: Input,
): readonly Problem[] {
  const bytes = Buffer.byteLength(JSON.stringify(input));
  if (bytes > limits.inputBytes) {
    return [
      {
        code: 'INPUT_INVALID',
        field: path,
        message: `the input has ${String(bytes)} bytes; allowed are ${String(limits.inputBytes)}`,
      },
    ];
  }
  if (isDeeper(input, limits.nesting)) {
    return [
      {
        code: 'INPUT_INVALID',
        field: path,
        message: `the input is nested deeper than ${String(limits.nesting)} levels`,
      },
    ];
  }
  const faults = schemaFaults(definition, input);
  if (faults.length > 0) {
    return faults.map((fault) => ({
      code: 'INPUT_INVALID',
      field: joined(path, fault.path),
      message: fault.message,
    }));
  }
  return rulesOf(definition)
    .filter((rule) => !holds(definition, { rule, input, now: clock.now().getTime() }))
    .map(({ code, message, field }) => ({
      code,
      field: field === undefined ? path : `${path}.${field}`,
      message,
    }));
}

function schemaFaults({ document }: Definition, input: JsonValue) {
  const schema = document.input?.schema?.document;
  return schema === undefined ? [] : compileSchema(schema)(input);
}

function rulesOf({ document }: Definition): readonly Rule[] {
  return rulesModel.safeParse(document.document.metadata?.['rules']).data ?? [];
}

interface Question {
  readonly rule: Rule;
  readonly input: JsonValue;
  readonly now: number;
}

/** A rule that cannot be evaluated on this input does not hold. */
function holds({ expressions }: Definition, { rule, input, now }: Question): boolean {
  try {
    return isTruthy(expressions.evaluate(rule.assert, { dot: input, variables: {}, now }));
  } catch {
    return false;
  }
}

/** `input` and the pointer `/lines/0/price` → `input.lines.0.price`. */
function joined(path: string, pointer: string): string {
  const names = pointer
    .split('/')
    .slice(1)
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
  return [path, ...names].join('.');
}

function isDeeper(value: JsonValue, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((member) => isDeeper(member, levels - 1));
}
