import { readFileSync } from 'node:fs';
import type { Definition } from '../definition.ts';
import { workflowError } from '../problem.ts';
import { definitionOf, type JobOptions } from './run-job.ts';
import { testEvent, type Script } from './scripted-host.ts';

/** A definition out of the examples of the specification. */
export function example(name: string): Definition {
  return definitionOf(
    readFileSync(new URL(`../../tests/conformance/examples/${name}.yaml`, import.meta.url), 'utf8'),
  );
}

const pet = { id: 1, name: 'Rex', status: 'available' };

function http(status: number, body: unknown): Script {
  return {
    call: (request) =>
      request.kind === 'resource' ? { content: JSON.stringify(petstore) } : answer(status, body),
  };
}

function answer(status: number, body: unknown) {
  return {
    request: { method: 'GET', uri: 'https://example.com', headers: {} },
    statusCode: status,
    headers: { 'content-type': 'application/json' },
    bodyBase64: Buffer.from(JSON.stringify(body)).toString('base64'),
  };
}

const petstore = {
  swagger: '2.0',
  host: 'petstore.swagger.io',
  basePath: '/v2',
  schemes: ['https'],
  paths: {
    '/pet/findByStatus': {
      get: { operationId: 'findPetsByStatus', parameters: [{ name: 'status', in: 'query' }] },
    },
  },
};

const temperature = testEvent('com.fake-hospital.vitals.measurements.temperature', {
  temperature: 39,
});
const bpm = testEvent('com.fake-hospital.vitals.measurements.bpm', { bpm: 50 });
const checkedOut = testEvent('com.fake-hospital.patient.checked-out');

/** What the examples need to come to their end. */
export const scenarios: Readonly<Record<string, JobOptions>> = {
  'authentication-bearer': { input: { token: 't', petId: 1 }, script: http(200, pet) },
  'authentication-bearer-uri-format': { input: { token: 't', petId: 1 }, script: http(200, pet) },
  'call-custom-function-inline': { script: http(200, pet) },
  'call-http-endpoint-interpolation': { input: { petId: 1 }, script: http(200, pet) },
  'call-http-query-parameters': {
    input: { searchQuery: 'luke' },
    script: http(200, { results: [] }),
  },
  'call-openapi': { script: http(200, [pet]) },
  'conditional-task': { input: { customer: { age: 20 } }, script: http(200, {}) },
  'do-multiple': { script: http(200, pet) },
  emit: {},
  'for-inline-array': { input: { processed: [] } },
  fork: {
    input: { patient: { fullName: 'A' }, room: { number: 1 } },
    script: http(200, { ok: true }),
  },
  'listen-to-all': { script: { events: [temperature, bpm] } },
  'listen-to-any': { script: { events: [bpm] } },
  'listen-to-any-filter': {
    script: { events: [testEvent(temperature.type, { temperature: 36 }), bpm] },
  },
  'listen-to-any-until-condition': { script: { events: [bpm, bpm, temperature, bpm] } },
  'listen-to-any-until-consumed': { script: { events: [bpm, temperature, checkedOut] } },
  'listen-to-one': {
    script: {
      ...http(200, {}),
      events: [testEvent('com.virtual-wf-powered-race.events.race.started.v1')],
    },
  },
  'raise-inline': {},
  'raise-reusable': {},
  'run-subflow': { script: { child: () => ({ output: { registered: true } }) } },
  set: { input: [{ a: 1 }] },
  'set-expression': { input: [{ a: 1 }] },
  'star-wars-homeworld': {
    input: { id: 1 },
    script: http(200, { homeworld: 'https://swapi.dev/api/planets/1', name: 'x' }),
  },
  'switch-then-string': { input: { orderType: 'physical' } },
  'try-catch': { input: { petId: 1 }, script: http(404, {}) },
  'try-catch-then': { input: { petId: 1 }, script: http(404, {}) },
  'try-catch-then-directive': { script: http(503, {}) },
  'try-catch-retry-inline': { input: { petId: 1 }, script: http(503, {}) },
  'try-catch-retry-reusable': { input: { petId: 1 }, script: http(503, {}) },
  'wait-duration-inline': {},
  'wait-duration-iso8601': {},
};

/** A definition with a bit of everything. */
export const crowded = `
do:
  - prepare:
      set: { items: [1, 2, 3] }
  - work:
      for: { in: .items }
      do:
        - both:
            fork:
              branches:
                - left:
                    do:
                      - first: { call: integration, with: { integration: a, operation: first } }
                      - second: { call: integration, with: { integration: a, operation: second } }
                    export: { as: '$context + {left: (($context.left // 0) + 1)}' }
                - right:
                    try:
                      - third: { call: integration, with: { integration: b, operation: third } }
                    catch:
                      as: problem
                      retry: { delay: PT5S, jitter: { from: PT1S, to: PT3S }, limit: { attempt: { count: 2 } } }
                      do:
                        - note: { set: { failed: '\${ $problem.status }' } }
                    timeout: { after: PT1H }
                - human: { call: approval, with: { title: 'Item \${ $item }' } }
            output: { as: '{left: .[0], right: .[1], human: .[2].decision}' }
        - pause: { wait: PT2H }
        - tell: { emit: { event: { with: { type: done.v1, data: '\${ . }' } } } }
        - restore: { set: { items: [1, 2, 3] } }
  - quick:
      fork:
        compete: true
        branches:
          - slow: { wait: PT1H }
          - fast: { call: integration, with: { integration: a, operation: first } }
      output: { as: '{fast: ., left: $context.left}' }
`;

export const crowdedScript: Script = {
  call({ with: args }) {
    if (args['operation'] === 'third')
      throw workflowError('communication', 'down', { status: 503 });
    return { did: args['operation'] ?? null };
  },
  approval: () => ({ decision: 'approved' }),
};
