import { rm } from 'node:fs/promises';
import { join } from 'node:path';

import type { CopyServices } from './copy/copy-tenant.ts';
import type { KnownTenant } from './copy/find-tenants.ts';
import { removeFolder } from './copy/remove-folder.ts';
import { syncFolder } from './files/durable.ts';
import { dayFolder, nameOfFile, tableNames, tenantFolder, type TableName } from './files/layout.ts';
import { daySums, nameOf, writeSums } from './files/sums.ts';
import { daysOf, filesOfDay, namesIn, readState } from './files/tenant-files.ts';
import { mergeFiles } from './files/write-rows.ts';

/** Files of a day that is not over yet, before they are put together. */
const mostFiles = 32;
const dayMs = 86_400_000;

type CompactServices = Pick<CopyServices, 'duckDb' | 'log' | 'root'>;

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
      await compactTenant(services, tenant, options);
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
  for (const table of tableNames) {
    for (const day of await daysOf(folder, table)) {
      if (signal.aborted) return;
      const place = dayFolder(folder, table, day);
      const isOver = day < today;
      if (day < oldest) {
        await removeFolder(services.root, place);
        await removeFolder(services.root, daySums(folder, table, day));
        continue;
      }
      const most = isOver ? 1 : mostFiles;
      await compactDay(services, { place, table, portion: state.portion, most });
      if (isOver) await sumDay(services, { folder, table, day, portion: state.portion });
    }
  }
}

function dayAt(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

async function compactDay(
  { duckDb }: CompactServices,
  {
    place,
    table,
    portion,
    most,
  }: {
    readonly place: string;
    readonly table: TableName;
    readonly portion: number;
    readonly most: number;
  },
): Promise<void> {
  const files = await filesOfDay(place, portion);
  const [first] = files;
  const last = files.at(-1);
  if (files.length <= most || first === undefined || last === undefined) return;
  const to = join(place, nameOfFile(first.first, last.last));
  await mergeFiles(duckDb, { from: files.map(({ path }) => path), to, table });
  // From here on the wider file counts; those within it are only in the way.
  for (const { path } of files) if (path !== to) await rm(path, { force: true });
  await syncFolder(place);
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
  { duckDb }: CompactServices,
  { folder, table, day, portion }: Day,
): Promise<void> {
  const [file, ...others] = await filesOfDay(dayFolder(folder, table, day), portion);
  const place = daySums(folder, table, day);
  if (file === undefined || others.length > 0) return;
  if ((await namesIn(place)).includes(nameOf(file))) return;
  await writeSums(duckDb, { file, table, day, place });
}
