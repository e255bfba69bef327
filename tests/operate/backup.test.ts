import { existsSync } from 'node:fs';
import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { startPlatform } from '../../cli/platform.ts';
import { readConfig } from '../../kernel/config/config.ts';
import { backUpEmbedded } from '../../kernel/database/embedded/backup/back-up.ts';
import { restoreEmbedded } from '../../kernel/database/embedded/backup/restore.ts';
import { createClient } from '../../sdk/src/index.ts';
import { startProcess } from '../e2e/platform-processes.ts';
import { silentLog } from '../support/log.ts';
import { startTestPlatform, type TestPlatform } from '../support/platform.ts';
import { until } from '../support/until.ts';
import {
  go,
  halted,
  isAuditIntact,
  lastCursor,
  publishStory,
  refusalOf,
  startCountingPeer,
  stateOf,
  submitAlong,
  type CountingPeer,
} from './story.ts';

const settle = () => Promise.resolve();

const stack = new AsyncDisposableStack();
let folder: string;
let backup: string;
let peer: CountingPeer;
let running: TestPlatform;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'operandi-backup-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  backup = join(folder, 'backup');
  peer = stack.use(await startCountingPeer());
  running = await startTestPlatform({ OPERANDI_EGRESS_ALLOW: peer.host });
  await publishStory(running.client, peer);
});
afterAll(() => stack.disposeAsync());

/** Runs a command to its end; answers what it printed and its exit code. */
async function operandi(dataDir: string, ...args: readonly string[]) {
  await using command = startProcess(args, { OPERANDI_DATA_DIR: dataDir, LOG_LEVEL: 'warn' });
  return { code: await command.exitCode, output: command.output() };
}

describe('a backup of the embedded platform', () => {
  const names = ['a', 'b', 'c', 'd', 'e'];
  let jobs: readonly string[];
  let lost: string;
  let cursor: string;
  let apiKey: string;

  it('is made while it works', async () => {
    const { client, dataDir } = running;
    jobs = await Promise.all(names.map((name) => halted(client, name)));
    const load = submitAlong(client);
    const made = await operandi(dataDir, 'backup', backup);
    expect(made).toMatchObject({
      code: 0,
      output: expect.stringContaining('Backed up as of') as string,
    });
    expect((await load.stop()).length).toBeGreaterThan(0);

    // What comes now is in no backup.
    ({ id: lost } = await client.submit('passing', {}));
    await until('the last job is over', async () => (await stateOf(client, lost)) === 'SUCCEEDED');
    cursor = await lastCursor(client, jobs[0] ?? '');
    apiKey = running.platform.firstKey ?? '';
    await running[Symbol.asyncDispose]();
  });

  it('does not go over what is there', async () => {
    await expect(backUpEmbedded(folder, backup, silentLog)).rejects.toThrow('no embedded database');
    const target = join(folder, 'target');
    await restoreEmbedded(backup, target, { isReplacing: false, settle });
    await expect(backUpEmbedded(target, backup, silentLog)).rejects.toThrow('exists already');
    await expect(restoreEmbedded(backup, target, { isReplacing: false, settle })).rejects.toThrow(
      'holds a database',
    );
    const replaced = await operandi(target, 'restore', backup, '--replace');
    expect(replaced).toMatchObject({
      ...{ code: 0, output: expect.stringContaining('before-restore-') as string },
    });
  });

  it('is not in place before it is fenced', async () => {
    const target = join(folder, 'unfenced');
    const settle = () => Promise.reject(new Error('cut off'));
    const restored = restoreEmbedded(backup, target, { isReplacing: false, settle });
    await expect(restored).rejects.toThrow('cut off');
    expect(existsSync(join(target, 'postgres'))).toBe(false);
  });

  it('goes on where it was: jobs resume once, old cursors are refused, the audit log proves itself', async () => {
    const target = join(folder, 'target');
    const config = readConfig({
      ...{ OPERANDI_DATA_DIR: target, PORT: '0', OPERANDI_EGRESS_ALLOW: peer.host },
    });
    const { signal } = new AbortController();
    await using platform = await startPlatform(config, { log: silentLog, signal });
    await using client = createClient({ url: platform.url, apiKey });

    expect(await stateOf(client, lost)).toBeUndefined();
    expect(await refusalOf(client, jobs[0] ?? '', cursor)).toContain(
      'a cursor of before the database was restored',
    );
    await go(client);
    for (const id of jobs)
      await until('the job is over', async () => (await stateOf(client, id)) === 'SUCCEEDED');
    for (const name of names) {
      expect(peer.count('first', name)).toBe(1);
      expect(peer.count('second', name)).toBe(1);
    }
    // A cursor of now is good.
    const fresh = await lastCursor(client, jobs[0] ?? '');
    expect(await refusalOf(client, jobs[0] ?? '', fresh)).toBe('nothing');
    await platform.sealAudit();
    expect(await isAuditIntact(client)).toBe(true);
  });

  it('is refused when a byte of it is another', async () => {
    await appendFile(join(backup, 'postgres', 'PG_VERSION'), ' ');
    await expect(
      restoreEmbedded(backup, join(folder, 'other'), { isReplacing: false, settle }),
    ).rejects.toThrow('is not as it was written');
  });

  it.each([
    ['is cut off', '{"format": 1,', 'its backup.json is damaged'],
    ['is of another form', '{"format": 2}', 'its backup.json is damaged'],
    ['is missing', undefined, 'it has no backup.json'],
  ])('is refused when its manifest %s', async (_, text, message) => {
    const broken = await mkdtemp(join(folder, 'broken-'));
    if (text !== undefined) await writeFile(join(broken, 'backup.json'), text);
    await expect(
      restoreEmbedded(broken, join(folder, 'none'), { isReplacing: false, settle }),
    ).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining(message) as string,
    });
    expect(existsSync(join(folder, 'none'))).toBe(false);
  });
});
