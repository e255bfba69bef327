import type { ValidateFunction } from 'ajv';
import type { JsonObject, JsonValue } from '../../kernel/json.ts';
import { textOf } from '../json-text.ts';
import * as validators from './_generated/validators.js';
import { builtInCalls, type TaskKind } from './document.ts';
import type { Remark } from './finding.ts';
import { readableErrors } from './schema-errors.ts';

/** Validates everything but the tasks themselves. */
export function validateRoot(document: JsonObject): Remark[] {
  return check(validators.workflow, document, '');
}

/** Validates one task against the schema of its kind; tasks inside are left to their own turn. */
export function validateTask(task: JsonObject, kind: TaskKind, path: string): Remark[] {
  return check(validatorOf(task, kind), task, path);
}

function check(validate: ValidateFunction, value: JsonValue, path: string): Remark[] {
  if (validate(value)) return [];
  return readableErrors(validate.errors ?? [], value, path);
}

function validatorOf(task: JsonObject, kind: TaskKind): ValidateFunction {
  if (kind !== 'call') return validators[`${kind}Task`];
  const called = textOf(task['call']);
  const builtIn = builtInCalls.find((name) => name === called);
  return validators[`${builtIn ?? 'function'}Call`];
}
