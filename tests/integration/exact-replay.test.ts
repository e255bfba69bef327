import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonValue } from '../../kernel/json.ts';
import { answerWait } from '../../queue/answer-wait.ts';
import type { Queue } from '../../queue/queue.ts';
import { onPool } from '../../queue/statement.ts';
import type { PerformCall } from '../../worker/outside.ts';
import { createTestDatabase, databaseKinds } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { jobState } from '../support/jobs.ts';
import { until } from '../support/until.ts';
import { publishTestAgent, startTestWorker } from '../support/worker.ts';

/** A queue behind which every run dies as soon as a result is durable, so that each result is replayed. */
function crashing(queue: Queue): Queue {
  return {
    ...queue,
    [Symbol.asyncDispose]: () => queue[Symbol.asyncDispose](),
    async checkpoint(held, write) {
      const result = await queue.checkpoint(held, write);
      if ((write.journal?.length ?? 0) > 0) throw new Error('the process dies');
      return result;
    },
  };
}

// What is parsed here is the text of a JSON value.
function json(text: string): JsonValue {
  return JSON.parse(text) as JsonValue;
}

const get = 'call: integration, with: {integration: shop, operation: get}';
const post = (argument: string) =>
  `call: integration, with: {integration: shop, operation: post, arguments: {is: ${argument}}}`;

/** Answers whose form says more than their value. */
const awkward: Readonly<Record<string, JsonValue>> = {
  'keys out of order': json('{"zebra":10,"apple":20,"mm":30}'),
  'keys that look like numbers': json('{"b":1,"10":2,"9":3,"a":4}'),
  'a key that objects inherit': json('{"z":1,"__proto__":{"y":2},"constructor":3}'),
  'an empty key and a long one': json('{"longest key of all":1,"":2,"k":3}'),
  'numbers of every size': json('{"b":1e300,"a":[1e-7,123456789012345680,0.1,-0,1e400]}'),
  'the same value twice': json('{"z":{"q":1,"b":2},"y":{"q":1,"b":2}}'),
};

/** Ways to look at an answer that see its form. */
const lenses = ['tojson', 'to_entries', 'keys_unsorted', '[.[]]', 'first(.[])', '[paths | tojson]'];

describe.each(databaseKinds)('a replay on the %s database', (kind) => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await createTestDatabase(kind);
  });
  afterAll(() => test[Symbol.asyncDispose]());

  async function ended(tasks: string, perform: PerformCall, input: JsonValue = {}) {
    const agent = await publishTestAgent(test.database, tasks);
    await using running = startTestWorker(test.database, perform, { around: crashing });
    const row = agent.row(input);
    await running.services.queue.submit([row]);
    return await until('the job is over', async () => {
      const state = await jobState(test.database.pool, row.jobId);
      return ['SUCCEEDED', 'FAILED', 'DEAD'].includes(state.state) && state;
    });
  }

  it('goes on with the same entry of a loop after each crash, so that each is paid once', async () => {
    const paid: JsonValue[] = [];
    const { state } = await ended(
      `do:
  - balances: {${get}}
  - each:
      for: {in: '\${ to_entries }', each: entry}
      do:
        - pay: {${post('"${ $entry.key }"')}}
        - rest: {wait: {milliseconds: 1}}
        - keep: {set: {zebra: 10}}
`,
      ({ with: given }) => {
        if (given['operation'] === 'get')
          return Promise.resolve(awkward['keys out of order'] ?? null);
        paid.push(given['arguments'] ?? null);
        return Promise.resolve(null);
      },
    );
    expect(state).toBe('SUCCEEDED');
    expect(paid).toEqual([{ is: 'zebra' }, { is: 'apple' }, { is: 'mm' }]);
  });

  it.each(Object.keys(awkward))('shows an answer with %s as the run saw it', async (name) => {
    const answer = awkward[name] ?? null;
    const seen: JsonValue[] = [];
    const steps = lenses.map(
      (lens, index) => `  - look${String(index)}: {${post(`"\${ $context | ${lens} }"`)}}\n`,
    );
    const { state, output } = await ended(
      `do:\n  - ask: {${get}, export: {as: '\${ . }'}}\n${steps.join('')}  - all: {set: '\${ [$context | ${lenses.join(', ')}] }'}\n`,
      ({ with: given }) => {
        if (given['operation'] === 'get') return Promise.resolve(answer);
        seen.push(JSON.stringify(given['arguments']));
        return Promise.resolve(null);
      },
    );
    expect(state).toBe('SUCCEEDED');
    const final = output as string[];
    expect(seen).toEqual(final.map((is) => JSON.stringify({ is })));
    const stored = json(JSON.stringify(answer));
    expect(JSON.stringify(JSON.parse(final[0] ?? ''))).toBe(JSON.stringify(stored));
  });

  it('gets its input, and its result its output, as they were submitted and returned', async () => {
    const input = json('{"zebra":1,"b":{"y":[1,{"q":1,"a":2}],"aa":3},"10":4}');
    const { output } = await ended(
      `do:\n  - back: {set: '\${ {z: ., a: tojson} }'}\n`,
      () => {
        throw new Error('nothing is called');
      },
      input,
    );
    expect(JSON.stringify(output)).toBe(JSON.stringify({ z: input, a: JSON.stringify(input) }));
  });

  it('reads an answer to a wait as it was given', async () => {
    const agent = await publishTestAgent(
      test.database,
      `do:\n  - ask: {call: approval, with: {title: Well}}\n  - out: {set: '\${ {form: tojson} }'}\n`,
    );
    await using running = startTestWorker(test.database, () => Promise.resolve(null), {
      around: crashing,
    });
    const row = agent.row();
    await running.services.queue.submit([row]);
    await until('the job waits', async () => {
      return (await jobState(test.database.pool, row.jobId)).state === 'WAITING';
    });
    const value = { zebra: 1, decision: 'approved', b: 2 };
    const ref = { tenantId: agent.tenantId, jobId: row.jobId, key: '/do/0/ask' };
    await answerWait(onPool(test.database.pool), { ...ref, value });
    running.services.doorbell.ring('jobs.ready', 'now');
    const done = await until('the job is over', async () => {
      const state = await jobState(test.database.pool, row.jobId);
      return state.state === 'SUCCEEDED' && state;
    });
    expect(done.output).toEqual({ form: JSON.stringify(value) });
  });

  it('fails the task alone whose answer is nested beyond what can be kept', async () => {
    const deep = (levels: number): JsonValue => {
      let value: JsonValue = null;
      for (let level = 0; level < levels; level += 1) value = [value];
      return value;
    };
    const { state, output } = await ended(
      `do:
  - most: {try: [{ask: {${get}}}], catch: {do: [{no: {raise: {error: {type: t, status: 500}}}}]}}
  - more:
      try: [{ask: {${post('1')}}}]
      catch: {as: error, do: [{told: {set: '\${ $error.detail }'}}]}
`,
      ({ with: given }) => Promise.resolve(deep(given['operation'] === 'get' ? 1_000 : 1_001)),
    );
    expect({ state, output }).toEqual({
      state: 'SUCCEEDED',
      output: 'a result is nested deeper than 1000',
    });
  });
});
