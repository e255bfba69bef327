import { z } from 'zod';

import { isId } from '../../kernel/ids.ts';
import type { Consent } from '../../prisma/_generated/client.ts';
import { permit } from '../access/permit.ts';
import type { VerbContext } from '../context.ts';
import { read } from '../read.ts';

/** A consent, without what it is good for, and why the last refresh failed, if it did. */
export interface ConsentInfo extends Omit<Consent, 'sealed'> {
  readonly isRefreshable: boolean;
  readonly lastError: string | null;
  readonly lastErrorAt: Date | null;
}

const failure = z.object({ message: z.string() });

/** Consents of the tenant's integrations, by their ids; those whose credentials need nobody are missing. */
export async function loadConsents(
  context: VerbContext,
  ids: readonly string[],
): Promise<ReadonlyMap<string, ConsentInfo>> {
  await permit(context, 'INTEGRATIONS_READ');
  const where = { tenantId: context.actor.tenantId, integrationId: { in: ids.filter(isId) } };
  const [consents, tokens] = await read(context, async (tx) => [
    await tx.consent.findMany({ where }),
    await tx.accessTokenOfIntegration.findMany({ where, omit: { sealed: true } }),
  ]);
  const found = consents.map(({ sealed, ...consent }): ConsentInfo => {
    const token = tokens.find(
      ({ integrationId, credentialVersion }) =>
        integrationId === consent.integrationId && credentialVersion === consent.credentialVersion,
    );
    const told = failure.safeParse(token?.failure);
    return {
      ...consent,
      isRefreshable: sealed !== null,
      lastError: consent.reason ?? told.data?.message ?? null,
      lastErrorAt: consent.endedAt ?? token?.failedAt ?? null,
    };
  });
  return new Map(found.map((consent) => [consent.integrationId, consent]));
}
