import { z } from 'zod';

import type { Secret } from '../../prisma/_generated/client.ts';
import { permit, permitWhole } from '../access/permit.ts';
import type { VerbContext } from '../context.ts';
import { columnWindow, paginate } from '../pagination.ts';
import type { Connection, PageArguments, Sort } from '../pagination.ts';
import { read } from '../read.ts';

/** All that can be known of a secret. */
export type SecretInfo = Omit<Secret, 'sealed'>;

const sort: Sort<SecretInfo> = {
  name: 'secret.name',
  position: z.tuple([z.string().max(63)]),
  positionOf: ({ name }) => [name],
};

/** Secrets of the tenant without their values, by name. */
export async function listSecrets(
  context: VerbContext,
  page: PageArguments,
): Promise<Connection<SecretInfo>> {
  await permit(context, 'INTEGRATIONS_READ');
  await permitWhole(context, 'INTEGRATIONS_READ');
  const { tenantId } = context.actor;
  return paginate({ page, sort, tenantId }, (window) => {
    const { where, ...rest } = columnWindow(window, 'name', 'asc');
    return read(context, (tx) =>
      tx.secret.findMany({ ...rest, where: { ...where, tenantId }, omit: { sealed: true } }),
    );
  });
}
