import { rm } from 'node:fs/promises';
import { join } from 'node:path';

import type { CopyState } from '../files/tenant-files.ts';
import { namesIn } from '../files/tenant-files.ts';
import { tenantFolder, tenantOf } from '../files/layout.ts';
import type { CopyServices } from './copy-tenant.ts';
import type { KnownTenant } from './find-tenants.ts';
import { removeFolder, wasteFolder } from './remove-folder.ts';

/** Removes the copies of tenants that were deleted. A database without any tenant is not the one that was copied. */
export async function removeGone(
  { root, log }: Pick<CopyServices, 'root' | 'log'>,
  {
    tenants,
    states,
  }: { readonly tenants: readonly KnownTenant[]; readonly states: Map<string, CopyState> },
): Promise<void> {
  await rm(wasteFolder(root), { recursive: true, force: true });
  if (tenants.length === 0) return;
  const known = new Set(tenants.map(({ id }) => id));
  for (const name of await namesIn(root)) {
    const id = tenantOf(name);
    if (id === undefined || known.has(id)) continue;
    await removeFolder(root, join(tenantFolder(root, id)));
    states.delete(id);
    log.info({ tenantId: id }, 'the copy of a deleted tenant was removed');
  }
}
