import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';

import { startTestPlatform, type TestPlatform } from '../support/platform.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const workflow = z.object({
  jobs: z.record(
    z.string(),
    z.object({
      steps: z.array(z.object({ name: z.string().optional(), run: z.string().optional() })),
    }),
  ),
});

describe('the workflow for procedures', () => {
  const stack = new AsyncDisposableStack();
  let folder: string;
  let running: TestPlatform;
  let steps: readonly { readonly name?: string | undefined; readonly run?: string | undefined }[];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'operandi-workflow-'));
    stack.defer(() => rm(folder, { recursive: true, force: true }));
    running = stack.use(await startTestPlatform());
    const text = await readFile(`${root}deploy/ci/procedures.yaml`, 'utf8');
    steps = Object.values(workflow.parse(parse(text)).jobs).flatMap((job) => job.steps);
    await mkdir(join(folder, 'procedures'));
    await bash('cd procedures && $OPERANDI init refunds');
  });
  afterAll(() => stack.disposeAsync());

  function bash(script: string): Promise<string> {
    const env = {
      PATH: process.env['PATH'],
      OPERANDI: `${process.execPath} ${root}cli/main.ts`,
      OPERANDI_URL: running.platform.url,
      OPERANDI_API_KEY: running.platform.firstKey ?? '',
    };
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    execFile(
      'bash',
      ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script],
      { cwd: folder, env },
      (error, stdout, stderr) => {
        if (error === null) resolve(stdout);
        else reject(new Error(`${stdout}\n${stderr}`, { cause: error }));
      },
    );
    return promise;
  }

  const step = (name: string): string => steps.find((each) => each.name === name)?.run ?? 'false';

  it('validates, tests, publishes, and tries the next version on past jobs', async () => {
    await bash(step('validate'));
    await bash(step('test'));
    expect(await readFile(join(folder, 'tests.xml'), 'utf8')).toContain('<testsuite');
    await bash(step('publish'));
    const { id } = await running.client.submit('refunds', { customer: 'Ada', amount: 20 });
    for await (const event of running.client.watch(id)) expect(event.seq).toBeGreaterThan(0);
    expect(await bash(step('backtest'))).toMatch(/the same +1\b/);
    // What is published already does no harm.
    await bash(step('publish'));
    expect(steps.filter(({ run }) => run !== undefined)).toHaveLength(4);
  });
});
