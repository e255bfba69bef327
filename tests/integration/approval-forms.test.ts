import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createClient, ValidateDefinitionDocument, type Client } from '../../sdk/src/index.ts';
import { ExactNumber } from '../../kernel/exact-number.ts';
import { reviveNumber } from '../../kernel/json.ts';
import {
  publish,
  startTestPlatform,
  typed,
  untilState,
  type TestPlatform,
} from '../support/platform.ts';

interface Approval {
  readonly id: string;
  readonly form: unknown;
  readonly decisions: readonly { readonly data: unknown }[];
}

const jobDocument = typed<{
  readonly job: { readonly output: unknown; readonly approvals: readonly Approval[] };
}>('query Job($id: ID!) { job(id: $id) { output approvals { id form decisions { data } } } }');

const decideDocument = typed<{
  readonly decideApproval: {
    readonly approval: { readonly state: string } | null;
    readonly userErrors: readonly { readonly code: string; readonly field: string }[];
  };
}>(
  `mutation Decide($input: DecideApprovalInput!) { decideApproval(input: $input) {
    approval { state } userErrors { code field } } }`,
);

const keyDocument = typed<{ readonly createApiKey: { readonly secret: string } }>(
  'mutation Key($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret } }',
);

const form = {
  type: 'object',
  required: ['amount', 'account'],
  additionalProperties: false,
  properties: {
    amount: { type: 'number', minimum: 1 },
    account: { type: 'string', description: 'Taken as written: ${ .secret }' },
  },
};

function asking(name: string, more = '', input = ''): string {
  return `document: {dsl: 1.0.3, namespace: tests, name: ${name}, version: 1.0.0}
${input}do:
  - ask:
      call: approval
      with:
        title: Pay?
        form: ${JSON.stringify(form)}
${more}`;
}

const stack = new AsyncDisposableStack();
let running: TestPlatform;

beforeAll(async () => {
  running = stack.use(await startTestPlatform());
}, 120_000);

afterAll(() => stack.disposeAsync());

async function asked(agent: string, input: object = {}): Promise<Approval & { job: string }> {
  const { id: job } = await running.client.submit(agent, input);
  await untilState(running.client, job, 'WAITING');
  const { approvals } = (await running.client.request(jobDocument, { id: job })).job;
  const [approval] = approvals;
  if (approval === undefined) throw new Error('nobody was asked');
  return { ...approval, job };
}

/** One who may see jobs, but nothing sensitive in them. */
async function reader(): Promise<Client> {
  const input = { name: 'A reader', permissions: ['JOBS_READ'] };
  const { createApiKey } = await running.client.request(keyDocument, { input });
  return createClient({ url: running.platform.url, apiKey: createApiKey.secret });
}

async function decide(input: Readonly<Record<string, unknown>>) {
  return (await running.client.request(decideDocument, { input })).decideApproval;
}

describe('a form that whoever approves fills in', () => {
  beforeAll(async () => {
    await publish(running.client, asking('form'));
  });

  it('is shown as it is written and becomes data of the decision, with all digits', async () => {
    const { id, job, form: shown } = await asked('form');
    expect(shown).toEqual(form);
    const data = { amount: new ExactNumber('12345678901234567890.10'), account: 'DE12' };
    expect(await decide({ id, approve: true, data })).toMatchObject({
      approval: { state: 'APPROVED' },
      userErrors: [],
    });
    await untilState(running.client, job, 'SUCCEEDED');
    const { url, firstKey: apiKey = '' } = running.platform;
    await using exact = createClient({ url, apiKey, reviver: reviveNumber });
    const { output, approvals } = (await exact.request(jobDocument, { id: job })).job;
    expect(output).toMatchObject({ decision: 'approved' });
    expect(JSON.stringify(output)).toContain('"data":{"amount":12345678901234567890.10');
    expect(JSON.stringify(approvals[0]?.decisions)).toContain('12345678901234567890.10');
  });

  it('is refused with everything that does not fit, and the question stays open', async () => {
    const { id } = await asked('form');
    const wrong = await decide({ id, approve: true, data: { amount: 0, colour: 'red' } });
    expect(wrong.approval).toBeNull();
    expect(wrong.userErrors.map(({ code, field }) => `${code} ${field}`).toSorted()).toEqual([
      'INPUT_INVALID input.data.account',
      'INPUT_INVALID input.data.amount',
      'INPUT_INVALID input.data.colour',
    ]);
    const none = await decide({ id, approve: true });
    expect(none.userErrors).toEqual([{ code: 'INPUT_INVALID', field: 'input.data' }]);
    const right = await decide({ id, approve: true, data: { amount: 1, account: 'x' } });
    expect(right.approval?.state).toBe('APPROVED');
  });

  it('is not for who rejects, nor where nothing is asked for', async () => {
    const { id } = await asked('form');
    const data = { amount: 1, account: 'x' };
    expect((await decide({ id, approve: false, data })).userErrors).toHaveLength(1);
    expect((await decide({ id, approve: false })).approval?.state).toBe('REJECTED');
    await publish(running.client, asking('no-form').replace(/ +form: .*\n/, ''));
    const open = await asked('no-form');
    expect(open.form).toBeNull();
    expect((await decide({ id: open.id, approve: true, data })).userErrors).toHaveLength(1);
    const nothing = { id: open.id, approve: true, data: null };
    expect((await decide(nothing)).approval?.state).toBe('APPROVED');
  });

  it('is sealed with the rest of the job where that has sensitive data', async () => {
    const schema = '{type: object, properties: {iban: {type: string, "x-sensitive": true}}}';
    const input = `input: {schema: {format: json, document: ${schema}}}\n`;
    await publish(running.client, asking('sealed-form', '', input));
    const { id, job } = await asked('sealed-form', { iban: 'DE-canary-1' });
    const data = { amount: 5, account: 'canary-account' };
    // Words of people are not opened, whatever they look like.
    const comment = `sealed:1:${id}:${job}:AAAA`;
    expect((await decide({ id, approve: true, data, comment })).userErrors).toEqual([]);
    await untilState(running.client, job, 'SUCCEEDED');
    const { output, approvals } = (await running.client.request(jobDocument, { id: job })).job;
    expect(output).toMatchObject({ data, comment });
    expect(approvals[0]?.decisions).toEqual([{ data }]);
    await using outsider = await reader();
    const seen = (await outsider.request(jobDocument, { id: job })).job;
    expect(seen.approvals[0]?.decisions).toEqual([{ data: '***' }]);
    expect(JSON.stringify(seen)).not.toContain('canary-account');
  });

  it('that is no schema is found before it is published', async () => {
    const source = asking('bad').replace('"minimum":1', '"minimum":"one"');
    const { validateDefinition } = await running.client.request(ValidateDefinitionDocument, {
      definition: source,
    });
    expect(validateDefinition.findings).toMatchObject([
      { id: 'schema/compile', path: '/do/0/ask/with/form/properties/amount/minimum' },
    ]);
  });
});
