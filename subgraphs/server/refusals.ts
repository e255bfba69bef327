import {
  defaultFieldResolver,
  getNamedType,
  getNullableType,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import type { GraphQLObjectType, GraphQLOutputType, GraphQLSchema } from 'graphql';

import { AppError, RefusedError } from '../../kernel/errors.ts';
import type { ErrorCode, Problem } from '../../kernel/errors.ts';

type Payload = Readonly<Record<string, unknown>>;

/** What the caller can put right by asking otherwise; the rest stays a top-level error. */
const businessCodes: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'BAD_USER_INPUT',
  'NOT_FOUND',
  'CONFLICT',
  'QUOTA_EXCEEDED',
  'ALREADY_EXISTS',
  'IDEMPOTENCY_MISMATCH',
  'DEFINITION_INVALID',
  'INPUT_INVALID',
  'RULE_VIOLATED',
  'LIMIT_EXCEEDED',
  'PAYLOAD_TOO_LARGE',
  'EGRESS_BLOCKED',
]);

/** Makes mutations answer business refusals as `userErrors` of their payload, in place; resolvers just throw. */
export function answerRefusals(schema: GraphQLSchema): void {
  for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) {
    const payload = getNamedType(field.type);
    if (!isObjectType(payload) || !('userErrors' in payload.getFields())) continue;
    const resolve = field.resolve ?? defaultFieldResolver;
    const empty = emptyPayload(payload);
    field.resolve = async (...call) => {
      try {
        return withUserErrors(await resolve(...call));
      } catch (error) {
        if (!(error instanceof AppError) || !businessCodes.has(error.code)) throw error;
        return { ...empty, ...answerOf(error), userErrors: problemsOf(error) };
      }
    };
  }
}

/** The problems of a refusal, for `userErrors`. */
export function problemsOf(error: AppError): readonly Problem[] {
  if (error instanceof RefusedError) return error.problems;
  return [{ code: error.code, field: error.path ?? '', message: error.message }];
}

function answerOf(error: AppError): Payload {
  return error instanceof RefusedError ? error.answer : {};
}

function withUserErrors(answer: unknown): unknown {
  return typeof answer === 'object' && answer !== null ? { userErrors: [], ...answer } : answer;
}

/** Null where it may be, else the value of each type that says nothing. */
function emptyPayload(payload: GraphQLObjectType): Payload {
  const fields = Object.values(payload.getFields());
  return Object.fromEntries(fields.map((field) => [field.name, emptyValue(field.type)]));
}

const emptyScalars = new Map<string, unknown>([
  ['Boolean', false],
  ['Int', 0],
  ['Float', 0],
  ['String', ''],
]);

function emptyValue(type: GraphQLOutputType): unknown {
  if (!isNonNullType(type)) return null;
  const inner = getNullableType(type);
  if (isListType(inner)) return [];
  const name = getNamedType(type).name;
  if (isEnumType(inner) || !emptyScalars.has(name)) {
    throw new Error(`a payload cannot be refused when its field of type ${name} must not be null`);
  }
  return emptyScalars.get(name);
}
