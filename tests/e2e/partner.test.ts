import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { publish, startTestPlatform, type TestPlatform } from '../support/platform.ts';
import { freePort } from '../support/process.ts';
import { openTypedPage, type TypedPage } from '../support/typed-page.ts';
import { until } from '../support/until.ts';

const root = resolve(import.meta.dirname, '../..');

let stack: AsyncDisposableStack;
let page: TypedPage;
let running: TestPlatform;
let port: number;

beforeAll(async () => {
  stack = new AsyncDisposableStack();
  port = await freePort();
  running = stack.use(
    await startTestPlatform({ OPERANDI_EGRESS_ALLOW: `127.0.0.1:${String(port)}` }),
  );
  await publish(
    running.client,
    readFileSync(join(root, 'examples/expense-approval/sop.yaml'), 'utf8'),
  );
  const { url } = running.platform;
  page = stack.use(
    await openTypedPage('partners.md', url, {
      'http://127.0.0.1:4000/graphql': url,
      '127.0.0.1:8080': `127.0.0.1:${String(port)}`,
    }),
  );
});
afterAll(() => stack.disposeAsync());

it('leads from a key to a result that was told of', async () => {
  const admin = page.envOf(running.platform.firstKey ?? '');
  const { type } = page;
  const [makeKey = '', takeKey = '', submit = '', listen = '', submitLarge = '', read = ''] =
    page.commands;
  await type(makeKey, admin);
  const key = await type(`${takeKey}printf %s "$OPERANDI_API_KEY"`, admin);
  const partner = page.envOf(key);

  const secret = await type(listen, admin);
  let told = '';
  const receiver = spawn(process.execPath, ['receive.mjs'], {
    cwd: page.folder,
    env: { ...partner, WEBHOOK_SECRET: secret, PORT: String(port) },
  });
  stack.defer(() => void receiver.kill());
  receiver.stdout.setEncoding('utf8').on('data', (text: string) => (told += text));

  const small = await type(submit, partner);
  expect(await type(submit, partner)).toBe(small);
  await expect(type(submit.replace('"amount":80', '"amount":81'), partner)).rejects.toThrow(
    'IDEMPOTENCY_MISMATCH',
  );
  await expect(type(submit.replace('E-17', 'E-19').replace('80', '-1'), partner)).rejects.toThrow(
    'INPUT_INVALID: ',
  );
  const completed = 'io.serverlessworkflow.workflow.completed.v1';
  await until('it is told of the small one', () => told.includes(`${small} ${completed}`));

  const large = await type(submitLarge, partner);
  const approval = await until('somebody is asked', async () => {
    const [first] = await running.client.approvals.list({ state: 'PENDING' }).toArray(1);
    return first?.id;
  });
  expect(told).not.toContain(large);
  await running.client.approvals.approve(approval);
  await until('it is told of the large one', () => told.includes(`${large} ${completed}`));
  expect(await type(read.replace('JOB_ID', large), partner)).toMatch(
    /^SUCCEEDED \{.*"decision":"approved"/,
  );
});
