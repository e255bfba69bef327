import { rm } from 'node:fs/promises';

import { namesIn } from '../files/tenant-files.ts';
import { tenantFolder, tenantOf } from '../files/layout.ts';
import { noMirror } from '../files/mirror.ts';
import type { CopyServices } from './copy-tenant.ts';
import type { KnownTenant } from './find-tenants.ts';
import { removeFolder, wasteFolder } from './remove-folder.ts';

/**
 * Removes the copies of tenants that were deleted, and answers which. A database without any tenant is not the one that
 * was copied.
 */
export async function removeGone(
  { root, log, mirror = noMirror }: Pick<CopyServices, 'root' | 'log' | 'mirror'>,
  tenants: readonly KnownTenant[],
): Promise<readonly string[]> {
  await rm(wasteFolder(root), { recursive: true, force: true });
  if (tenants.length === 0) return [];
  const known = new Set(tenants.map(({ id }) => id));
  const here = (await namesIn(root)).map(tenantOf).filter((id) => id !== undefined);
  const gone = [...new Set([...here, ...(await mirror.tenants())])].filter((id) => !known.has(id));
  for (const id of gone) {
    await removeFolder(root, tenantFolder(root, id));
    await mirror.dropFolder(tenantFolder(root, id));
    log.info({ tenantId: id }, 'the copy of a deleted tenant was removed');
  }
  return gone;
}
