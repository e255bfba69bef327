import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { startTestPlatform, type TestPlatform } from '../support/platform.ts';

const command = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));
const run = promisify(execFile);

const stack = new AsyncDisposableStack();
let test: TestPlatform;

beforeAll(async () => {
  test = stack.use(await startTestPlatform());
});
afterAll(() => stack.disposeAsync());

const operandiAs = async (key: string, ...args: readonly string[]): Promise<string> => {
  const env = { PATH: process.env['PATH'], OPERANDI_URL: test.platform.url, OPERANDI_API_KEY: key };
  return (await run(process.execPath, [command, ...args], { env })).stdout.trim();
};

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
