import { rm } from 'node:fs/promises';
import { join } from 'node:path';

import type { CopyServices } from './copy/copy-tenant.ts';
import type { KnownTenant } from './copy/find-tenants.ts';
import { removeFolder } from './copy/remove-folder.ts';
import { syncFolder } from './files/durable.ts';
import { dayFolder, nameOfFile, tableNames, tenantFolder, type TableName } from './files/layout.ts';
import { daysOf, filesOfDay, readState } from './files/tenant-files.ts';
import { mergeFiles } from './files/write-rows.ts';

/** Files of a day that is not over yet, before they are put together. */
const mostFiles = 32;
const dayMs = 86_400_000;

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
  services: CopyServices,
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
  services: CopyServices,
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
      if (day < oldest) await removeFolder(services.root, place);
      else
        await compactDay(services, {
          place,
          table,
          portion: state.portion,
          most: day < today ? 1 : mostFiles,
        });
    }
  }
}

function dayAt(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

async function compactDay(
  { duckDb }: CopyServices,
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
