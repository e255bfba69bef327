import { isJsonObject, type JsonObject, type JsonValue } from '../../../kernel/json.ts';
import { isJsonArray, textOf } from '../../json-text.ts';
import { workflowError } from '../../problem.ts';

/** An operation with all that its path item and its document say about it. */
export interface Operation {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  /** Each name and place once, the operation's own before those of its path item. */
  readonly parameters: readonly JsonObject[];
  /** Of OpenAPI 3; undefined where it takes none. */
  readonly requestBody: JsonObject | undefined;
  /** Media types of Swagger 2.0 bodies. */
  readonly consumes: readonly string[];
  /** The nearest list of servers. */
  readonly servers: readonly JsonValue[];
}

/** Fields of a path item that are operations. */
const methods: ReadonlySet<string> = new Set([
  ...['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace', 'query'],
]);

/** Longest chain of references that is followed. */
const maxReferences = 32;

/** True for a Swagger 2.0 document. */
export function isSwagger(document: JsonObject): boolean {
  return textOf(document['swagger']).startsWith('2');
}

/** Finds an operation by its id; `configuration` where there is none. */
export function findOperation(document: JsonObject, id: string): Operation {
  for (const [path, reference] of entries(document['paths'])) {
    const item = resolved(document, reference);
    for (const [method, given] of operationsOf(item)) {
      const operation = resolved(document, given);
      if (operation['operationId'] !== id) continue;
      const body = operation['requestBody'];
      return {
        ...{ id, method, path },
        parameters: parametersOf(document, operation, item),
        requestBody: body === undefined ? undefined : resolved(document, body),
        consumes: list(operation['consumes'] ?? document['consumes']).map(textOf),
        servers: nearest([operation, item, document], 'servers'),
      };
    }
  }
  throw workflowError('configuration', `the document has no operation ${JSON.stringify(id)}`);
}

function operationsOf(item: JsonObject): [string, JsonValue][] {
  const fixed = Object.entries(item).filter(([name]) => methods.has(name));
  return [...fixed, ...entries(item['additionalOperations'])];
}

function parametersOf(
  document: JsonObject,
  operation: JsonObject,
  item: JsonObject,
): readonly JsonObject[] {
  const all = [...list(operation['parameters']), ...list(item['parameters'])].map((parameter) =>
    resolved(document, parameter),
  );
  const known = new Map<string, JsonObject>();
  for (const parameter of all) {
    const identity = JSON.stringify([parameter['name'], parameter['in']]);
    if (!known.has(identity)) known.set(identity, parameter);
  }
  return [...known.values()];
}

function nearest(holders: readonly JsonObject[], name: string): readonly JsonValue[] {
  return holders.map((holder) => list(holder[name])).find((found) => found.length > 0) ?? [];
}

/** Follows local references; what they do not lead to is an empty object. */
export function resolved(document: JsonObject, value: JsonValue | undefined): JsonObject {
  let target = value;
  for (let steps = 0; steps < maxReferences && isJsonObject(target); steps += 1) {
    const { $ref } = target;
    if (typeof $ref !== 'string') return target;
    if (!$ref.startsWith('#/'))
      throw workflowError(
        'configuration',
        `the document refers to ${JSON.stringify($ref)}; only references within it are followed`,
      );
    target = at(document, $ref);
  }
  return {};
}

function at(document: JsonObject, reference: string): JsonValue | undefined {
  let target: JsonValue | undefined = document;
  for (const token of reference.slice(2).split('/')) {
    const name = decodeToken(token);
    target = isJsonObject(target) && Object.hasOwn(target, name) ? target[name] : undefined;
  }
  return target;
}

/** A reference is a URI fragment (RFC 6901 § 6); one that is not encoded as such is taken as it is. */
function decodeToken(token: string): string {
  return percentDecoded(token).replaceAll('~1', '/').replaceAll('~0', '~');
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export function entries(value: JsonValue | undefined): [string, JsonValue][] {
  return isJsonObject(value) ? Object.entries(value) : [];
}

export function list(value: JsonValue | undefined): readonly JsonValue[] {
  return isJsonArray(value) ? value : [];
}
