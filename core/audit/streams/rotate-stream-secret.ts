import { z } from 'zod';

import { permit } from '../../access/permit.ts';
import type { VerbContext } from '../../context.ts';
import { parse, refuse } from '../../parse.ts';
import { newWebhookSecret } from '../../webhooks/webhook-secret.ts';
import { record } from '../record.ts';
import type { NewStream } from './create-stream.ts';
import { sealStreamSecret } from './stream-secret.ts';
import { readStream } from './stream.ts';

const rotateInput = z.strictObject({
  id: z.uuid(),
  overlapSeconds: z.int().min(0).max(604_800).nullish(),
});
const defaultOverlapSeconds = 86_400;
const action = 'audit_stream.rotate_secret';

/** Makes a successor; until the overlap ends batches carry a signature by each of the two. One from before goes at once. */
export async function rotateAuditStreamSecret(
  context: VerbContext,
  input: unknown,
): Promise<NewStream> {
  await permit(context, 'AUDIT_MANAGE', action);
  const { id, overlapSeconds } = parse(rotateInput, input);
  const overlap = overlapSeconds ?? defaultOverlapSeconds;
  const { tenantId } = context.actor;
  const secret = newWebhookSecret();
  const sealed = sealStreamSecret(context.keyring, { tenantId, id }, secret);
  return context.database.withTenant(tenantId, async (tx) => {
    const { config, name } = await readStream(tx, tenantId, id);
    if (config.kind !== 'HTTPS')
      refuse('CONFLICT', 'input.id', 'only a stream over HTTPS has a secret');
    await tx.$executeRaw`
      update audit.stream set previous_sealed = case when ${overlap} > 0 then sealed end,
        previous_until = case when ${overlap} > 0 then now() + ${overlap} * interval '1 second' end,
        sealed = ${JSON.stringify(sealed)}::jsonb, updated_at = now()
      where tenant_id = ${tenantId}::uuid and id = ${id}::uuid`;
    const data = { name, overlapSeconds: overlap };
    await record(tx, context, { action, target: { kind: 'audit_stream', id }, data });
    return { stream: await readStream(tx, tenantId, id), secret };
  });
}
