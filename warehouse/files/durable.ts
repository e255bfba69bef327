import { mkdir, open, rename } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

import { draftPrefix } from './layout.ts';

/** True for the fault that there is no such file or folder. */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

/** Where a file is written before it is renamed into its place. */
export function draftOf(path: string): string {
  return join(dirname(path), `${draftPrefix}${basename(path)}`);
}

/** Makes a file with all its content, or none: also when the machine goes down. */
export async function writeWhole(path: string, content: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const file = await open(draftOf(path), 'w', 0o600);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draftOf(path), path);
  await syncFolder(dirname(path));
}

/** Puts a file that another has written as its draft into its place. */
export async function putInPlace(path: string): Promise<void> {
  const file = await open(draftOf(path), 'r+');
  try {
    await file.chmod(0o600);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draftOf(path), path);
  await syncFolder(dirname(path));
}

/** Makes names in a folder outlast the machine. */
export async function syncFolder(folder: string): Promise<void> {
  // Windows opens no folders, and writes names at once.
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
