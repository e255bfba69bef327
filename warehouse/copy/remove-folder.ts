import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { isMissing, syncFolder } from '../files/durable.ts';
import { newId } from '../../kernel/ids.ts';

/** What is on its way out; what a crash leaves here is removed at the next start. */
export function wasteFolder(root: string): string {
  return join(root, '.gone');
}

/** Takes a folder away at once for everybody who reads, then removes it. */
export async function removeFolder(root: string, folder: string): Promise<void> {
  const waste = wasteFolder(root);
  await mkdir(waste, { recursive: true, mode: 0o700 });
  try {
    await rename(folder, join(waste, newId()));
  } catch (error) {
    if (isMissing(error)) return;
    throw error;
  }
  await syncFolder(root);
  await rm(waste, { recursive: true, force: true });
}
