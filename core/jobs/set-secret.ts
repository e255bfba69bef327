import { z } from 'zod';

import { AppError } from '../../kernel/errors.ts';
import { permit, permitWhole } from '../access/permit.ts';
import { requireRoom } from '../access/quota.ts';
import { record } from '../audit/record.ts';
import type { VerbContext } from '../context.ts';
import { jsonValue, parse } from '../parse.ts';
import type { SecretInfo } from './list-secrets.ts';
import { secretName } from './names.ts';
import { agentList } from './agent-list.ts';
import { sealSecret } from './secret-value.ts';

const maxBytes = 65_536;

const setSecretInput = z.strictObject({
  name: secretName,
  value: z.union([z.string().min(1), z.record(z.string(), jsonValue)]),
  agents: agentList.nullish(),
});

/** Stores a secret under its name; the value before is destroyed. A new one is for no agent unless some are named. */
export async function setSecret(context: VerbContext, input: unknown): Promise<SecretInfo> {
  await permit(context, 'INTEGRATIONS_MANAGE', 'secret.set');
  await permitWhole(context, 'INTEGRATIONS_MANAGE', 'secret.set');
  const { name, value, agents } = parse(setSecretInput, input);
  if (Buffer.byteLength(JSON.stringify(value)) > maxBytes)
    throw new AppError('PAYLOAD_TOO_LARGE', `a secret has at most ${String(maxBytes)} bytes`, {
      path: 'input.value',
    });
  const { tenantId } = context.actor;
  const sealed = sealSecret(context.keyring, { tenantId, name }, value);
  const updatedAt = context.clock.now();
  return context.database.withTenant(tenantId, async (tx) => {
    if ((await tx.secret.count({ where: { tenantId, name } })) === 0)
      await requireRoom(tx, context, 'secrets');
    const secret = await tx.secret.upsert({
      where: { tenantId_name: { tenantId, name } },
      create: { tenantId, name, version: 1, sealed, updatedAt, agents: agents ?? [] },
      update: {
        ...{ version: { increment: 1 }, sealed, updatedAt },
        ...(agents == null ? {} : { agents }),
      },
      omit: { sealed: true },
    });
    await record(tx, context, {
      action: 'secret.set',
      target: { kind: 'secret', id: name },
      data: { version: secret.version, agents: secret.agents },
    });
    return secret;
  });
}
