import { readFileSync } from 'node:fs';

import { buildSchema, isObjectType } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { VerbContext } from '../../core/context.ts';
import { publishAgent } from '../../core/jobs/publish-agent.ts';
import { submitJob } from '../../core/jobs/submit-job.ts';
import type { Documents } from '../../core/documents/documents.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { createJobsSubgraph } from '../../subgraphs/jobs/jobs-subgraph.ts';
import type { Subgraph } from '../../subgraphs/server/subgraph.ts';
import { createTestDatabase } from '../support/database.ts';
import { greeting } from '../support/definitions.ts';
import { testSettings, vouched } from '../support/subgraph.ts';
import { contextOfNewTenant, openTestServices } from '../support/verb-context.ts';
import type { TestServices } from '../support/verb-context.ts';

const mebibyte = 1024 * 1024;
const stack = new AsyncDisposableStack();
let services: TestServices;
let subgraph: Subgraph;
let quiet: VerbContext;
let noisy: VerbContext;
let renderings = 0;

/** Renders as ever, and counts. */
function counting(documents: Documents): Documents {
  return {
    ...documents,
    render(request, owner) {
      renderings += 1;
      return documents.render(request, owner);
    },
  };
}

beforeAll(async () => {
  const { database } = stack.use(await createTestDatabase());
  services = stack.use(openTestServices(database, { documents: { deadlineMs: 60_000 } }));
  const counted = { ...services, documents: counting(services.documents) };
  subgraph = stack.use(createJobsSubgraph(counted, testSettings));
  quiet = await contextOfNewTenant(services);
  noisy = await contextOfNewTenant(services);
  await publishAgent(quiet, { definition: greeting() });
}, 120_000);

afterAll(() => stack.disposeAsync());

interface Answer {
  readonly data: JsonObject | null;
  readonly errors: readonly {
    readonly path: readonly unknown[];
    readonly extensions: JsonObject;
  }[];
}

async function ask({ actor }: VerbContext, query: string): Promise<Answer & { size: number }> {
  const headers = await vouched(actor);
  const { signal } = new AbortController();
  const { body } = await subgraph.execute({ body: JSON.stringify({ query }), headers, signal });
  const { data = null, errors = [] } = JSON.parse(body) as Partial<Answer>;
  return { data, errors, size: body.length };
}

/** Jobs that have ended well, as a worker would have left them. */
async function finishedJobs(context: VerbContext, agent: string, output: string[]) {
  for (const _ of output) await submitJob(context, { agent, input: { name: 'Ada' } });
  const claimed = await services.queue.claim({ owner: 'worker', limit: 100, leaseMs: 60_000 });
  await Promise.all(
    claimed.map((job, index) =>
      services.queue.finish(job, {}, { state: 'SUCCEEDED', output: output[index] ?? '' }),
    ),
  );
}

const codesOf = ({ errors }: Answer) => [
  ...new Set(errors.map(({ extensions }) => extensions['code'])),
];

describe('beside a tenant that asks for large values many times', { timeout: 120_000 }, () => {
  beforeAll(async () => {
    const text = '{{ output }}'.repeat(5);
    await publishAgent(noisy, {
      definition: `document: {dsl: 1.0.3, namespace: tests, name: large, version: 1.0.0, metadata: {responses: {text: "${text}"}}}\ndo: [{ a: { set: { b: 1 } } }]`,
    });
    const outputs = Array.from({ length: 8 }, (_, n) => String(n).repeat(200_000));
    await finishedJobs(noisy, 'large', outputs);
    await finishedJobs(quiet, 'greet', ['done']);
  });

  const readOwn = '{ jobs { nodes { output result(format: TEXT) { content } } } }';
  const own = { jobs: { nodes: [{ output: 'done', result: { content: 'Dear Ada, done!' } }] } };

  it('another is answered in full, whatever the names of the values', async () => {
    const aliases = Array.from({ length: 40 }, (_, n) => `o${String(n)}: output`).join(' ');
    const [large, small] = await Promise.all([
      ask(noisy, `{ jobs(first: 8) { nodes { id ${aliases} } } }`),
      ask(quiet, readOwn),
    ]);
    expect(small).toMatchObject({ data: own, errors: [] });
    expect(codesOf(large)).toEqual(['LIMIT_EXCEEDED']);
    expect(large.errors[0]?.path.slice(0, 2)).toEqual(['jobs', 'nodes']);
    expect(large.errors).toHaveLength(100);
    expect(JSON.stringify(large.data).match(/"o\d+":"/g)).toHaveLength(20);
    expect(large.size).toBeLessThan(5 * mebibyte);
  });

  it('another has its results, and none is rendered for what will not be answered', async () => {
    renderings = 0;
    const [large, small] = await Promise.all([
      ask(noisy, '{ jobs(first: 8) { nodes { result(format: TEXT) { content } } } }'),
      ask(quiet, readOwn),
    ]);
    expect(small).toMatchObject({ data: own, errors: [] });
    expect(codesOf(large)).toEqual(['LIMIT_EXCEEDED']);
    expect(large.errors.map(({ path }) => path)).toEqual(
      [4, 5, 6, 7].map((n) => ['jobs', 'nodes', n, 'result']),
    );
    // Four fit, the fifth is the one that goes beyond; the one of the other tenant may be remembered.
    expect(renderings).toBeLessThanOrEqual(6);
  });
});

it('has a price on every field that answers any JSON', () => {
  const sdl = readFileSync(new URL('../../schema/supergraph.graphql', import.meta.url), 'utf8');
  const schema = buildSchema(sdl, { assumeValidSDL: true });
  const unpriced = Object.values(schema.getTypeMap())
    .filter(isObjectType)
    .flatMap((type) => Object.values(type.getFields()).map((field) => ({ type, field })))
    .filter(({ field }) => /^JSON!?$/.test(String(field.type)))
    .filter(({ field }) => !field.astNode?.directives?.some(({ name }) => name.value === 'cost'));
  expect(unpriced.map(({ type, field }) => `${type.name}.${field.name}`)).toEqual([]);
});
