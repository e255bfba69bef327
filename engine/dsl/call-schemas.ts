import type { Ajv2020, ValidateFunction } from 'ajv/dist/2020.js';
import callSchemas from '../calls/calls.schema.json' with { type: 'json' };
import type { JsonObject } from '../../kernel/json.ts';
import { ajv2020 } from '../packages.ts';
import type { Remark } from './finding.ts';
import { readableErrors } from './schema-errors.ts';

/** The schemas of what the platform's own calls take, by definition. */
export const callDefinitions: JsonObject = callSchemas.$defs;

/** The definition of what a call of the default catalog takes. */
export function callDefinition(name: string): string {
  return `${name}Call`;
}

let ajv: Ajv2020 | undefined;
const validators = new Map<string, ValidateFunction>();

/** What is wrong with the form of a default function's `with`. */
export function validateArguments(name: string, args: JsonObject, path: string): Remark[] {
  const validate = validators.get(name) ?? compile(name);
  return validate(args) ? [] : readableErrors(validate.errors ?? [], args, path);
}

/** Compiled on first use: most definitions need none or one. */
function compile(name: string): ValidateFunction {
  ajv ??= new (ajv2020().Ajv2020)({
    strict: false,
    allErrors: true,
    // Its titles are the words of the findings.
    verbose: true,
    logger: false,
    meta: false,
    validateSchema: false,
    code: { optimize: false },
  }).addSchema(callSchemas, callSchemas.$id);
  const validate = ajv.compile({ $ref: `${callSchemas.$id}#/$defs/${callDefinition(name)}` });
  validators.set(name, validate);
  return validate;
}
