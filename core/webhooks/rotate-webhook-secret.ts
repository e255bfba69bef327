import { z } from 'zod';

import { permit, permitWhole } from '../access/permit.ts';
import { record } from '../audit/record.ts';
import type { VerbContext } from '../context.ts';
import { parse } from '../parse.ts';
import type { NewWebhookSecret } from './create-webhook.ts';
import { lockWebhook, readWebhook } from './load-webhook.ts';
import { newWebhookSecret, sealWebhookSecret } from './webhook-secret.ts';

const rotateInput = z.strictObject({
  id: z.uuid(),
  overlapSeconds: z.int().min(0).max(604_800).nullish(),
});
const defaultOverlapSeconds = 86_400;

/** Makes a successor; until the overlap ends deliveries carry a signature by each of the two. One from before goes at once. */
export async function rotateWebhookSecret(
  context: VerbContext,
  input: unknown,
): Promise<NewWebhookSecret> {
  await permit(context, 'INTEGRATIONS_MANAGE', 'webhook.rotate_secret');
  await permitWhole(context, 'INTEGRATIONS_MANAGE', 'webhook.rotate_secret');
  const { id, overlapSeconds } = parse(rotateInput, input);
  const overlap = overlapSeconds ?? defaultOverlapSeconds;
  const { tenantId } = context.actor;
  const secret = newWebhookSecret();
  return context.database.withTenant(tenantId, async (tx) => {
    const { secretVersion } = await lockWebhook(tx, tenantId, id);
    const version = secretVersion + 1;
    const sealed = sealWebhookSecret(context.keyring, { tenantId, id, version }, secret);
    await tx.$executeRaw`
      update jobs.webhook set previous_sealed = case when ${overlap} > 0 then sealed end,
        previous_until = case when ${overlap} > 0 then now() + ${overlap} * interval '1 second' end,
        sealed = ${JSON.stringify(sealed)}::jsonb, secret_version = ${version}, updated_at = now()
      where tenant_id = ${tenantId}::uuid and id = ${id}::uuid`;
    await record(tx, context, {
      action: 'webhook.rotate_secret',
      target: { kind: 'webhook', id },
      data: { version, overlapSeconds: overlap },
    });
    return { webhook: await readWebhook(tx, tenantId, id), secret };
  });
}
