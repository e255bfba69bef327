import { createHash } from 'node:crypto';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../kernel/json.ts';
import { isJsonArray, textOf } from '../../json-text.ts';
import { workflowError } from '../../problem.ts';
import { percentEncode } from '../../uri-template.ts';
import { serialise, type RequestBody } from '../body.ts';
import { entries, resolved, type Operation } from './document.ts';
import { formatStyle, type Placed } from './parameters.ts';
import { asPairs, separatorOf, type Style } from './style.ts';

const urlencoded = 'application/x-www-form-urlencoded';
const multipart = 'multipart/form-data';

/** Where a body's value comes from, and how the document wants it. */
interface BodyPlan {
  readonly document: JsonObject;
  readonly operation: Operation;
  readonly given: JsonObject;
  readonly placed: readonly Placed[];
}

/**
 * The body of a request: what is given as `body` (in Swagger 2.0 under the name of the body parameter), else the names that
 * the document does not declare; written in the first of the declared media types that can be made of it.
 */
export function bodyOf(plan: BodyPlan): RequestBody | undefined {
  const { operation, placed } = plan;
  const fields = placed.filter(({ place }) => place === 'formData');
  if (fields.length > 0) return formData(operation, fields);
  const value = valueOf(plan);
  if (value === undefined || value === null) {
    if (operation.requestBody?.['required'] !== true) return undefined;
    throw workflowError('validation', `operation ${operation.id} needs a body`);
  }
  return inDeclaredType(plan, value);
}

function inDeclaredType({ document, operation }: BodyPlan, value: JsonValue) {
  const declared = entries(operation.requestBody?.['content']);
  const types =
    declared.length > 0 ? declared : operation.consumes.map((type) => [type, {}] as const);
  const [type, media] = types.find(([name]) => canHold(name, value)) ?? types[0] ?? [];
  if (type === undefined) return serialise(value);
  const named = type.includes('*') ? ownType(value) : type;
  return written(document, { type: named, media: asObject(media), value });
}

function valueOf({ operation, given }: BodyPlan): JsonValue | undefined {
  const inBody = operation.parameters.find((parameter) => parameter['in'] === 'body');
  const name = textOf(inBody?.['name'] ?? 'body');
  if (Object.hasOwn(given, name)) return given[name];
  const known = new Set(operation.parameters.map((parameter) => textOf(parameter['name'])));
  const rest = Object.entries(given).filter(([key]) => !known.has(key));
  const [first] = rest;
  if (first === undefined) return undefined;
  const isDeclared = operation.requestBody !== undefined || inBody !== undefined;
  if (!isDeclared && /^(?:get|head)$/.test(operation.method))
    throw workflowError('validation', `operation ${operation.id} has no parameter ${first[0]}`);
  return Object.fromEntries(rest);
}

/** True for media types that can be written of such a value; of a text, any can. */
function canHold(type: string, value: JsonValue): boolean {
  if (typeof value === 'string') return true;
  const name = essence(type);
  return isJson(name) || name === urlencoded || name === multipart || name.includes('*');
}

interface Written {
  readonly type: string;
  readonly media: JsonObject;
  readonly value: JsonValue;
}

function written(document: JsonObject, { type, media, value }: Written): RequestBody {
  const name = essence(type);
  const schema = resolved(document, media['schema'] ?? {});
  if (isJson(name)) {
    const isValue = typeof value !== 'string' || schema['type'] === 'string';
    return { text: isValue ? JSON.stringify(value) : textOf(value), contentType: type };
  }
  if (typeof value === 'string') return { text: value, contentType: type };
  if (!isJsonObject(value) || (name !== urlencoded && name !== multipart))
    throw workflowError('validation', `a body of type ${name} has to be a text`);
  const encodings = asObject(media['encoding']);
  if (name === multipart) return multipartOf(partsOf(value, encodings));
  const pairs = Object.entries(value).flatMap(([field, item]) =>
    item === null ? [] : asPairs(asField(item), encodingStyle(field, asObject(encodings[field]))),
  );
  return { text: pairs.join('&'), contentType: type };
}

/** Lists repeat their field; a member that is neither text nor list is JSON. */
function asField(item: JsonValue): JsonValue {
  if (isJsonArray(item))
    return item.map((each) => (isJsonObject(each) ? JSON.stringify(each) : each));
  return isJsonObject(item) ? JSON.stringify(item) : item;
}

function encodingStyle(name: string, encoding: JsonObject): Style {
  const style = textOf(encoding['style'] ?? 'form');
  const { explode = style === 'form' } = encoding;
  return {
    ...{ name, style, separator: separatorOf(style) },
    isExploded: explode === true,
    encode: formEncode,
    hasPointedLabels: false,
  };
}

/** As forms encode: a space is a plus. */
function formEncode(text: string): string {
  return percentEncode(text).replaceAll('%20', '+');
}

/** The `formData` parameters of Swagger 2.0. */
function formData({ consumes }: Operation, fields: readonly Placed[]): RequestBody {
  const isMultipart =
    fields.some(({ declared }) => declared['type'] === 'file') ||
    (consumes.includes(multipart) && !consumes.includes(urlencoded));
  if (isMultipart)
    return multipartOf(fields.flatMap(({ name, value }) => partsOf({ [name]: value }, {})));
  const pairs = fields.flatMap((field) =>
    asPairs(field.value, { ...formatStyle(field), encode: formEncode }),
  );
  return { text: pairs.join('&'), contentType: urlencoded };
}

interface Part {
  readonly name: string;
  readonly type: string | undefined;
  readonly text: string;
}

function partsOf(value: JsonObject, encodings: JsonObject): readonly Part[] {
  return Object.entries(value).flatMap(([name, item]) => {
    if (item === null) return [];
    const declared = asObject(encodings[name])['contentType'];
    return (isJsonArray(item) ? item : [item]).map((each): Part => {
      const own = isJsonObject(each) || isJsonArray(each) ? 'application/json' : undefined;
      return { name, type: typeof declared === 'string' ? declared : own, text: textOf(each) };
    });
  });
}

/** RFC 7578. The boundary is made of the content, which it cannot occur in but by a collision of SHA-256. */
function multipartOf(parts: readonly Part[]): RequestBody {
  const boundary = createHash('sha256').update(JSON.stringify(parts)).digest('hex');
  const lines = parts.map(
    ({ name, type, text }) =>
      `--${boundary}\r\ncontent-disposition: form-data; name="${quoted(name)}"\r\n` +
      `${type === undefined ? '' : `content-type: ${type.replaceAll(/[\r\n]/g, '')}\r\n`}\r\n${text}\r\n`,
  );
  return {
    text: `${lines.join('')}--${boundary}--\r\n`,
    contentType: `${multipart}; boundary=${boundary}`,
  };
}

/** Line ends and quotes as browsers write them into a name (HTML, "multipart/form-data encoding algorithm"). */
function quoted(name: string): string {
  return name.replaceAll('\r', '%0D').replaceAll('\n', '%0A').replaceAll('"', '%22');
}

/** Where the document takes any type. */
function ownType(value: JsonValue): string {
  return typeof value === 'string' ? 'text/plain' : 'application/json';
}

function essence(type: string): string {
  return type.split(';')[0]?.trim().toLowerCase() ?? '';
}

function isJson(type: string): boolean {
  return /[/+]json$/.test(type);
}

function asObject(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}
