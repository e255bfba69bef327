import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { startTestPlatform, type TestPlatform } from '../support/platform.ts';
import { until } from '../support/until.ts';

const command = fileURLToPath(new URL('../../cli/operandi.cjs', import.meta.url));
const run = promisify(execFile);

const stack = new AsyncDisposableStack();
let test: TestPlatform;

beforeAll(async () => {
  test = stack.use(await startTestPlatform());
});
afterAll(() => stack.disposeAsync());

const env = (key: string) => ({
  ...{ PATH: process.env['PATH'], OPERANDI_URL: test.platform.url, OPERANDI_API_KEY: key },
});

const operandiAs = async (key: string, ...args: readonly string[]): Promise<string> =>
  (await run(process.execPath, [command, ...args], { env: env(key) })).stdout.trim();

const operandi = (...args: readonly string[]) => operandiAs(test.platform.firstKey ?? '', ...args);

describe('operandi roles and keys', () => {
  it('make a role with conditions, and a key that has it', async () => {
    const where = ['--where', 'JOBS_READ:team=finance,sales;tier=1'];
    const role = await operandi('roles', 'create', 'Finance', 'JOBS_READ', ...where);
    expect(await operandi('roles', 'list')).toContain('JOBS_READ:team=finance,sales;tier=1');
    const made = await operandi('keys', 'create', '--name', 'page', '--role', role);
    const [, secret = ''] = /Shown once: (\S+)/.exec(made) ?? [];
    expect(await operandiAs(secret, 'whoami')).toContain('JOBS_READ');
    await operandi('roles', 'update', role, 'JOBS_READ', 'JOBS_SUBMIT');
    expect(await operandi('roles', 'list')).toContain('JOBS_READ:team=finance,sales;tier=1');
    await operandi('roles', 'update', role, 'JOBS_READ', '--everywhere');
    expect(await operandi('roles', 'list')).not.toContain('team=finance');
  });

  it('list keys, rotate one with an overlap, and revoke it', async () => {
    const made = await operandi(
      'keys',
      'create',
      '--name',
      'nightly',
      '--permissions',
      'JOBS_READ',
    );
    const [, id = '', old = ''] = /^Key (\S+)\nShown once: (\S+)$/.exec(made) ?? [];
    const rotated = await operandi('keys', 'rotate', id, '--overlap', '600', '--json');
    const { id: successor, secret } = JSON.parse(rotated) as Record<'id' | 'secret', string>;
    for (const key of [old, secret]) expect(await operandiAs(key, 'whoami')).toContain('nightly');
    expect(await operandi('keys', 'revoke', id, '--jobs', 'FINISH')).toBe(`${id} revoked`);
    await expect(operandiAs(old, 'whoami')).rejects.toThrow('the API key is not valid');
    expect(await operandiAs(secret, 'whoami')).toContain('nightly');
    const listed = await operandi('keys', 'list');
    expect(listed).toMatch(new RegExp(`${id} .* revoked \\d{4}-.* JOBS_READ`));
    expect(listed).toMatch(new RegExp(`${successor} .* JOBS_READ`));
    expect(listed).not.toContain(secret);
  });

  it('make no key that its file could not take, and leave no file without a key', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'operandi-keys-'));
    stack.defer(() => rm(folder, { recursive: true }));
    const taken = join(folder, 'taken');
    await writeFile(taken, 'mine');
    const wish = ['--name', 'in-vain', '--permissions', 'JOBS_READ'];
    const before = await operandi('keys', 'list');
    await expect(operandi('keys', 'create', ...wish, '--key-file', taken)).rejects.toThrow(
      'it is there already',
    );
    expect(await operandi('keys', 'list')).toBe(before);
    const refused = join(folder, 'refused');
    const eater = ['--name', 'eater', '--permissions', 'JOBS_EAT'];
    await expect(operandi('keys', 'create', ...eater, '--key-file', refused)).rejects.toThrow();
    expect(await readdir(folder)).toEqual(['taken']);
  });

  it.skipIf(process.platform === 'win32')(
    'show a key that is made when its file cannot be written after all',
    async () => {
      const folder = await mkdtemp(join(tmpdir(), 'operandi-keys-'));
      stack.defer(() => rm(folder, { recursive: true }));
      const path = join(folder, 'key');
      const words = ['keys', 'create', '--name', 'full', '--permissions', 'JOBS_READ'];
      // No file may grow: it can be opened and not be written.
      const shell = ['-c', 'ulimit -f 0; exec "$@"', 'sh', process.execPath, command];
      const failed = await run('sh', [...shell, ...words, '--key-file', path], {
        env: { ...env(test.platform.firstKey ?? ''), NODE_DISABLE_COMPILE_CACHE: '1' },
      }).catch((error: unknown) => error);
      expect(failed).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('cannot be written') as string,
      });
      const { stdout } = failed as { readonly stdout: string };
      const [, secret = ''] = /Shown once: (\S+)/.exec(stdout) ?? [];
      expect(await operandiAs(secret, 'whoami')).toContain('full');
      expect(await readdir(folder)).toEqual([]);
    },
  );

  it.each([
    [['roles', 'create', 'X', 'JOBS_READ', '--where', 'team'], 'team is no condition'],
    [['keys', 'create', '--name', 'x'], 'say --name, and either --role or --permissions'],
    [['keys', 'create', '--name', 'x', '--permissions', 'JOBS_EAT'], 'JOBS_EAT'],
  ])('say what is wrong with %s', async (args, message) => {
    await expect(operandi(...args)).rejects.toThrow(message);
  });
});

describe('operandi groups', () => {
  it('make a group, say who is in it, and delete it', async () => {
    const ada = ['ada@example.com', '--name', 'Ada', '--role', 'APPROVER'];
    const member = await operandi('members', 'invite', ...ada);
    const group = await operandi('groups', 'create', 'Finance', '--role', 'viewer');
    expect(await operandi('groups', 'add', group, member)).toBe(`${member} is in Finance`);
    expect(await operandi('groups', 'list')).toMatch(/Finance\s+VIEWER\s+Ada/);
    await operandi('groups', 'role', group);
    await operandi('groups', 'remove', group, member);
    expect(JSON.parse(await operandi('groups', 'list', '--json'))).toMatchObject([
      { id: group, role: null, members: [] },
    ]);
    await operandi('groups', 'delete', group);
    expect(JSON.parse(await operandi('groups', 'list', '--json'))).toEqual([]);
  });
});

describe('operandi integrations, secrets, agents, events and api', () => {
  it('connect a system, mark it, call it, give it a credential and let go of it', async () => {
    const config = JSON.stringify({
      baseUrl: test.platform.url,
      operations: [{ name: 'ask', path: '/graphql', query: { query: '{__typename}' } }],
    });
    const made = ['integrations', 'create', 'self', 'http', '--config', config];
    const id = await operandi(...made, '--label', 'team=ops');
    expect(await operandi('integrations', 'get', 'self', '--jq', '.id')).toBe(id);
    await operandi('integrations', 'label', 'self', 'team=finance', 'tier=1');
    const credential = JSON.stringify({ type: 'bearer', token: 'secret' });
    await operandi('integrations', 'credential', 'self', '--credential', credential);
    const read = `{ integration(name: "self") { labels { name value } credential { version } } }`;
    expect(JSON.parse(await operandi('api', read))).toEqual({
      integration: {
        labels: [
          { name: 'team', value: 'finance' },
          { name: 'tier', value: '1' },
        ],
        credential: { version: 1 },
      },
    });
    await expect(operandi('integrations', 'invoke', 'self', 'nothing')).rejects.toThrow('nothing');
    expect(await operandi('integrations', 'delete', 'self')).toBe('self deleted');
    await expect(operandi('integrations', 'get', 'self')).rejects.toThrow('no integration self');
  });

  it('keep a secret, say who may use it, and destroy it', async () => {
    await operandi('secrets', 'set', 'mailKey', '--value', '"canary"', '--agents', 'ops.*');
    expect(await operandi('secrets', 'allow', 'mailKey')).toBe('mailKey may be used by nobody');
    const listed = await operandi('secrets', 'list', '--json');
    expect(listed).not.toContain('canary');
    expect(JSON.parse(listed)).toMatchObject({ nodes: [{ name: 'mailKey', agents: [] }] });
    await operandi('secrets', 'delete', 'mailKey', '--yes');
    expect(await operandi('secrets', 'list', '--jq', '.nodes | length')).toBe('0');
  });

  it('check, publish, show and archive an agent, and hand it an event', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'operandi-agents-'));
    stack.defer(() => rm(folder, { recursive: true, force: true }));
    const file = join(folder, 'sop.yaml');
    const text = `document: { dsl: 1.0.3, namespace: ops, name: hears, version: 1.0.0 }
do:
  - hear: { listen: { to: { one: { with: { type: com.example.told } } } } }
`;
    await writeFile(file, text);
    expect(await operandi('agents', 'validate', file)).toContain('can be published');
    await operandi('agents', 'publish', file);
    expect(await operandi('agents', 'show', 'hears', '--definition')).toBe(text.trim());
    const job = await operandi('jobs', 'submit', 'hears');
    await test.client.jobs.get(job);
    await until('it listens', async () => (await test.client.jobs.get(job))?.state === 'WAITING');
    expect(await operandi('queue')).toMatch(/^queued +limited[^]*\bhears +0 +0 +0 +1 /m);
    const sent = ['events', 'send', 'com.example.told', '--data', '{"amount": 20}'];
    expect(await operandi(...sent)).toBe('1 jobs woken, 0 started');
    await until('it ends', async () => (await test.client.jobs.get(job))?.state === 'SUCCEEDED');
    expect(await operandi('jobs', 'result', job)).toContain('20');
    const told = await operandi('jobs', 'describe', job);
    expect(told).toMatch(/submitted[^]*hear started[^]*hear completed[^]*ended as SUCCEEDED/);
    expect(await operandi('jobs', 'list', '-o', 'wide')).toMatch(/finished +priority/);
    expect(await operandi('audit', 'list', '--job', job, '--jq', '.nodes[].action')).toContain(
      'job.submit',
    );
    await operandi('agents', 'archive', 'hears', '--yes');
    await expect(operandi('jobs', 'submit', 'hears')).rejects.toThrow('archived');
  });

  it('change the tenant, and prove its log', async () => {
    await operandi('tenant', 'update', '--name', 'Renamed');
    expect(await operandi('tenant', 'show')).toMatch(/^Renamed /);
    expect(await operandi('audit', 'check')).toMatch(/^\d+ events, intact$/);
    await expect(operandi('api', '{ nothing }')).rejects.toThrow('nothing');
  });
});
