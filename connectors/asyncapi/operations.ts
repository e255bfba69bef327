import { AppError } from '../../kernel/errors.ts';
import type { JsonObject, JsonValue } from '../../kernel/json.ts';
import type { OperationDescription } from '../connector.ts';
import { uniqueName } from '../parts/unique-name.ts';
import type { AsyncApiConfig } from './config.ts';
import { type Direction, operationsOf } from './document.ts';
import type { Message } from './message.ts';
import { type Target, targetOf } from './target.ts';

/** An operation under the name that definitions call it by. */
export interface AsyncOperation {
  readonly name: string;
  readonly id: string;
  readonly direction: Direction;
  readonly description: string;
  /** Where it goes, parameters of its channel open. */
  readonly target: Target;
}

const maxOperations = 500;

/** What a document offers on the server of the integration; what goes over no wire that is spoken here is left out. */
export function importOperations(config: AsyncApiConfig): readonly AsyncOperation[] {
  const { document, operations: wanted } = config;
  if (document === undefined) return [];
  const taken = new Set<string>();
  return operationsOf(document)
    .slice(0, maxOperations)
    .flatMap(({ name: id, direction, description }) => {
      const name = uniqueName(id, taken);
      const target = openTarget(config, { id, direction });
      return target === undefined ? [] : [{ name, id, direction, description, target }];
    })
    .filter(({ name }) => wanted === undefined || wanted.includes(name));
}

/** Stands for every parameter while nobody has said what it is. */
const anything = new Proxy<Record<string, JsonValue>>(
  {},
  {
    get: () => 'any',
    getOwnPropertyDescriptor: () => ({ configurable: true, enumerable: true, value: 'any' }),
  },
);

function openTarget(
  config: AsyncApiConfig,
  operation: Pick<AsyncOperation, 'id' | 'direction'>,
): Target | undefined {
  try {
    return operationTarget(config, operation, { parameters: anything });
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
}

interface CallParts {
  readonly parameters: JsonObject;
  readonly message?: Message;
}

/** Where a call of an operation goes. */
export function operationTarget(
  { document = {}, server: name, variables }: AsyncApiConfig,
  { id: operation, direction }: Pick<AsyncOperation, 'id' | 'direction'>,
  { parameters, message }: CallParts,
): Target {
  return targetOf(document, {
    ...{ operation, direction, parameters, message },
    server: { name, variables },
  });
}

/** Messages that one call takes at most. */
const maxAmount = 1_000;

const parameters = {
  type: 'object',
  description: 'Values for parameters in the address of the channel.',
  additionalProperties: { type: ['string', 'number'] },
};

/** JSON Schema of the arguments: a message, or how many are waited for. */
function argumentsOf({ direction, target: { messages } }: AsyncOperation): JsonObject {
  const [only] = messages;
  const isOne = messages.length === 1;
  if (direction === 'receive')
    return {
      type: 'object',
      properties: {
        amount: { type: 'integer', minimum: 1, maximum: maxAmount, default: 1 },
        parameters,
      },
      additionalProperties: false,
    };
  return {
    type: 'object',
    properties: {
      payload: isOne ? (only?.payload ?? {}) : {},
      headers: isOne && only?.headers !== undefined ? only.headers : { type: 'object' },
      parameters,
    },
    required: ['payload'],
    additionalProperties: false,
  };
}

/** How an operation is shown; a schema with parts of its own is shown as it would be checked. */
export function describeOperation(operation: AsyncOperation): OperationDescription {
  const { name, description, direction } = operation;
  return {
    ...{ name, isBatched: false, arguments: hoisted(argumentsOf(operation)) },
    description: description === '' ? undefined : description,
    result: direction === 'send' ? { type: 'null' } : receivedSchema,
  };
}

const receivedSchema: JsonObject = {
  type: 'array',
  items: {
    type: 'object',
    properties: {
      payload: {},
      headers: { type: 'object' },
      correlationId: { type: 'string' },
    },
    required: ['payload', 'headers'],
  },
};

/** Schemas of messages refer to their own `$defs`, so within another schema each is a resource of its own. */
function hoisted(schema: JsonObject): JsonObject {
  const { properties } = schema;
  const members = Object.entries(properties as JsonObject).map(([name, value]) => {
    const isWhole = typeof value === 'object' && value !== null && '$defs' in value;
    return [name, isWhole ? { $id: `urn:operandi:${name}`, ...value } : value] as const;
  });
  return { ...schema, properties: Object.fromEntries<JsonValue>(members) };
}
