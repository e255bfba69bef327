import { readdir, readFile, rm } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

import { AppError } from '../../kernel/errors.ts';
import { createKeyedSemaphore } from '../../kernel/semaphore.ts';
import { isMissing, writeWhole } from '../files/durable.ts';
import { portionsOf, tenantOf } from '../files/layout.ts';
import type { Mirror } from '../files/mirror.ts';
import { namesIn, stateFile } from '../files/tenant-files.ts';
import type { S3 } from './s3.ts';

interface Mirrored {
  readonly s3: S3;
  /** Of the warehouse's folder. */
  readonly root: string;
  /** Throws where another warehouse holds the bucket by now. */
  readonly check: () => Promise<void>;
  /** Of the state that was read or written last, by folder. */
  readonly etags: Map<string, string>;
}

/** Of a folder in a bucket; `check` throws where another warehouse holds the bucket by now. */
export function createMirror(s3: S3, root: string, check: () => Promise<void>): Mirror {
  const of: Mirrored = { s3, root, check, etags: new Map() };
  // One at a time works on a folder.
  const folders = createKeyedSemaphore(1);
  let known: Promise<Set<string>> | undefined;
  return {
    keep: (paths) => keep(of, paths),
    commit: (folder, state) => commit(of, folder, state),
    open: (folder) => folders.run(folder, () => open(of, folder)),
    whileOpen: (folder, work) =>
      folders.run(folder, () => (of.etags.has(folder) ? work() : Promise.resolve())),
    async drop(paths) {
      for (const path of paths) await s3.remove(keyOf(of, path));
    },
    async dropFolder(folder) {
      const keys = await s3.list(`${keyOf(of, folder)}/`);
      // Without a state nothing else counts.
      const order = keys.toSorted((left, right) => Number(isData(left)) - Number(isData(right)));
      for (const key of order) await s3.remove(key);
      of.etags.delete(folder);
      const id = tenantOf(keyOf(of, folder));
      if (id !== undefined) (await known)?.delete(id);
    },
    async tenants() {
      known ??= tenantsIn(s3).catch((error: unknown) => {
        known = undefined;
        throw error;
      });
      return [...(await known)];
    },
  };
}

async function keep(of: Mirrored, paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    if (await of.s3.send(keyOf(of, path), path, 'ABSENT')) continue;
    // What a portion left that was broken off; of another warehouse it would be that one's.
    await of.check();
    await of.s3.send(keyOf(of, path), path);
  }
}

async function commit(of: Mirrored, folder: string, state: string): Promise<void> {
  const key = keyOf(of, join(folder, stateFile));
  const etag = of.etags.get(folder);
  const put = await of.s3.put(key, state, etag === undefined ? 'ABSENT' : { etag });
  const now = put === undefined ? await of.s3.get(key) : { text: state, etag: put };
  // An answer that was lost on its way is no conflict.
  if (now?.text !== state)
    throw new AppError('CONFLICT', 'another warehouse has written to the bucket meanwhile');
  of.etags.set(folder, now.etag);
}

async function open(of: Mirrored, folder: string): Promise<void> {
  const { s3, etags } = of;
  const remote = await s3.get(keyOf(of, join(folder, stateFile)));
  const keys = await s3.list(`${keyOf(of, folder)}/`);
  const local = await textOf(join(folder, stateFile));
  const here = (await filesBelow(folder)).filter((path) => isData(keyOf(of, path)));
  if (remote === undefined) {
    etags.delete(folder);
    for (const key of keys) await s3.remove(key);
    // A folder from before there was a bucket goes there whole.
    if (local === undefined) return;
    await keep(of, here);
    await commit(of, folder, local);
    return;
  }
  etags.set(folder, remote.etag);
  const there = keys.filter(isData);
  const known = new Set(here.map((path) => keyOf(of, path)));
  if (local !== remote.text || !there.every((key) => known.has(key))) {
    await rm(folder, { recursive: true, force: true });
    for (const key of there) await s3.fetch(key, pathOf(of, key));
    await writeWhole(join(folder, stateFile), remote.text);
    return;
  }
  // What did not get there before a crash does not count here either.
  for (const key of known) if (!there.includes(key)) await rm(pathOf(of, key));
}

async function tenantsIn(s3: S3): Promise<Set<string>> {
  const keys = await s3.list('tenant=');
  const ids = keys.map((key) => tenantOf(key.split('/')[0] ?? ''));
  return new Set(ids.filter((id) => id !== undefined));
}

function keyOf({ root }: Mirrored, path: string): string {
  return relative(root, path).split(sep).join('/');
}

function pathOf({ root }: Mirrored, key: string): string {
  return join(root, ...key.split('/'));
}

function isData(key: string): boolean {
  return portionsOf(key.slice(key.lastIndexOf('/') + 1)) !== undefined;
}

async function filesBelow(folder: string): Promise<readonly string[]> {
  if ((await namesIn(folder)).length === 0) return [];
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map(({ name, parentPath }) => join(parentPath, name));
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
