import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestPlatform, type TestPlatform } from '../support/platform.ts';
import { until } from '../support/until.ts';

const long = '12345678901234567890';
const near = '9007199254740993';
const fine = '0.12345678901234567890123';
const numbers = `{"id":${long},"near":${near},"fine":${fine},"minus":-${long},"list":[${long}],"plain":1.5}`;

let running: TestPlatform;
beforeAll(async () => {
  running = await startTestPlatform();
});
afterAll(() => running[Symbol.asyncDispose]());

/** The text of an answer: what a client sees before its own JSON library reads it. */
async function ask(query: string, variables = '{}'): Promise<string> {
  const response = await fetch(running.platform.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${running.platform.firstKey ?? ''}`,
    },
    body: `{"query":${JSON.stringify(query)},"variables":${variables}}`,
  });
  return (await response.text()).replace(/,"extensions":\{"cost":\{[^}]*\}\}/, '');
}

const named = (name: string, body: string): string =>
  `document: {dsl: '1.0.3', namespace: test, name: ${name}, version: '1.0.0'}\n${body}`;

async function publish(name: string, body: string): Promise<void> {
  const input = JSON.stringify({ input: { definition: named(name, body) } });
  const answer = await ask(
    'mutation($input: PublishAgentInput!) { publishAgent(input: $input) { userErrors { message } } }',
    input,
  );
  expect(answer).toBe('{"data":{"publishAgent":{"userErrors":[]}}}');
}

const submit =
  'mutation($input: SubmitJobInput!) { submitJob(input: $input) { job { id } userErrors { code field message } } }';

function idOf(answer: string): string {
  return /"id":"([\da-f-]{36})"/.exec(answer)?.[1] ?? answer;
}

async function submitted(agent: string, input: string): Promise<string> {
  return idOf(await ask(submit, `{"input":{"agent":"${agent}","input":${input}}}`));
}

async function field(id: string, selection: string): Promise<string> {
  return await ask(`{ job(id: "${id}") { ${selection} } }`);
}

async function ended(id: string, state = 'SUCCEEDED'): Promise<void> {
  await until(`job is ${state}`, async () => (await field(id, 'state')).includes(`"${state}"`));
}

describe('numbers with more digits than a double', () => {
  it('come through the API, the queue and a run as they went in', async () => {
    await publish('keep', 'do: [{nap: {wait: {milliseconds: 1}}}, {keep: {set: "${ . }"}}]');
    const id = await submitted('keep', numbers);
    await ended(id);
    expect(await field(id, 'input output')).toBe(
      `{"data":{"job":{"input":${numbers},"output":${numbers}}}}`,
    );
    expect(await field(id, 'result(format: JSON) { content }')).toContain(
      JSON.stringify(numbers).slice(1, -1),
    );
  });

  it('come through as literals of the query', async () => {
    const literal = `{id: ${long}, fine: ${fine}, in: [{n: -${long}}, $more]}`;
    const query = `mutation($more: JSON = {d: ${near}}) { submitJob(input: {agent: "keep", input: ${literal}}) { job { id } userErrors { message } } }`;
    const id = idOf(await ask(query));
    expect(await field(id, 'input')).toBe(
      `{"data":{"job":{"input":{"id":${long},"fine":${fine},"in":[{"n":-${long}},{"d":${near}}]}}}}`,
    );
    const other = idOf(await ask(query, `{"more":${long}1}`));
    expect(await field(other, 'input')).toContain(`{"n":-${long}},${long}1]`);
  });

  it('go into child jobs and come back', async () => {
    await publish('child', 'do: [{keep: {set: {back: "${ . }"}}}]');
    await publish(
      'parent',
      'do: [{ask: {run: {workflow: {namespace: test, name: child, version: latest, input: {all: "${ . }"}}}}}]',
    );
    const id = await submitted('parent', numbers);
    await ended(id);
    expect(await field(id, 'output')).toBe(
      `{"data":{"job":{"output":{"back":{"all":${numbers}}}}}}`,
    );
  });

  it('travel in events, to jobs that listen and to schedules that collect', async () => {
    await publish(
      'listening',
      'do: [{hear: {listen: {to: {one: {with: {type: told, data: {id: 12345678901234567890}}}}}}}]',
    );
    await publish(
      'collecting',
      'schedule: {on: {all: [{with: {type: first}}, {with: {type: second}}]}}\ndo: [{keep: {set: {got: "${ . }"}}}]',
    );
    const id = await submitted('listening', '{}');
    await ended(id, 'WAITING');
    const send = (type: string, data: string) =>
      ask(
        'mutation($input: SendEventInput!) { sendEvent(input: $input) { isNew wokenJobs userErrors { message } } }',
        `{"input":{"source":"/t","id":"${type}-${String(data.length)}","type":"${type}","data":${data}}}`,
      );
    expect(await send('told', '{"id":12345678901234567891}')).toContain('"wokenJobs":0');
    expect(await send('told', numbers)).toContain('"wokenJobs":1');
    await ended(id);
    expect(await field(id, 'output')).toBe(`{"data":{"job":{"output":[${numbers}]}}}`);
    await send('first', numbers);
    await send('second', numbers);
    const list = await until('the schedule has started a job', async () => {
      const answer = await ask(
        '{ jobs(filter: {agent: "collecting"}, first: 1) { nodes { input } } }',
      );
      return answer.includes('"input"') && answer;
    });
    expect(list).toContain(`[${numbers},${numbers}]`);
  });

  it('stand in events and approvals as they are', async () => {
    await publish('asking', 'do: [{ask: {call: approval, with: {title: Pay?, data: "${ . }"}}}]');
    const id = await submitted('asking', numbers);
    await ended(id, 'WAITING');
    expect(await ask('{ approvals(first: 5) { nodes { data } } }')).toContain(
      `{"data":${numbers}}`,
    );
    expect(await field(id, 'approvals { data }')).toContain(`{"data":${numbers}}`);
  });

  it('are refused by name where nothing can work with them', async () => {
    const answer = await ask(submit, '{"input":{"agent":"keep","input":{"a":[1,{"b":1e400}]}}}');
    expect(answer).toContain('the number 1e400 at a.1.b is out of range');
    expect(answer).toContain('"code":"BAD_USER_INPUT"');
    const literal = await ask(
      'mutation { submitJob(input: {agent: "keep", input: {a: 1e-400}}) { job { id } } }',
    );
    expect(literal).toContain('the number 1e-400 at a is out of range');
    const digits = '9'.repeat(1_001);
    expect(await ask(submit, `{"input":{"agent":"keep","input":${digits}}}`)).toContain(
      'out of range',
    );
  });

  it('are checked by schemas and rules as what they are', async () => {
    await publish(
      'checked',
      `input: {schema: {document: {properties: {id: {type: integer, maximum: ${long}}, cents: {multipleOf: 0.01}}}}}\ndo: [{keep: {set: {ok: true}}}]`,
    );
    const check = (input: string) => ask(submit, `{"input":{"agent":"checked","input":${input}}}`);
    expect(await check(`{"id":${long},"cents":19.99}`)).toContain('"userErrors":[]');
    const answer = await check('{"id":12345678901234567891,"cents":19.995}');
    expect(answer).toContain(`"field":"input.input.id","message":"must be <= ${long}"`);
    expect(answer).toContain('"field":"input.input.cents","message":"must be multiple of 0.01"');
  });
});
