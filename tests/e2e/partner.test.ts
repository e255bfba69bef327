import { execFile, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { buildSdk } from '../support/build-sdk.ts';
import { publish, startTestPlatform, type TestPlatform } from '../support/platform.ts';
import { freePort } from '../support/process.ts';
import { until } from '../support/until.ts';

const root = resolve(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/partners.md'), 'utf8');
const blocksOf = (language: string): readonly string[] =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)\`\`\``, 'gms'))].map(
    ([, text = '']) => text,
  );

let stack: AsyncDisposableStack;
let folder: string;
let running: TestPlatform;
let port: number;

beforeAll(async () => {
  stack = new AsyncDisposableStack();
  folder = await mkdtemp(join(tmpdir(), 'operandi-partner-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  port = await freePort();
  running = stack.use(
    await startTestPlatform({ OPERANDI_EGRESS_ALLOW: `127.0.0.1:${String(port)}` }),
  );
  await publish(
    running.client,
    readFileSync(join(root, 'examples/expense-approval/sop.yaml'), 'utf8'),
  );
  // What `npm install @operandi/sdk` brings, and the command of who runs the platform.
  await buildSdk(join(folder, 'node_modules'));
  const operandi = join(folder, 'operandi');
  const cli = join(root, 'cli/operandi.cjs');
  await writeFile(operandi, `#!/bin/sh\nexec "${process.execPath}" "${cli}" "$@"\n`);
  await chmod(operandi, 0o755);
  for (const text of blocksOf('js')) {
    const [, name = ''] = /^\/\/ (\S+)\n/.exec(text) ?? [];
    await writeFile(join(folder, name), text);
  }
});
afterAll(() => stack.disposeAsync());

const given = (key: string): NodeJS.ProcessEnv => ({
  PATH: [folder, dirname(process.execPath), process.env['PATH']].join(':'),
  OPERANDI_URL: running.platform.url,
  OPERANDI_API_KEY: key,
});

/** Types a block of the page, with the addresses of this test. */
async function type(text: string, env: NodeJS.ProcessEnv): Promise<string> {
  const typed = text
    .replaceAll('http://127.0.0.1:4000/graphql', running.platform.url)
    .replaceAll('127.0.0.1:8080', `127.0.0.1:${String(port)}`);
  const { stdout } = await promisify(execFile)('sh', ['-ec', typed], { cwd: folder, env });
  return stdout.trim();
}

it('leads from a key to a result that was told of', async () => {
  const admin = given(running.platform.firstKey ?? '');
  const [makeKey = '', takeKey = '', submit = '', listen = '', submitLarge = '', read = ''] =
    blocksOf('sh');
  await type(makeKey, admin);
  const key = await type(`${takeKey}printf %s "$OPERANDI_API_KEY"`, admin);
  const partner = given(key);

  const secret = await type(listen, admin);
  let told = '';
  const receiver = spawn(process.execPath, ['receive.mjs'], {
    cwd: folder,
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
