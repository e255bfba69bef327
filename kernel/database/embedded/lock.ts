import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { AppError } from '../../errors.ts';
import { newId } from '../../ids.ts';

/** The process that holds a folder. */
interface Holder {
  readonly pid: number;
  /** When that process started, seconds since the epoch: the same pid may come again, in a container always. */
  readonly startedAt: number;
}

const MAX_TAKEOVERS = 5;

/** Keeps a second process (or a second opening in this one) out of a data folder until disposed. */
export async function lockFolder(folder: string): Promise<AsyncDisposable> {
  const path = join(folder, 'database.lock');
  for (let attempt = 0; attempt < MAX_TAKEOVERS; attempt++) {
    if (await create(path)) return { [Symbol.asyncDispose]: () => rm(path, { force: true }) };
    const holder = await readHolder(path);
    if (holder !== undefined && isAlive(holder)) {
      throw new AppError(
        'CONFLICT',
        `the data folder ${folder} is open in process ${holder.pid}; stop it, choose another folder by OPERANDI_DATA_DIR, or use a PostgreSQL server by DATABASE_URL`,
      );
    }
    await removeStale(path);
  }
  throw new AppError('CONFLICT', `the data folder ${folder} is being opened by another process`);
}

function self(): Holder {
  return { pid: process.pid, startedAt: Math.round(Date.now() / 1000 - process.uptime()) };
}

/** By linking a finished file, so that nobody ever reads a half-written one. */
async function create(path: string): Promise<boolean> {
  const draft = `${path}.${newId()}`;
  await writeFile(draft, JSON.stringify(self()), { mode: 0o600 });
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  } finally {
    await rm(draft);
  }
}

async function readHolder(path: string): Promise<Holder | undefined> {
  try {
    const holder: unknown = JSON.parse(await readFile(path, 'utf8'));
    return isHolder(holder) ? holder : undefined;
  } catch {
    // Gone again, or not ours: nobody holds it.
    return undefined;
  }
}

function isHolder(value: unknown): value is Holder {
  return (
    typeof value === 'object' &&
    value !== null &&
    'pid' in value &&
    typeof value.pid === 'number' &&
    'startedAt' in value &&
    typeof value.startedAt === 'number'
  );
}

function isAlive(holder: Holder): boolean {
  if (holder.pid === process.pid) return Math.abs(holder.startedAt - self().startedAt) <= 1;
  try {
    process.kill(holder.pid, 0);
    return true;
  } catch (error) {
    return hasCode(error, 'EPERM');
  }
}

/** By renaming, so that of two processes that found the same dead holder only one removes its file. */
async function removeStale(path: string): Promise<void> {
  const aside = `${path}.${newId()}`;
  try {
    await rename(path, aside);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return;
    throw error;
  }
  await rm(aside, { force: true });
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
