import { z } from 'zod';

import { NotFoundError } from '../../kernel/errors.ts';
import { permit, permitWhole } from '../access/permit.ts';
import { record } from '../audit/record.ts';
import type { VerbContext } from '../context.ts';
import { parse } from '../parse.ts';
import type { SecretInfo } from './list-secrets.ts';
import { secretName } from './names.ts';
import { agentList } from './agent-list.ts';

const updateSecretInput = z.strictObject({ name: secretName, agents: agentList });

/** Changes which agents may use a secret; its value stays, and jobs that begin or go on from now on see the new list. */
export async function updateSecret(context: VerbContext, input: unknown): Promise<SecretInfo> {
  await permit(context, 'INTEGRATIONS_MANAGE', 'secret.update');
  await permitWhole(context, 'INTEGRATIONS_MANAGE', 'secret.update');
  const { name, agents } = parse(updateSecretInput, input);
  const { tenantId } = context.actor;
  return context.database.withTenant(tenantId, async (tx) => {
    const where = { tenantId_name: { tenantId, name } };
    const before = await tx.secret.findUnique({ where, select: { agents: true } });
    if (before === null) throw new NotFoundError('Secret', name);
    const updatedAt = context.clock.now();
    const secret = await tx.secret.update({
      where,
      data: { agents, updatedAt },
      omit: { sealed: true },
    });
    await record(tx, context, {
      action: 'secret.update',
      target: { kind: 'secret', id: name },
      data: { before: before.agents, after: secret.agents },
    });
    return secret;
  });
}
