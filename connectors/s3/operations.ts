import type { JsonObject } from '../../kernel/json.ts';

export const operationNames = ['put', 'get', 'head', 'list', 'delete', 'presign'] as const;

export type OperationName = (typeof operationNames)[number];

export interface S3Operation {
  readonly name: OperationName;
  readonly description: string;
  readonly arguments: JsonObject;
  readonly result: JsonObject;
}

const text = { type: 'string' };
const key = { type: 'string', minLength: 1, maxLength: 1024 };
const bytes = { type: 'integer', minimum: 0 };

function object(required: JsonObject, optional: JsonObject = {}): JsonObject {
  return {
    type: 'object',
    properties: { ...required, ...optional },
    required: Object.keys(required),
    additionalProperties: false,
  };
}

const described = { key: text, size: bytes, etag: text, lastModified: text, contentType: text };

export const operations: readonly S3Operation[] = [
  {
    name: 'put',
    description: 'Keeps an object; `isNew` refuses where there is one.',
    arguments: {
      ...object(
        { key },
        {
          ...{ text, json: {} },
          base64: { type: 'string', contentEncoding: 'base64', pattern: '^[A-Za-z0-9+/]*={0,2}$' },
          contentType: { type: 'string', maxLength: 255, pattern: '^[\\x20-\\x7e]*$' },
          isNew: { type: 'boolean' },
        },
      ),
      oneOf: [{ required: ['text'] }, { required: ['base64'] }, { required: ['json'] }],
    },
    result: { type: 'object', properties: { key: text, etag: text, versionId: text } },
  },
  {
    name: 'get',
    description: 'An object with its content, as `as` says or as its type is; null without one.',
    arguments: object({ key }, { as: { enum: ['text', 'json', 'base64'] } }),
    result: {
      type: ['object', 'null'],
      properties: { ...described, text, json: {}, base64: text },
    },
  },
  {
    name: 'head',
    description: 'What is known of an object without its content; null without one.',
    arguments: object({ key }),
    result: { type: ['object', 'null'], properties: described },
  },
  {
    name: 'list',
    description: 'Objects in the order of their keys, page by page up to `maxItems` (1000).',
    arguments: object(
      {},
      {
        prefix: { type: 'string', maxLength: 1024 },
        delimiter: { type: 'string', minLength: 1, maxLength: 16 },
        startAfter: { type: 'string', maxLength: 1024 },
        maxItems: { type: 'integer', minimum: 1, maximum: 100_000 },
      },
    ),
    result: {
      type: 'object',
      properties: {
        objects: { type: 'array', items: { type: 'object', properties: described } },
        prefixes: { type: 'array', items: text },
        isComplete: { type: 'boolean' },
      },
    },
  },
  {
    name: 'delete',
    description: 'Removes an object, where there is one.',
    arguments: object({ key }),
    result: { type: 'object', properties: { key: text } },
  },
  {
    name: 'presign',
    description: 'An address by which whoever has it gets or puts the object for a while.',
    arguments: object(
      { key },
      { method: { enum: ['GET', 'PUT'] }, expiresInSeconds: { type: 'integer', minimum: 1 } },
    ),
    result: { type: 'object', properties: { url: text, expiresAt: text } },
  },
];
