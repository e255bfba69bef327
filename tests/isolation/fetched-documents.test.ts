import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { until } from '../support/until.ts';
import { publishTestAgent, startTestWorker, type TestWorker } from '../support/worker.ts';

const openApi = (paths: string, more = '') =>
  `openapi: 3.1.0\nservers: [{url: 'http://127.0.0.1:1'}]\n${more}\npaths: ${paths}\n`;
const good = openApi('{/good: {get: {operationId: read, parameters: [{in: query, name: a}]}}}');
const named = '[{in: path, name: a, schema: {type: string}}]';

const patienceMs = 120_000;

/** What a peer of the noisy tenant serves as an OpenAPI document. */
const documents: readonly (readonly [string, string])[] = [
  ['opens more brackets than a stack holds', '['.repeat(2_000_000)],
  ['nests deeper than allowed', `${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`],
  ['doubles its aliases', aliasBomb(30)],
  ['refers to itself', 'paths: &a {x: *a}'],
  [
    'has a great many keys',
    `{${Array.from({ length: 500_000 }, (_, n) => `k${n}: 1`).join(',\n')}}`,
  ],
  ['repeats its keys', `{${'a: 1, '.repeat(100_000)}}`],
  ['is no text of any kind', '\0\u0001%@`'],
  ['asks for code', 'paths: !!js/function "function () { for (;;); }"'],
  ['is a list', '[]'],
  ['has paths of another kind', 'paths: [1, 2]'],
  ['would change every object', '{"__proto__": {"paths": {}}, "constructor": 1}'],
  [
    'repeats one name in its path',
    openApi(`{'/${'{a}'.repeat(100_000)}': {get: {operationId: read, parameters: ${named}}}}`),
  ],
  [
    'fills its path with what it is given',
    openApi(`{'/${'{a}'.repeat(1_000)}': {get: {operationId: read, parameters: ${named}}}}`),
  ],
  [
    'fills its server with its own words',
    `servers: [{url: 'http://${'{v}'.repeat(20_000)}/', variables: {v: {default: ${'v'.repeat(100_000)}}}}]\npaths: {/a: {get: {operationId: read}}}`,
  ],
  [
    'refers to parameters in a circle',
    openApi("{/a: {get: {operationId: read, parameters: [{$ref: '#/a'}]}}}", "a: {$ref: '#/a'}"),
  ],
];

/** What it serves as a function. */
const functions: readonly (readonly [string, string])[] = [
  ['calls itself', "call: 'http://peer.example/functions/calls%20itself'"],
  [
    'never ends',
    "for: {each: x, in: '${ [range(20000)] }'}\ndo: [{a: {set: {n: '${ reduce range(1000000) as $i (0; . + 1) }'}}}]",
  ],
  ['computes without an end', "set: {n: '${ last(repeat(1)) }'}"],
  ['is one huge expression', `set: {n: '\${ ${'1 + '.repeat(400_000)}1 }'}`],
  ['is one deep expression', `set: {n: '\${ ${'('.repeat(200_000)}1${')'.repeat(200_000)} }'}`],
  ['is no task', '{a: 1}'],
  ['has tasks of no kind', 'do: [{a: {set: 1, call: 2, do: 3}}, 4, {}]'],
  ['has tasks that are no list', 'do: {a: {set: {}}}'],
  [
    'checks its input by a schema that is none',
    'set: {a: 1}\ninput: {schema: {document: {$dynamicRef: "#meta"}}}',
  ],
  [
    'checks its input by an endless pattern',
    `set: {a: 1}\ninput: {schema: {document: {properties: {a: {pattern: '^(a+)+$'}}}}}`,
  ],
];

const answer = {
  request: { method: 'GET', uri: 'http://peer.example/', headers: {} },
  statusCode: 200,
  headers: { 'content-type': 'application/json' },
  bodyBase64: Buffer.from('{}').toString('base64'),
};

let test: TestDatabase;
let worker: TestWorker;

beforeAll(async () => {
  test = await createTestDatabase();
  worker = startTestWorker(test.database, ({ kind, with: request }) => {
    if (kind !== 'resource') return Promise.resolve(answer);
    const uri = typeof request['uri'] === 'string' ? request['uri'] : '';
    const [, place = '', name = ''] = new URL(uri).pathname.split('/');
    const known = new Map(
      place === 'functions'
        ? [...functions, ['good', 'set: {ok: true}'] as const]
        : [...documents, ['good', good]],
    );
    return Promise.resolve({ content: known.get(decodeURIComponent(name)) ?? '' });
  });
});
afterAll(async () => {
  await worker[Symbol.asyncDispose]();
  await test[Symbol.asyncDispose]();
});

async function stateOf(jobId: string) {
  const { rows } = await test.database.pool.query<{
    state: string;
    attempt: number;
    losses: number;
  }>('select state::text, attempt, losses from jobs.job where id = $1', [jobId]);
  return rows[0];
}

const openApiCall = (name: string) =>
  `{ask: {call: openapi, with: {document: {endpoint: 'http://peer.example/documents/${encodeURIComponent(name)}'}, operationId: read, parameters: {a: '\${ "ä" * 50000 }'}}}}`;
const functionCall = (name: string) =>
  `{work: {call: 'http://peer.example/functions/${encodeURIComponent(name)}', with: {}}}`;

async function expectAlone(task: string): Promise<void> {
  const noisy = await publishTestAgent(test.database, `do: [${task}]`);
  const quiet = await publishTestAgent(
    test.database,
    `do: [${openApiCall('good')}, ${functionCall('good')}]`,
  );
  const bad = noisy.row({ a: `${'a'.repeat(40)}!` });
  const ours = Array.from({ length: 3 }, () => quiet.row());
  await worker.services.queue.submit([bad, ...ours]);
  for (const { jobId } of ours)
    await until(
      'a quiet job is over',
      async () => (await stateOf(jobId))?.state === 'SUCCEEDED',
      patienceMs,
    );
  // Some of them mean nothing that is wrong; none may cost the worker or the job an attempt.
  const ends = ['FAILED', 'SUCCEEDED'];
  await until(
    'the noisy job is over',
    async () => ends.includes((await stateOf(bad.jobId))?.state ?? ''),
    patienceMs,
  );
  const kept = { attempt: 0, losses: 0 };
  expect(await stateOf(bad.jobId)).toMatchObject(kept);
  for (const { jobId } of ours)
    expect(await stateOf(jobId)).toEqual({ state: 'SUCCEEDED', ...kept });
}

it.each(documents)(
  'attack 44: runs the jobs of a tenant beside one whose OpenAPI document %s',
  { timeout: 2 * patienceMs },
  (name) => expectAlone(openApiCall(name)),
);

it.each(functions)(
  'runs the jobs of a tenant beside one whose function %s',
  { timeout: 2 * patienceMs },
  (name) => expectAlone(functionCall(name)),
);

function aliasBomb(levels: number): string {
  const lines = Array.from({ length: levels }, (_, n) => `a${n + 1}: &a${n + 1} [*a${n}, *a${n}]`);
  return `a0: &a0 x\n${lines.join('\n')}\npaths: *a${levels}\n`;
}
