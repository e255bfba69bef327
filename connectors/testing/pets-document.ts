import type { JsonObject } from '../../kernel/json.ts';

/** A document with what documents have: references, recursion, several kinds of parameters, bodies and security. */
export const petsDocument: JsonObject = {
  openapi: '3.0.3',
  info: { title: 'Pets', version: '1' },
  servers: [{ url: '/' }],
  security: [{ key: [] }],
  paths: {
    '/pets': {
      get: {
        operationId: 'listPets',
        summary: 'Pets by status.',
        parameters: [
          {
            name: 'status',
            in: 'query',
            explode: false,
            schema: { type: 'array', items: { enum: ['sold', 'free'] } },
          },
          {
            name: 'limit',
            in: 'query',
            schema: { type: 'integer', minimum: 1, maximum: 100, exclusiveMaximum: true },
          },
        ],
        responses: {
          200: {
            description: 'Pets.',
            content: {
              'application/json': {
                schema: { type: 'array', items: { $ref: '#/components/schemas/Pet' } },
                example: [{ id: 7, name: 'Rex', tag: null, mother: { id: 6, name: 'Ada' } }],
              },
            },
          },
        },
      },
      post: {
        operationId: 'add-pet',
        requestBody: {
          required: true,
          content: { 'application/json': { schema: { $ref: '#/components/schemas/Pet' } } },
        },
        responses: { 201: { description: 'Added.' } },
      },
    },
    '/pets/{id}': {
      parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'integer' } }],
      get: {
        operationId: 'getPet',
        security: [{ key: [] }, { user: [] }],
        responses: {
          200: {
            description: 'The pet.',
            content: {
              'application/json': {
                schema: { $ref: '#/components/schemas/Pet' },
                example: { id: 7, name: 'Rex', tag: 'dog' },
              },
            },
          },
          404: { description: 'None.' },
        },
      },
      delete: { security: [], responses: { 204: { description: 'Gone.' } } },
    },
    '/elsewhere': {
      servers: [{ url: 'https://elsewhere.example' }],
      get: { operationId: 'elsewhere', responses: { 200: { description: 'Far away.' } } },
    },
  },
  components: {
    securitySchemes: {
      key: { type: 'apiKey', in: 'header', name: 'X-Api-Key' },
      user: { type: 'http', scheme: 'basic' },
      inQuery: { type: 'apiKey', in: 'query', name: 'key' },
    },
    schemas: {
      Pet: {
        type: 'object',
        required: ['id', 'name'],
        properties: {
          id: { type: 'integer', format: 'int64', readOnly: true },
          name: { type: 'string', minLength: 1, pattern: '^[A-Z]' },
          tag: { type: 'string', nullable: true },
          mother: { $ref: '#/components/schemas/Pet' },
        },
      },
    },
  },
};
