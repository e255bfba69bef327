import { z } from 'zod';

import type { VerbContext } from '../context.ts';
import { parse } from '../parse.ts';
import { read } from '../read.ts';
import { findOpenLink, isLasting, isSecret, permitLinkHolder } from './connect-links.ts';

const viewConnectLinkInput = z.strictObject({ secret: z.string().max(100) });

/** What a person sees before they go on: nothing is changed, as programs look at links too. */
export async function viewConnectLink(
  context: VerbContext,
  input: unknown,
): Promise<{ readonly integration: string } | null> {
  permitLinkHolder(context);
  const { secret } = parse(viewConnectLinkInput, input);
  return read(context, async (tx) => {
    const found = await findOpenLink(tx, context, isLasting);
    if (found === undefined || !isSecret(secret, found.link.secretHash)) return null;
    return { integration: found.integration.name };
  });
}
