import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { buildSdk } from '../support/build-sdk.ts';
import { installApart } from '../support/packages-apart.ts';
import { publish, startTestPlatform, type TestPlatform } from '../support/platform.ts';
import { freePort, startGuarded } from '../support/process.ts';
import { until } from '../support/until.ts';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '../..');

const adder = `document: { dsl: '1.0.3', namespace: t, name: adder, version: '1.0.0' }
do:
  - add: { set: { sum: '\${ .a + .b }' } }`;

/** What a program in each runtime does with the SDK. */
const use = `
  import { createClient } from '@operandi/sdk';
  import { signWebhook, verifyWebhook } from '@operandi/sdk/webhooks';

  export async function use(url, apiKey) {
    const client = createClient({ url, apiKey });
    const { id } = await client.submit('t/adder', { a: 1, b: 2 });
    const types = [];
    for await (const { type } of client.watch(id)) types.push(type);
    const { output } = await client.run('t/adder', { a: 3, b: 4 });
    await client[Symbol.asyncDispose]();
    const body = JSON.stringify({ type: 'told' });
    const secret = 'whsec_' + btoa('a secret of thirty-two characters');
    const headers = new Headers(await signWebhook(body, { secret, id: 'msg_1' }));
    const event = await verifyWebhook({ body, headers }, { secrets: [secret] });
    return { output, last: types.at(-1), event: event.type };
  }`;

const main = `
  import process from 'node:process';
  import { use } from './use.mjs';
  console.log(JSON.stringify(await use(...process.argv.slice(2))));`;

const worker = `
  import { use } from './use.mjs';
  export default {
    fetch: async (request) => {
      const { url, apiKey } = await request.json();
      return Response.json(await use(url, apiKey).catch(({ stack }) => ({ stack })));
    },
  };`;

const expected = {
  output: { sum: 7 },
  last: 'io.serverlessworkflow.workflow.completed.v1',
  event: 'told',
};

/** Programs that take a file and its arguments, by their place among the packages. */
const programs = [
  { name: 'Node.js 20', file: 'node-20/bin/node', words: [] },
  { name: 'Node.js 22', file: 'node-22/bin/node', words: [] },
  { name: 'Node.js 26', file: 'node-26/bin/node', words: [] },
  {
    name: 'Deno',
    file: '@deno/linux-x64-glibc/deno',
    words: [
      'run',
      '--no-prompt',
      '--node-modules-dir=manual',
      '--allow-net=127.0.0.1',
      '--allow-env',
    ],
  },
  { name: 'Bun', file: '@oven/bun-linux-x64-baseline/bin/bun', words: ['run'] },
];
const workerd = '@cloudflare/workerd-linux-64/bin/workerd';

const notInstalled = 'it is not installed: npm --prefix tests/runtimes ci';

describe('a runtime:', () => {
  const stack = new AsyncDisposableStack();
  let test: TestPlatform;
  let runtimes = '';
  let folder = '';

  beforeAll(async () => {
    runtimes = await installApart('tests/runtimes');
    folder = await mkdtemp(join(tmpdir(), 'operandi-runtimes-'));
    stack.defer(() => rm(folder, { recursive: true, force: true }));
    await buildSdk(join(folder, 'node_modules'));
    const dependencies = { '@operandi/sdk': '*' };
    await writeFile(join(folder, 'package.json'), JSON.stringify({ type: 'module', dependencies }));
    for (const [name, text] of Object.entries({ use, main, worker }))
      await writeFile(join(folder, `${name}.mjs`), text);
    test = stack.use(await startTestPlatform());
    await publish(test.client, adder);
  }, 600_000);
  afterAll(() => stack.disposeAsync());

  /** There are none for machines of other kinds. */
  const lacks = (file: string): boolean =>
    !existsSync(join(runtimes, file)) && process.env['CI'] === undefined;

  it.for(programs)(
    'the SDK in $name submits, watches and runs jobs',
    async ({ file, words }, { skip }) => {
      skip(lacks(file), notInstalled);
      const { url, firstKey = '' } = test.platform;
      const program = [...words, 'main.mjs', url, firstKey];
      const env = { HOME: folder, DENO_DIR: folder, DENO_NO_UPDATE_CHECK: '1' };
      const { stdout } = await run(join(runtimes, file), program, { cwd: folder, env });
      expect(JSON.parse(stdout)).toEqual(expected);
    },
  );

  it('the SDK in workerd, the runtime of Cloudflare Workers, submits, watches and runs jobs', async ({
    skip,
  }) => {
    skip(lacks(workerd), notInstalled);
    const address = `127.0.0.1:${String(await freePort())}`;
    await bundleWorker(folder);
    await writeFile(join(folder, 'workerd.capnp'), workerdConfig(address));
    const command = [join(runtimes, workerd), 'serve', join(folder, 'workerd.capnp')];
    const server = await startGuarded({ command, stopSignal: 'TERM', folder });
    stack.defer(() => server.stop());
    const { url, firstKey: apiKey } = test.platform;
    const body = JSON.stringify({ url, apiKey });
    const ask = () => fetch(`http://${address}`, { method: 'POST', body }).catch(() => undefined);
    const answer = await until('workerd answers', ask);
    expect(await answer.json()).toEqual(expected);
  });

  it.for(['node-20', 'node-22'])(
    '%s is too old for a clone, which says so',
    async (name, { skip }) => {
      const file = `${name}/bin/node`;
      skip(lacks(file), notInstalled);
      // Beside a Node.js that the project brings, it would start that.
      const alone = join(folder, 'platform/cli/operandi.cjs');
      for (const part of ['cli/operandi.cjs', 'package.json'])
        await cp(join(root, part), join(folder, 'platform', part));
      const told = run(join(runtimes, file), [alone, '--help']);
      await expect(told).rejects.toMatchObject({
        code: 1,
        stderr: expect.stringMatching(/needs Node\.js 24 or newer, and this is 2[02]\./) as string,
      });
    },
  );
});

async function bundleWorker(folder: string): Promise<void> {
  const built = await rolldown({
    ...{ input: join(folder, 'worker.mjs'), platform: 'browser', external: ['ws'] },
  });
  await built.write({ file: join(folder, 'bundled.mjs'), format: 'esm', codeSplitting: false });
}

/** The worker may speak to this machine, which workerd forbids unless it is told otherwise. */
function workerdConfig(address: string): string {
  return `using Workerd = import "/workerd/workerd.capnp";
    const config :Workerd.Config = (
      services = [
        ( name = "main", worker = .main ),
        ( name = "internet", network = ( allow = ["public", "private", "local"] ) ),
      ],
      sockets = [( name = "http", address = "${address}", http = (), service = "main" )],
    );
    const main :Workerd.Worker = (
      modules = [( name = "bundled.mjs", esModule = embed "bundled.mjs" )],
      compatibilityDate = "2026-01-01",
    );`;
}
