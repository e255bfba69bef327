import { z } from 'zod';

import type { VerbContext } from '../context.ts';
import { parse } from '../parse.ts';
import { isSecret, lockOpenLink, requireLinkActor } from './connect-links.ts';

const viewConnectLinkInput = z.strictObject({ secret: z.string().max(100) });

/** What a person sees before they go on: nothing is changed, as programs look at links too. */
export async function viewConnectLink(
  context: VerbContext,
  input: unknown,
): Promise<{ readonly integration: string } | null> {
  requireLinkActor(context);
  const { secret } = parse(viewConnectLinkInput, input);
  return context.database.withTenant(context.actor.tenantId, async (tx) => {
    const found = await lockOpenLink(tx, context);
    if (found === undefined || !isSecret(secret, found.link.secretHash)) return null;
    return { integration: found.integration.name };
  });
}
