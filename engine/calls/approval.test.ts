import { expect, it } from 'vitest';
import type { JsonValue } from '../../kernel/json.ts';
import { runJob } from '../testing/run-job.ts';

const source = (name: string): string => `do:
  - ask: { call: approval, with: { title: Pay?, ${name}: '\${ .value }' } }
`;

const id = '0198b8a0-0000-7000-8000-00000000abcd';
const list = 'ask: the approvers are not a list of ids, roles and groups';

it.each<readonly [name: string, value: JsonValue, detail: string]>([
  ...[null, 'ADMIN', [], [7], ['ADMIN', ''], [['ADMIN']], '${ ["ADMIN"] }', { id }].map(
    (value) => ['approvers', value, list] as const,
  ),
  ...[null, '', 7, ['ADMIN'], true].map(
    (value) => ['role', value, 'ask: the role is not a text'] as const,
  ),
  ...[null, 'false', 0, []].map(
    (value) => ['fourEyes', value, 'ask: fourEyes is neither true nor false'] as const,
  ),
  ...[null, '2', 0, -1, 1.5, 101, true].map(
    (value) => ['quorum', value, 'ask: the quorum is not a whole number from 1 to 100'] as const,
  ),
])('asks nobody when %s turns out to be %j', async (name, value, detail) => {
  const { outcome } = await runJob(source(name), { input: { value } });
  expect(outcome).toMatchObject({ state: 'faulted', error: { status: 400, detail } });
});

it('asks those that expressions name, ids as the platform writes them', async () => {
  const approvers = ['ADMIN', id.toUpperCase(), id];
  const { outcome } = await runJob(source('approvers'), { input: { value: approvers } });
  expect(outcome).toMatchObject({ state: 'waiting', waits: [{ approvers: ['ADMIN', id] }] });
});

it('hands on the role, four eyes and the quorum', async () => {
  const text = source('role').replace('} }', ', fourEyes: true, quorum: 2 } }');
  const { outcome } = await runJob(text, { input: { value: 'APPROVER' } });
  const wait = { role: 'APPROVER', fourEyes: true, quorum: 2 };
  expect(outcome).toMatchObject({ state: 'waiting', waits: [wait] });
});
