import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { answering } from './testing/typed-command.ts';

const operandi = fileURLToPath(new URL('operandi.cjs', import.meta.url));
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'operandi-interrupted-'));
  await writeFile(
    join(folder, 'sop.yaml'),
    `document: { dsl: '1.0.3', namespace: t, name: adder, version: '1.0.0' }
do: [{ add: { set: { sum: 1 } } }]
`,
  );
  await writeFile(
    join(folder, 'sop.scenario.yaml'),
    'scenarios: [{ name: one, input: {}, expect: { output: { sum: 2 } } }]\n',
  );
});
afterAll(() => rm(folder, { recursive: true }));

/** How a command ends that gets a signal once it has said something. */
async function endOf(words: readonly string[], signal: NodeJS.Signals, url = '') {
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  const env = { PATH, NODE_COMPILE_CACHE, OPERANDI_API_KEY: 'key', OPERANDI_URL: url };
  const child = spawn(process.execPath, [operandi, ...words], { cwd: folder, env });
  await once(child.stdout, 'data');
  child.kill(signal);
  return await new Promise((resolve) => {
    child.once('exit', (code, by) => resolve([code, by]));
  });
}

describe('a command that goes on until it is told to stop ends with 0', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('test --watch by %s, also after a miss', async (name) => {
    expect(await endOf(['test', '--watch'], name)).toEqual([0, null]);
  });

  it('types --watch', async () => {
    const words = ['types', 'sop.yaml', '--watch', '--out', 'a.d.ts'];
    expect(await endOf(words, 'SIGTERM')).toEqual([0, null]);
  });

  it('jobs logs --follow', async () => {
    const event = { cursor: 'c', seq: 1, at: '2026-01-01', type: 'begun', task: null, data: {} };
    await using platform = await answering({
      JobLog: {
        job: {
          events: { nodes: [event], pageInfo: { hasNextPage: false, endCursor: 'c' } },
        },
      },
    });
    const words = ['jobs', 'logs', 'j', '--follow'];
    expect(await endOf(words, 'SIGINT', platform.url)).toEqual([0, null]);
  });
});
