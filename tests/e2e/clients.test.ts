import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';

import type { Browser, Page } from 'playwright-core';
import { type Plugin, rolldown } from 'rolldown';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { lacksChromium, launchChromium } from '../support/chromium.ts';
import { publish, startTestPlatform, type TestPlatform, untilState } from '../support/platform.ts';
import { freePort } from '../support/process.ts';
import { openRecipes, type Recipes } from '../support/recipes.ts';
import { until } from '../support/until.ts';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '../..');

const asker = `document: { dsl: '1.0.3', namespace: t, name: asker, version: '1.0.0' }
do:
  - ask: { call: approval, with: { title: May it? } }`;

/** Which recipes make a client and use it, and whether their list walks all pages. */
const clients = [
  { name: 'Apollo Client', files: ['apollo', 'use-apollo'], make: 'createApollo' },
  {
    name: 'Apollo Client without a socket',
    files: ['apollo-over-http', 'use-apollo'],
    make: 'createApolloOverHttp',
  },
  { name: 'urql', files: ['urql', 'use-urql'], make: 'createUrql' },
  { name: 'urql without a socket', files: ['urql', 'use-urql'], make: 'createUrqlOverHttp' },
  { name: 'Relay', files: ['relay/environment', 'relay/jobs'], make: 'createEnvironment' },
];

interface Made {
  readonly files: readonly string[];
  readonly make: string;
}

interface Submitted {
  readonly job: { readonly id: string; readonly state: string } | null;
  readonly userErrors: readonly { readonly code: string }[];
}

const stack = new AsyncDisposableStack();
let recipes: Recipes;

beforeAll(async () => {
  recipes = stack.use(await openRecipes('docs/clients.md'));
  await recipes.run('graphql-codegen');
  await mkdir(join(recipes.folder, 'relay/artifacts'));
  await recipes.run('relay-compiler');
}, 600_000);
afterAll(() => stack.disposeAsync());

describe('the recipes of other clients', () => {
  it('hold what TypeScript wants', async () => {
    const options = {
      compilerOptions: {
        ...{ strict: true, noEmit: true, skipLibCheck: true, types: [] },
        ...{ target: 'es2024', module: 'esnext', moduleResolution: 'bundler' },
      },
      include: ['**/*.ts'],
    };
    await writeFile(join(recipes.folder, 'tsconfig.json'), JSON.stringify(options));
    const compiler = join(root, 'node_modules/typescript-7/bin/tsc');
    const told = run(process.execPath, [compiler, '-p', recipes.folder]).catch(
      (error: unknown) => error,
    );
    await expect(told).resolves.toMatchObject({ stdout: '' });
  });
});

describe.skipIf(lacksChromium)('a page of another origin with', () => {
  let test: TestPlatform;
  let browser: Browser;

  beforeAll(async () => {
    test = stack.use(await startTestPlatform({ PORT: String(await freePort()) }));
    await publish(test.client, asker);
    // A page that a test gives counts as one from outside, which may not reach this machine otherwise.
    browser = await launchChromium(['--disable-features=LocalNetworkAccessChecks']);
    stack.defer(() => browser.close());
  }, 600_000);

  it.each(clients)('$name submits, lists, defers and follows', async (client) => {
    await using page = await openPage(client);
    const { job: first } = await page.call<Submitted>('submit', 't/asker', {});
    const { job } = await page.call<Submitted>('submit', 't/asker', {});
    const id = job?.id ?? '';
    await untilState(test.client, id, 'WAITING');
    const listed = await page.call<readonly { readonly id: string }[]>('list', 1);
    const known = client.name.startsWith('Apollo') ? [id, first?.id] : [id];
    expect(listed.map((one) => one.id)).toEqual(known);

    const story = await page.watch('watchStory', id);
    const parts = await until('the story is whole', async () => {
      const told = await story();
      return told.length > 1 && told;
    });
    expect(parts[0]).toMatchObject({ id, state: 'WAITING' });
    expect(parts[0]).not.toHaveProperty('events');
    expect(parts[1]).toHaveProperty('events.nodes.0.seq', 1);

    const events = await page.watch('follow', id);
    await until('events come', async () => (await events()).length > 2);
    const [question] = await test.client.approvals.ofJob(id);
    await test.client.approvals.approve(question?.id ?? '');
    await until('the events end', async () => (await events()).at(-1) === 'complete');
    expect(await events()).toContain('io.serverlessworkflow.workflow.completed.v1');
    if (client.name.startsWith('Apollo'))
      expect((await story()).at(-1)).toMatchObject({ state: 'SUCCEEDED' });
    const overSocket = page.sockets.length > 0;
    expect(overSocket).toBe(!client.name.endsWith('without a socket'));
    expect(page.faults).toEqual([]);
  });

  it('Relay fetches a fragment again by the id of its node', async () => {
    await using page = await openPage({
      ...{ files: ['relay/environment', 'relay/jobs'], make: 'createEnvironment' },
    });
    const { job } = await page.call<Submitted>('submit', 't/asker', {});
    const id = job?.id ?? '';
    await untilState(test.client, id, 'WAITING');
    const standing = await page.watch('watchStanding', id);
    await until('it is shown', async () => (await standing()).length > 0);
    expect((await standing()).at(-1)).toMatchObject({ state: 'WAITING' });
    const [question] = await test.client.approvals.ofJob(id);
    await test.client.approvals.approve(question?.id ?? '');
    await untilState(test.client, id, 'SUCCEEDED');
    await page.call('refresh', id);
    expect((await standing()).at(-1)).toMatchObject({ state: 'SUCCEEDED' });
    expect(page.faults).toEqual([]);
  });

  it('graphql-request submits and lists, also in Node.js', async () => {
    await using page = await openPage({ files: ['graphql-request'], make: 'createRequests' });
    const { job } = await page.call<Submitted>('submit', 't/asker', {});
    const id = job?.id ?? '';
    await untilState(test.client, id, 'WAITING');
    expect(await page.call('list', 1)).toMatchObject([{ id, state: 'WAITING' }]);
    const script = await bundle(['graphql-request'], {
      platform: 'node',
      entry: `
        const client = recipe.createRequests(process.argv[2], () => process.argv[3]);
        console.log(JSON.stringify(await recipe.list(client, 1)));`,
    });
    await writeFile(join(recipes.folder, 'list.mjs'), script);
    const key = test.platform.firstKey ?? '';
    const { stdout } = await run(process.execPath, [
      join(recipes.folder, 'list.mjs'),
      test.platform.url,
      key,
    ]);
    expect(JSON.parse(stdout)).toMatchObject([{ id, state: 'WAITING' }]);
    expect(page.faults).toEqual([]);
  });

  async function openPage({ files, make }: Made) {
    const { secret } = await test.client.createToken({ agent: 't/asker', submit: true });
    const script = await bundle(files, { platform: 'browser', entry: pageEntry(make) });
    const page = await browser.newPage();
    page.setDefaultTimeout(120_000);
    const faults: string[] = [];
    page.on('pageerror', ({ message }) => faults.push(message));
    page.on('console', (said) => {
      if (['error', 'warning'].includes(said.type())) faults.push(said.text());
    });
    const sockets: string[] = [];
    page.on('websocket', (socket) => sockets.push(socket.url()));
    await serve(page, script, { url: test.platform.url, token: secret });
    const ask = <T>(text: string, ...args: readonly unknown[]): Promise<T> =>
      page.evaluate<T>(`${text}(...${JSON.stringify(args)})`);
    return {
      ...{ faults, sockets },
      call: <T>(...args: readonly unknown[]) => ask<T>('call', ...args),
      watch: async (name: string, id: string) => {
        await ask('watch', name, id);
        return () => ask<unknown[]>('told', name);
      },
      [Symbol.asyncDispose]: () => page.close(),
    };
  }
});

/** The page is of another host than the gateway; nobody listens there. */
async function serve(page: Page, script: string, given: object): Promise<void> {
  const address = 'http://localhost:9/page';
  const body = `<!doctype html><body></body><script>window.given = ${JSON.stringify(given)}</script><script type="module" src="/page.js"></script>`;
  await page.route(address, (route) => route.fulfill({ contentType: 'text/html', body }));
  await page.route(`${address}.js`, (route) =>
    route.fulfill({ contentType: 'text/javascript', body: script }),
  );
  await page.goto(address);
  await page.waitForFunction('window.call');
}

/** What a page has of a client: it is called from outside, and keeps what it is told. */
const pageEntry = (make: string): string => `
  const client = recipe.${make}(given.url, () => given.token);
  const told = {};
  window.call = (name, ...args) => recipe[name](client, ...args);
  window.told = (name) => told[name];
  window.watch = (name, id) => {
    told[name] = [];
    recipe[name](client, id, (value) => told[name].push(value));
  };`;

/** One file of some recipes, whose exports `entry` has as `recipe`. */
async function bundle(
  files: readonly string[],
  { platform, entry }: { readonly platform: 'browser' | 'node'; readonly entry: string },
): Promise<string> {
  const input = join(recipes.folder, `entry-of-${files.join('-').replaceAll('/', '-')}.js`);
  const imports = files.map((file, index) => `import * as part${String(index)} from './${file}';`);
  const parts = files.map((_file, index) => `...part${String(index)}`);
  await writeFile(input, `${imports.join('\n')}\nconst recipe = { ${parts.join(', ')} };${entry}`);
  const built = await rolldown({
    ...{ input, platform, plugins: [relayTags()] },
    transform: { define: { 'process.env.NODE_ENV': '"development"' } },
  });
  const { output } = await built.generate({ format: 'esm', codeSplitting: false });
  return output[0].code;
}

interface Babel {
  transformAsync(code: string, options: object): Promise<{ readonly code: string } | null>;
}

/** What a bundler does with `babel-plugin-relay`. */
function relayTags(): Plugin {
  const need = createRequire(join(recipes.folder, 'package.json'));
  // No types of these packages are here.
  const babel = need('@babel/core') as Babel;
  const artifactDirectory = join(recipes.folder, 'relay/artifacts');
  const plugin = [need('babel-plugin-relay'), { eagerEsModules: true, artifactDirectory }];
  return {
    name: 'relay',
    transform: {
      filter: { id: /\/relay\/[^/]+\.ts$/ },
      handler: async (code, filename) => {
        const options = { filename, configFile: false, babelrc: false, plugins: [plugin] };
        const parserOpts = { plugins: ['typescript'] };
        const done = await babel.transformAsync(code, { ...options, parserOpts });
        return { code: done?.code ?? code, moduleType: 'ts' };
      },
    },
  };
}
