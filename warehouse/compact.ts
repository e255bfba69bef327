import { rm } from 'node:fs/promises';
import { join } from 'node:path';

import type { CopyServices } from './copy/copy-tenant.ts';
import type { KnownTenant } from './copy/find-tenants.ts';
import { removeFolder } from './copy/remove-folder.ts';
import { syncFolder } from './files/durable.ts';
import { dayFolder, nameOfFile, tableNames, tenantFolder, type TableName } from './files/layout.ts';
import { noMirror } from './files/mirror.ts';
import { daySums, nameOf, writeSums } from './files/sums.ts';
import { daysOf, filesOfDay, namesIn, readState } from './files/tenant-files.ts';
import { mergeFiles } from './files/write-rows.ts';

/** Files of a day that is not over yet, before they are put together. */
const mostFiles = 32;
const dayMs = 86_400_000;

type CompactServices = Pick<CopyServices, 'duckDb' | 'log' | 'root' | 'mirror'>;

/** How compaction goes on. */
export interface CompactOptions {
  readonly now: Date;
  readonly signal: AbortSignal;
}

/**
 * Puts the files of each day that is over into one, and those of today where they are many; removes days that are older than
 * the tenant keeps its audit log. Each file takes the place of others at once: what reads meanwhile sees either. A tenant
 * whose files cannot be read is logged, and the others go on.
 */
export async function compactAll(
  services: CompactServices,
  tenants: readonly KnownTenant[],
  options: CompactOptions,
): Promise<void> {
  for (const tenant of tenants) {
    if (options.signal.aborted) return;
    try {
      const { mirror = noMirror, root } = services;
      await mirror.whileOpen(tenantFolder(root, tenant.id), () =>
        compactTenant(services, tenant, options),
      );
    } catch (error) {
      services.log.error({ err: error, tenantId: tenant.id }, 'a tenant could not be compacted');
    }
  }
}

async function compactTenant(
  services: CompactServices,
  { id, days, isHeld }: KnownTenant,
  { now, signal }: CompactOptions,
): Promise<void> {
  const folder = tenantFolder(services.root, id);
  const state = await readState(folder);
  if (state === undefined) return;
  const today = dayAt(now.getTime());
  const oldest = days === null || isHeld ? '' : dayAt(now.getTime() - days * dayMs);
  for (const table of tableNames)
    for (const day of await daysOf(folder, table)) {
      if (signal.aborted) return;
      const of = { folder, table, day, portion: state.portion };
      if (day < oldest) await removeDay(services, of);
      else await tidyDay(services, of, day < today);
    }
}

async function removeDay(
  { root, mirror = noMirror }: CompactServices,
  { folder, table, day }: Day,
): Promise<void> {
  for (const place of [dayFolder(folder, table, day), daySums(folder, table, day)]) {
    await removeFolder(root, place);
    await mirror.dropFolder(place);
  }
}

async function tidyDay(services: CompactServices, of: Day, isOver: boolean): Promise<void> {
  await compactDay(services, of, isOver ? 1 : mostFiles);
  if (isOver) await sumDay(services, of);
}

function dayAt(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

async function compactDay(
  { duckDb, mirror = noMirror }: CompactServices,
  { folder, table, day, portion }: Day,
  most: number,
): Promise<void> {
  const place = dayFolder(folder, table, day);
  const files = await filesOfDay(place, portion);
  const [first] = files;
  const last = files.at(-1);
  if (files.length <= most || first === undefined || last === undefined) return;
  const to = join(place, nameOfFile(first.first, last.last));
  await mergeFiles(duckDb, { from: files.map(({ path }) => path), to, table });
  await mirror.keep([to]);
  // From here on the wider file counts; those within it are only in the way.
  const within = files.map(({ path }) => path).filter((path) => path !== to);
  for (const path of within) await rm(path, { force: true });
  await syncFolder(place);
  await mirror.drop(within);
}

interface Day {
  /** Of the tenant. */
  readonly folder: string;
  readonly table: TableName;
  readonly day: string;
  readonly portion: number;
}

/** Sums of a day whose rows are in one file, where that file has none yet. */
async function sumDay(
  { duckDb, mirror = noMirror }: CompactServices,
  { folder, table, day, portion }: Day,
): Promise<void> {
  const [file, ...others] = await filesOfDay(dayFolder(folder, table, day), portion);
  const place = daySums(folder, table, day);
  if (file === undefined || others.length > 0) return;
  if ((await namesIn(place)).includes(nameOf(file))) return;
  const { path, removed } = await writeSums(duckDb, { file, table, day, place });
  await mirror.keep([path]);
  await mirror.drop(removed);
}
