import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { makeFolder } from '../../../data-folder.ts';
import { AppError } from '../../../errors.ts';
import { lockFolder } from '../lock.ts';
import { copyFiles } from './copy-file.ts';
import { readManifest, type Manifest } from './manifest.ts';

/** What was put in place. */
export interface Restored {
  readonly manifest: Manifest;
  /** Where what was there before is now; undefined if there was nothing. */
  readonly aside: string | undefined;
}

interface RestoreOptions {
  /** True puts what is there aside; else it is refused. */
  readonly isReplacing: boolean;
  /** Makes the copy, in a data folder of its own, fit to go on with; while it has not, nothing is in place. */
  readonly settle: (dataDir: string) => Promise<void>;
}

/** What a backup holds of a data folder. */
const parts = ['postgres', 'secrets.json', 'postgres.password'] as const;

/**
 * Puts a backup in the place of a data folder's database, which must not be running. All is copied beside and compared with
 * the manifest, and settled there, before anything is moved; it may be cut off anywhere and begun again.
 */
export async function restoreEmbedded(
  backup: string,
  dataDir: string,
  { isReplacing, settle }: RestoreOptions,
): Promise<Restored> {
  const dataFolder = resolve(dataDir);
  const manifest = await readManifest(backup);
  makeFolder(dataFolder);
  await using lock = await lockFolder(dataFolder);
  const present = parts.filter((part) => existsSync(join(dataFolder, part)));
  if (present.includes('postgres') && !isReplacing)
    throw new AppError(
      'CONFLICT',
      `${dataFolder} holds a database: choose another folder by OPERANDI_DATA_DIR, or put it aside with --replace`,
    );
  const draft = join(dataFolder, 'restored.part');
  await rm(draft, { recursive: true, force: true });
  await copyAll(resolve(backup), draft, manifest);
  await settle(draft);
  const aside = join(dataFolder, `before-restore-${Date.now()}`);
  if (present.length > 0) await mkdir(aside, { mode: 0o700 });
  for (const part of present) await rename(join(dataFolder, part), join(aside, part));
  // The database last: while it is missing nobody takes the folder for a whole one.
  for (const part of parts.toReversed())
    if (existsSync(join(draft, part))) await rename(join(draft, part), join(dataFolder, part));
  await rm(draft, { recursive: true });
  await lock[Symbol.asyncDispose]();
  return { manifest, aside: present.length > 0 ? aside : undefined };
}

async function copyAll(from: string, to: string, { folders, files }: Manifest): Promise<void> {
  for (const path of folders) await mkdir(join(to, path), { recursive: true, mode: 0o700 });
  const paths = files.map(({ path }) => path);
  const copied = await copyFiles({ from, to }, paths);
  const byPath = new Map(copied.map((file) => [file.path, file]));
  for (const { path, bytes, sha256 } of files) {
    const found = byPath.get(path);
    if (found?.bytes !== bytes || found.sha256 !== sha256)
      throw new AppError(
        'CONFLICT',
        `${path} of the backup is not as it was written; nothing was changed`,
      );
  }
}
