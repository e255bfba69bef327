import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { BackedUpFile } from './manifest.ts';

interface Copy {
  readonly from: string;
  readonly to: string;
  /** In both. */
  readonly path: string;
}

/** Files that are copied at once: they wait for the disk together. */
const together = 16;

/** Copies files to the disk, in no order; without those that are gone. */
export async function copyFiles(
  { from, to }: Omit<Copy, 'path'>,
  paths: readonly string[],
): Promise<BackedUpFile[]> {
  const waiting = paths.values();
  const copied: BackedUpFile[] = [];
  const copySome = async (): Promise<void> => {
    for (const path of waiting) {
      const file = await copyFile({ from, to, path });
      if (file !== undefined) copied.push(file);
    }
  };
  await Promise.all(Array.from({ length: together }, copySome));
  return copied;
}

/** Copies a file to the disk; undefined if it is gone, as files of a running server may be. */
export async function copyFile({ from, to, path }: Copy): Promise<BackedUpFile | undefined> {
  const target = join(to, path);
  await mkdir(dirname(target), { recursive: true, mode: 0o700 });
  const hash = createHash('sha256');
  let bytes = 0;
  const output = await open(target, 'w', 0o600);
  try {
    for await (const chunk of createReadStream(join(from, path))) {
      if (!Buffer.isBuffer(chunk)) continue;
      hash.update(chunk);
      bytes += chunk.length;
      await output.write(chunk);
    }
    await output.sync();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    await rm(target);
    return undefined;
  } finally {
    await output.close();
  }
  return { path, bytes, sha256: hash.digest('hex') };
}
