import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockFolder } from './lock.ts';

describe('the lock of a data folder', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'operandi-test-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const holdBy = (pid: number, startedAt = 0): Promise<void> =>
    writeFile(join(folder, 'database.lock'), JSON.stringify({ pid, startedAt }));

  it('keeps a second opening out, naming the holder and the ways out', async () => {
    await using lock = await lockFolder(folder);
    expect(lock).toBeDefined();
    await expect(lockFolder(folder)).rejects.toThrow(
      new RegExp(`open in process ${process.pid}; .*OPERANDI_DATA_DIR.*DATABASE_URL`),
    );
  });

  it('is free again once disposed, leaving nothing behind', async () => {
    await (await lockFolder(folder))[Symbol.asyncDispose]();
    await (await lockFolder(folder))[Symbol.asyncDispose]();
    expect(await readdir(folder)).toEqual([]);
  });

  it('respects a process that lives', async () => {
    await holdBy(process.ppid);
    await expect(lockFolder(folder)).rejects.toThrow(`process ${process.ppid}`);
  });

  it('is taken over from a process that died', async () => {
    const child = spawn(process.execPath, ['-e', '']);
    await once(child, 'exit');
    await holdBy(child.pid ?? 0);
    await using lock = await lockFolder(folder);
    expect(await readdir(folder)).toEqual(['database.lock']);
    expect(lock).toBeDefined();
  });

  it('is taken over from an earlier process of our own pid, as containers have', async () => {
    await holdBy(process.pid, 1);
    await using lock = await lockFolder(folder);
    expect(await readdir(folder)).toEqual(['database.lock']);
    expect(lock).toBeDefined();
  });

  it('is taken over when its file is not readable', async () => {
    await writeFile(join(folder, 'database.lock'), 'nonsense');
    await using lock = await lockFolder(folder);
    expect(await readdir(folder)).toEqual(['database.lock']);
    expect(lock).toBeDefined();
  });

  it('lets exactly one of many in', async () => {
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => lockFolder(folder)));
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
  });

  it('passes on that the folder does not exist', async () => {
    await expect(lockFolder(join(folder, 'none'))).rejects.toThrow('ENOENT');
  });
});
