import { AppError, RefusedError } from '../../kernel/errors.ts';
import type { JsonObject, JsonValue } from '../../kernel/json.ts';
import { parseOutsideJson } from '../../kernel/json.ts';
import { cutText } from '../../kernel/storable.ts';
import { IntegrationError } from '../errors.ts';
import { standalone } from '../openapi/schemas.ts';
import { check } from '../parts/check-arguments.ts';
import type { CompileSchema } from '../ports.ts';
import { type Direction, objectOf, textOf } from './document.ts';
import { type Message, valueIn } from './message.ts';

/** What a document says of a message. */
export interface MessageModel {
  readonly contentType: string;
  readonly payload: JsonObject | undefined;
  readonly headers: JsonObject | undefined;
  /** Where the correlation id stands, as an expression of AsyncAPI; empty where nowhere. */
  readonly correlation: string;
}

/** A message as it goes over a wire. */
export interface WireMessage {
  readonly body: Buffer;
  readonly contentType: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

/** How messages of a document are read. */
export function messageModel(
  document: JsonObject,
  message: JsonObject,
  { contentType, direction }: { readonly contentType: string; readonly direction: Direction },
): MessageModel {
  const side = direction === 'send' ? 'request' : 'response';
  const schemaOf = (value: JsonValue | undefined): JsonObject | undefined =>
    value === undefined ? undefined : standalone(document, plainSchema(message, value), side);
  const correlation = objectOf(message['correlationId']);
  return {
    contentType: textOf(message['contentType']) || contentType,
    payload: schemaOf(message['payload']),
    headers: schemaOf(message['headers']),
    correlation: textOf(correlation['location']),
  };
}

/** A schema of AsyncAPI 3 may say its format; those that are no JSON Schema cannot be kept. */
function plainSchema(message: JsonObject, value: JsonValue): JsonValue {
  const { schema, schemaFormat } = objectOf(value);
  const isWrapped = schema !== undefined && typeof schemaFormat === 'string';
  const format = textOf(isWrapped ? schemaFormat : message['schemaFormat']);
  if (format === '' || /asyncapi|schema\+(?:json|yaml)|openapi/.test(format))
    return isWrapped ? schema : value;
  throw new AppError(
    'BAD_USER_INPUT',
    `messages with schemas of ${JSON.stringify(format.slice(0, 100))} are not checked, so they do not go`,
    { path: 'document' },
  );
}

const jsonType = /[/+]json\b/;

/** The message as it is sent, if it is one of those that the document has. */
export function encodeMessage(
  compileSchema: CompileSchema,
  models: readonly MessageModel[],
  message: Message,
): WireMessage {
  const { model, faults } = fitting(compileSchema, models, message);
  if (faults.length > 0) throw new RefusedError('BAD_USER_INPUT', faults.map(asProblem));
  const contentType = model?.contentType ?? 'application/json';
  if (!jsonType.test(contentType))
    throw new AppError('BAD_USER_INPUT', `messages of ${contentType.slice(0, 100)} are not sent`, {
      path: 'message',
    });
  const headers = Object.entries(message.headers).filter(([, value]) => value !== null);
  return {
    body: Buffer.from(JSON.stringify(message.payload)),
    contentType,
    headers: Object.fromEntries(headers.map(([name, value]) => [name, headerText(value)])),
  };
}

function asProblem({ path, message }: Misfit) {
  const field = ['message', ...path.split('/').slice(1)].join('.').slice(0, 200);
  return { code: 'BAD_USER_INPUT' as const, field, message: cutText(message, 300) };
}

function headerText(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** A message that has come, as definitions get it: `{payload, headers, correlationId?}`. */
export function decodeMessage(
  compileSchema: CompileSchema,
  { models, name }: { readonly models: readonly MessageModel[]; readonly name: string },
  came: WireMessage,
): JsonObject {
  const contentType = came.contentType ?? models[0]?.contentType ?? 'application/json';
  const message = { payload: payloadOf(came.body, contentType, name), headers: came.headers };
  const { model, faults } = fitting(compileSchema, models, message);
  const [fault] = faults;
  if (fault !== undefined) throw misfit(name, `${fault.path} ${fault.message}`);
  const id = model === undefined ? undefined : valueIn(message, model.correlation);
  return typeof id === 'string' || typeof id === 'number'
    ? { ...message, correlationId: String(id) }
    : message;
}

function payloadOf(body: Buffer, contentType: string, name: string): JsonValue {
  if (!jsonType.test(contentType))
    return contentType.startsWith('text/') ? body.toString('utf8') : body.toString('base64');
  try {
    return parseOutsideJson(body.toString('utf8'));
  } catch (cause) {
    throw misfit(name, 'it is no JSON', cause);
  }
}

function misfit(name: string, why: string, cause?: unknown): IntegrationError {
  return new IntegrationError(
    `${name} sent a message that its document does not have: ${cutText(why.trim(), 300)}`,
    { isRetryable: false, cause },
  );
}

interface Misfit {
  readonly path: string;
  readonly message: string;
}

interface Fitting {
  readonly model: MessageModel | undefined;
  /** Of several models that it does not fit, those of the first. */
  readonly faults: readonly Misfit[];
}

/** The first model that a message fits. */
function fitting(
  compileSchema: CompileSchema,
  models: readonly MessageModel[],
  message: Message,
): Fitting {
  let first: readonly Misfit[] | undefined;
  for (const model of models) {
    const faults = faultsOf(compileSchema, model, message);
    if (faults.length === 0) return { model, faults };
    first ??= faults;
  }
  return { model: undefined, faults: first ?? [] };
}

function faultsOf(
  compileSchema: CompileSchema,
  { payload, headers }: MessageModel,
  message: Message,
): readonly Misfit[] {
  const of = (part: 'payload' | 'headers', schema: JsonObject | undefined): readonly Misfit[] =>
    schema === undefined
      ? []
      : check(compileSchema, schema, message[part]).map((fault) => ({
          path: `/${part}${fault.path}`,
          message: fault.message,
        }));
  return [...of('payload', payload), ...of('headers', headers)];
}
