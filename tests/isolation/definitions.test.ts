import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { VerbContext } from '../../core/context.ts';
import { publishAgent } from '../../core/jobs/publish-agent.ts';
import { submitJob } from '../../core/jobs/submit-job.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { createJobsSubgraph } from '../../subgraphs/jobs/jobs-subgraph.ts';
import type { Subgraph } from '../../subgraphs/server/subgraph.ts';
import { createTestDatabase } from '../support/database.ts';
import { greeting } from '../support/definitions.ts';
import { testSettings, vouched } from '../support/subgraph.ts';
import { contextOfNewTenant, openTestServices } from '../support/verb-context.ts';
import type { TestServices } from '../support/verb-context.ts';

const stack = new AsyncDisposableStack();
let services: TestServices;
let subgraph: Subgraph;
let quiet: VerbContext;
let noisy: VerbContext;

beforeAll(async () => {
  const { database } = stack.use(await createTestDatabase());
  services = stack.use(openTestServices(database, { documents: { deadlineMs: 60_000 } }));
  subgraph = stack.use(createJobsSubgraph(services, testSettings));
  quiet = await contextOfNewTenant(services);
  noisy = await contextOfNewTenant(services);
  await publishAgent(quiet, { definition: greeting() });
}, 120_000);

afterAll(() => stack.disposeAsync());

interface Answer {
  readonly data: JsonObject | null;
  readonly errors: readonly { readonly extensions: JsonObject }[];
}

async function ask(
  { actor }: VerbContext,
  query: string,
  variables: JsonObject = {},
): Promise<Answer> {
  const headers = await vouched(actor);
  const { signal } = new AbortController();
  const request = { body: JSON.stringify({ query, variables }), headers, signal };
  const { body } = await subgraph.execute(request);
  const { data = null, errors = [] } = JSON.parse(body) as Partial<Answer>;
  return { data, errors };
}

const validate = 'query($d: String!) { validateDefinition(definition: $d) { isValid } }';
const head = 'document: {dsl: 1.0.3, namespace: tests, name: big, version: 1.0.0}\n';

/** Lines up to a size that takes a while to read. */
function large(line: (index: number) => string): string {
  const lines: string[] = [head];
  for (let size = head.length, index = 0; size < 150_000; index += 1) {
    const next = line(index);
    size += next.length;
    lines.push(next);
  }
  return lines.join('');
}

const largeDefinitions: readonly (readonly [name: string, text: string])[] = [
  ['keys without end', large((index) => `k${String(index)}: 1\n`)],
  ['anchors and aliases without end', large((index) => `a${String(index)}: &x [*x]\n`)],
  ['errors without end', large(() => ']')],
];

describe('beside a tenant whose documents are costly', { timeout: 300_000 }, () => {
  it.each(largeDefinitions)('another validates, submits and reads: %s', async (_, text) => {
    const ended: string[] = [];
    const flood = Array.from({ length: 5 }, async () => {
      const answer = await ask(noisy, validate, { d: text });
      ended.push('noisy');
      return answer;
    });
    expect(await ask(quiet, validate, { d: greeting() })).toEqual({
      data: { validateDefinition: { isValid: true } },
      errors: [],
    });
    await submitJob(quiet, { agent: 'greet', input: { name: 'Ada' } });
    const page = await ask(quiet, '{ jobs(first: 1) { nodes { state } } }');
    expect(page).toEqual({ data: { jobs: { nodes: [{ state: 'QUEUED' }] } }, errors: [] });
    expect(ended.length).toBeLessThan(flood.length);
    for (const { data, errors } of await Promise.all(flood))
      expect([data, errors]).toEqual([{ validateDefinition: { isValid: false } }, []]);
  });

  it('lets one request validate one definition, whatever it calls the fields', async () => {
    const twice =
      'query($d: String!) { a: validateDefinition(definition: $d) { isValid } b: validateDefinition(definition: $d) { isValid } }';
    const { errors } = await ask(noisy, twice, { d: greeting() });
    expect(errors.map(({ extensions }) => extensions['code'])).toEqual(['LIMIT_EXCEEDED']);
  });
});

describe('a schema that cannot be used', { timeout: 120_000 }, () => {
  const publish = async (schema: string): Promise<unknown> =>
    await publishAgent(noisy, {
      definition: `${head}input: {schema: {document: ${schema}}}\ndo: [{ a: { set: { b: 1 } } }]`,
    }).catch((error: unknown) => error);

  it.each([
    ['refers to itself without end', '{$ref: "#"}'],
    ['multiplies by its references', multiplying(24)],
    ['is larger than any needs to be', manyProperties(4_000)],
  ])('is refused at publication when it %s', async (_, schema) => {
    expect(await publish(schema)).toMatchObject({
      code: 'DEFINITION_INVALID',
      answer: {
        findings: [{ id: 'schema/compile', path: '/input/schema/document', line: 2 }],
      },
    });
  });

  it('costs a linear number of steps for unique objects', async () => {
    await publish('{type: object, properties: {rows: {type: array, uniqueItems: true}}}');
    const rows = Array.from({ length: 20_000 }, (_, id) => ({ id }));
    const input = { rows };
    expect(await submitJob(noisy, { agent: 'big', input })).toMatchObject({ isNew: true });
    const doubled = { rows: [...rows, { id: 7 }] };
    await expect(submitJob(noisy, { agent: 'big', input: doubled })).rejects.toMatchObject({
      problems: [{ code: 'INPUT_INVALID', field: 'input.input.rows' }],
    });
  });
});

describe('a template that goes on and on', { timeout: 120_000 }, () => {
  it('ends as an error of its reader, while another tenant reads its own results', async () => {
    const loop = '{% for a in (1..9999) %}{% for b in (1..9999) %}x{% endfor %}{% endfor %}';
    const definition = `document: {dsl: 1.0.3, namespace: tests, name: loop, version: 1.0.0, metadata: {responses: {text: "${loop}"}}}\ndo: [{ a: { set: { b: 1 } } }]`;
    await publishAgent(noisy, { definition });
    const results = await Promise.all(
      [noisy, quiet].map(async (context) => {
        const agent = context === noisy ? 'loop' : 'greet';
        return [context, await finishedJob(context, agent)] as const;
      }),
    );
    const answers = await Promise.all(
      results.map(([context, id]) =>
        ask(context, 'query($id: ID!) { job(id: $id) { result(format: TEXT) { content } } }', {
          id,
        }),
      ),
    );
    expect(answers[0]?.errors.map(({ extensions }) => extensions['code'])).toEqual([
      'BAD_USER_INPUT',
    ]);
    expect(answers[1]).toEqual({
      data: { job: { result: { content: 'Dear Ada, done!' } } },
      errors: [],
    });
  });
});

/** A job that has ended well, as a worker would have left it. */
async function finishedJob(context: VerbContext, agent: string): Promise<string> {
  const { jobId } = await submitJob(context, { agent, input: { name: 'Ada' } });
  const claimed = await services.queue.claim({ owner: 'worker', limit: 100, leaseMs: 60_000 });
  const finish = { state: 'SUCCEEDED', output: 'done' } as const;
  await Promise.all(claimed.map((job) => services.queue.finish(job, {}, finish)));
  return jobId;
}

function multiplying(levels: number): string {
  const parts = Array.from({ length: levels }, (_, index) => {
    const next = `{$ref: "#/$defs/d${String(index + 1)}"}`;
    return `d${String(index)}: {allOf: [${next}, ${next}]}`;
  });
  return `{$ref: "#/$defs/d0", $defs: {${parts.join(', ')}, d${String(levels)}: {type: object}}}`;
}

function manyProperties(count: number): string {
  const parts = Array.from({ length: count }, (_, index) => `p${String(index)}: {type: string}`);
  return `{properties: {${parts.join(', ')}}}`;
}
