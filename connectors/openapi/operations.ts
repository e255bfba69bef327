import { isJsonObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import type { OpenApiOperation, OpenApiReader } from '../ports.ts';
import { uniqueName } from '../parts/unique-name.ts';
import type { OpenApiConfig } from './config.ts';
import { standalone } from './schemas.ts';

/** An operation of a document under the name that definitions call it by. */
export interface ImportedOperation {
  readonly name: string;
  readonly id: string;
  readonly description: string | undefined;
  readonly method: string;
  readonly declared: JsonObject;
  readonly found: OpenApiOperation;
  /** The document with this operation alone, in which it is found at once. */
  readonly own: JsonObject;
}

/** A document whose operations all have ids, and these operations. */
export interface Imported {
  readonly document: JsonObject;
  /** Where it comes from; relative servers start there. */
  readonly documentUri: string;
  /** Without a slash at the end. */
  readonly server: string;
  readonly operations: readonly ImportedOperation[];
}

const methods: ReadonlySet<string> = new Set([
  ...['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'],
]);
const maxOperations = 500;

/** What a document offers on the server that the integration is for. */
export function importDocument(reader: OpenApiReader, config: OpenApiConfig): Imported | undefined {
  const { document: given, documentUrl } = config;
  if (given === undefined) return undefined;
  const documentUri = documentUrl ?? config.server ?? 'https://no-server.invalid/';
  const document = withIds(reader, served(given, config.server));
  const servers = listOf(document['servers']);
  const server = reader.serverOf(document, servers, documentUri);
  const operations = operationsIn(reader, document)
    .filter(
      ({ found }) =>
        originOf(reader.serverOf(document, found.servers, documentUri)) === originOf(server),
    )
    .filter(({ name }) => config.operations === undefined || config.operations.includes(name));
  return { document, documentUri, server, operations };
}

/** A server that the integration names takes the place of all those in the document. */
function served(document: JsonObject, server: string | undefined): JsonObject {
  if (server === undefined) return document;
  const url = new URL(server);
  const isSwagger = typeof document['swagger'] === 'string';
  const own = isSwagger
    ? { host: url.host, basePath: url.pathname, schemes: [url.protocol.replace(':', '')] }
    : { servers: [{ url: server }] };
  const paths = mapValues(document['paths'], (item) => mapValues(without(item), without));
  return { ...document, ...own, paths };
}

function without(value: JsonValue): JsonValue {
  if (!isJsonObject(value)) return value;
  const { servers: _, ...rest } = value;
  return rest;
}

/** Operations are found by their ids, so one that has none, or one that another has, gets one. */
function withIds(reader: OpenApiReader, document: JsonObject): JsonObject {
  const taken = new Set<string>();
  const paths = mapEntries(document['paths'], (path, reference) => {
    const item = reader.resolve(document, reference);
    return mapEntries(item, (method, given) => {
      if (!methods.has(method)) return given;
      const operation = reader.resolve(document, given);
      const { operationId } = operation;
      const wanted =
        typeof operationId === 'string' && operationId !== '' ? operationId : `${method} ${path}`;
      const id = taken.has(wanted) ? `${wanted} ${String(taken.size)}` : wanted;
      taken.add(id);
      return { ...operation, operationId: id };
    });
  });
  return { ...document, paths };
}

function operationsIn(reader: OpenApiReader, document: JsonObject): readonly ImportedOperation[] {
  const names = new Set<string>();
  return Object.entries(objectOf(document['paths']))
    .flatMap(([path, item]) =>
      Object.entries(objectOf(item)).map(([method, declared]) => ({
        path,
        item,
        method,
        declared,
      })),
    )
    .filter(({ method }) => methods.has(method))
    .slice(0, maxOperations)
    .map(({ path, item, method, declared }) => {
      const operation = objectOf(declared);
      const own = { ...document, paths: { [path]: item } };
      const id = textOf(operation['operationId']);
      const name = uniqueName(id, names);
      const description = textOf(operation['summary'] ?? operation['description']).slice(0, 1000);
      return {
        ...{ name, id, method, declared: operation, own },
        description: description === '' ? undefined : description,
        found: reader.findOperation(own, id),
      };
    });
}

const argumentSchemas = new WeakMap<ImportedOperation, JsonObject>();

/** JSON Schema of the arguments: parameters by their names, and `body`; made once for an operation. */
export function argumentSchema(imported: Imported, operation: ImportedOperation): JsonObject {
  const known = argumentSchemas.get(operation) ?? describeArguments(imported, operation);
  argumentSchemas.set(operation, known);
  return known;
}

function describeArguments({ document }: Imported, { found }: ImportedOperation): JsonObject {
  const parameters = found.parameters.filter((each) => !isReserved(each));
  const fields = parameters.map((parameter) => {
    const name = textOf(parameter['name']);
    return {
      name,
      schema: parameterSchema(parameter),
      isRequired: parameter['required'] === true && !hasDefault(parameter),
    };
  });
  const body = found.requestBody;
  const bodyField =
    body === undefined
      ? []
      : [{ name: 'body', schema: mediaSchema(body), isRequired: body['required'] === true }];
  const all = [...fields, ...bodyField];
  const schema = {
    type: 'object',
    properties: Object.fromEntries(all.map(({ name, schema: each }) => [name, each])),
    required: [...new Set(all.filter(({ isRequired }) => isRequired).map(({ name }) => name))],
    additionalProperties: false,
  };
  return standalone(document, schema, 'request');
}

/** Headers that OpenAPI leaves to other parts of a document. */
function isReserved(parameter: JsonObject): boolean {
  return (
    parameter['in'] === 'header' &&
    /^(?:accept|content-type|authorization)$/i.test(textOf(parameter['name']))
  );
}

function hasDefault(parameter: JsonObject): boolean {
  return (
    parameter['default'] !== undefined || objectOf(parameter['schema'])['default'] !== undefined
  );
}

/** A parameter has a schema, a media type with one, or, in Swagger 2.0, is one itself. */
function parameterSchema(parameter: JsonObject): JsonValue {
  const { schema, content } = parameter;
  if (schema !== undefined) return schema;
  const [media] = Object.values(objectOf(content));
  if (media !== undefined) return objectOf(media)['schema'] ?? {};
  const {
    name: _,
    in: __,
    required: ___,
    collectionFormat: ____,
    allowEmptyValue: _____,
    ...own
  } = parameter;
  return own;
}

function mediaSchema({ content }: JsonObject): JsonValue {
  const types = Object.entries(objectOf(content));
  const [, media] = types.find(([type]) => /[/+]json\b/.test(type)) ?? types[0] ?? [];
  return objectOf(media)['schema'] ?? {};
}

/** Which answer of which operation. */
interface Answer {
  readonly imported: Imported;
  readonly operation: ImportedOperation;
  readonly status: number;
}

const responseSchemas = new WeakMap<ImportedOperation, Map<number, JsonObject | undefined>>();

/** JSON Schema of the answer with a status, made once; undefined where the document says nothing of it. */
export function responseSchema(reader: OpenApiReader, answer: Answer): JsonObject | undefined {
  const { operation, status } = answer;
  const known = responseSchemas.get(operation) ?? new Map<number, JsonObject | undefined>();
  responseSchemas.set(operation, known);
  if (!known.has(status)) known.set(status, describeResponse(reader, answer));
  return known.get(status);
}

function describeResponse(
  reader: OpenApiReader,
  { imported: { document }, operation: { declared }, status }: Answer,
): JsonObject | undefined {
  const responses = objectOf(declared['responses']);
  const digit = String(Math.floor(status / 100));
  const given = responses[String(status)] ?? responses[`${digit}XX`] ?? responses['default'];
  if (given === undefined) return undefined;
  const response = reader.resolve(document, given);
  const schema = response['schema'] ?? jsonSchemaIn(response);
  return schema === undefined ? undefined : standalone(document, schema, 'response');
}

function jsonSchemaIn({ content }: JsonObject): JsonValue | undefined {
  const json = Object.entries(objectOf(content)).find(([type]) => /[/+]json\b/.test(type));
  return json === undefined ? undefined : objectOf(json[1])['schema'];
}

/** The first status of success that a document names. */
export function successStatus({ declared }: ImportedOperation): number {
  const named = Object.keys(objectOf(declared['responses'])).find((status) =>
    /^2\d\d$/.test(status),
  );
  return named === undefined ? 200 : Number(named);
}

export function objectOf(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

export function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? (value as readonly JsonValue[]) : [];
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

function originOf(url: string): string {
  return new URL(url).origin;
}

function mapValues(value: JsonValue | undefined, map: (value: JsonValue) => JsonValue): JsonObject {
  return mapEntries(value, (_, item) => map(item));
}

function mapEntries(
  value: JsonValue | undefined,
  map: (name: string, value: JsonValue) => JsonValue,
): JsonObject {
  return Object.fromEntries(
    Object.entries(objectOf(value)).map(([name, item]) => [name, map(name, item)]),
  );
}
