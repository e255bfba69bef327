import { buildSubgraphSchema } from '@apollo/subgraph';
import { type GraphQLField, isObjectType, parse } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Actor } from '../../core/access/actor.ts';
import { createAccessSubgraph } from '../../subgraphs/access/access-subgraph.ts';
import { createAuditSubgraph } from '../../subgraphs/audit/audit-subgraph.ts';
import { createIntegrationsSubgraph } from '../../subgraphs/integrations/integrations-subgraph.ts';
import { createJobsSubgraph } from '../../subgraphs/jobs/jobs-subgraph.ts';
import { readTypeDefs } from '../../subgraphs/server/schema.ts';
import type { Subgraph } from '../../subgraphs/server/subgraph.ts';
import { createTestDatabase } from '../support/database.ts';
import { poisonedOperations, type PoisonedOperation } from '../support/poisoned-operations.ts';
import { actorOf, testSettings, vouched } from '../support/subgraph.ts';
import { insertTenant } from '../support/tenant.ts';
import { openTestServices } from '../support/verb-context.ts';

const create = {
  access: createAccessSubgraph,
  jobs: createJobsSubgraph,
  integrations: createIntegrationsSubgraph,
  audit: createAuditSubgraph,
};
const names = ['access', 'jobs', 'integrations', 'audit'] as const;
const texts = { NUL: 'a\u0000b', 'half a pair': 'a\ud83d' } as const;

const stack = new AsyncDisposableStack();
const subgraphs = new Map<string, Subgraph>();
let actor: Actor;

beforeAll(async () => {
  const { database } = stack.use(await createTestDatabase());
  const services = stack.use(openTestServices(database));
  for (const name of names) subgraphs.set(name, stack.use(create[name](services, testSettings)));
  actor = actorOf(await insertTenant(database));
});

afterAll(() => stack.disposeAsync());

function operationsOf(name: (typeof names)[number], text: string): readonly PoisonedOperation[] {
  const schema = buildSubgraphSchema({ typeDefs: parse(readTypeDefs(name)) });
  return (['Query', 'Mutation', 'Subscription'] as const).flatMap((root) => {
    const type = schema.getType(root);
    const fields = isObjectType(type) ? Object.values(type.getFields()) : [];
    return fields
      .filter((field) => !field.name.startsWith('_') && !isHidden(field))
      .flatMap((field) => poisonedOperations(root, field, text));
  });
}

/** The gateway alone asks it, so that no caller's argument comes here. */
function isHidden({ astNode }: GraphQLField<unknown, unknown>): boolean {
  return astNode?.directives?.some(({ name }) => name.value === 'inaccessible') ?? false;
}

async function answerOf(name: string, { query, variables }: PoisonedOperation): Promise<string> {
  const subgraph = subgraphs.get(name);
  if (subgraph === undefined) throw new Error(`no subgraph ${name}`);
  const { signal } = new AbortController();
  const headers = await vouched(actor, { subgraph: name });
  if (!query.startsWith('subscription')) {
    const body = JSON.stringify({ query, variables });
    return (await subgraph.execute({ body, headers, signal })).body;
  }
  const stream = subgraph.subscribe({ query, variables, headers, signal })[Symbol.asyncIterator]();
  return JSON.stringify((await stream.next()).value);
}

describe.each(names)('arguments of the %s subgraph', (name) => {
  it.each(Object.entries(texts))('are refused by their place for %s', async (_, text) => {
    const operations = operationsOf(name, text);
    const wrong: string[] = [];
    for (const operation of operations) {
      const answer = await answerOf(name, operation);
      if (!answer.includes('"BAD_USER_INPUT"') || answer.includes('"INTERNAL"'))
        wrong.push(`${operation.place}: ${answer}`);
    }
    expect(wrong).toEqual([]);
    expect(operations.length).toBeGreaterThan(0);
  });
});

it('names the place of an argument in the error', async () => {
  const query = 'query ($name: String!) { agent(name: $name) { id } }';
  const variables = { name: texts.NUL };
  const answer = await answerOf('jobs', { place: '', query, variables });
  expect(JSON.parse(answer)).toMatchObject({
    errors: [{ extensions: { code: 'BAD_USER_INPUT', field: 'name' } }],
  });
});

it('submits the other jobs of a request when one holds such text', async () => {
  const query =
    'mutation ($input: SubmitJobsInput!) { submitJobs(input: $input) { results { userErrors { code field } } } }';
  const jobs = [
    { agent: texts.NUL, input: {} },
    { agent: 'greet', input: { deep: [texts['half a pair']] } },
    { agent: 'greet', input: {} },
  ];
  const answer = await answerOf('jobs', { place: '', query, variables: { input: { jobs } } });
  expect(JSON.parse(answer)).toMatchObject({
    data: {
      submitJobs: {
        results: [
          { userErrors: [{ code: 'BAD_USER_INPUT', field: '0.agent' }] },
          { userErrors: [{ code: 'BAD_USER_INPUT', field: '1.input.deep.0' }] },
          { userErrors: [{ code: 'NOT_FOUND', field: '2.agent' }] },
        ],
      },
    },
  });
});
