import type { IdentityProvider } from '../../prisma/_generated/client.ts';
import { newId } from '../../kernel/ids.ts';
import { record } from '../audit/record.ts';
import type { VerbContext } from '../context.ts';
import { parse, refuse } from '../parse.ts';
import { createProviderInput } from './identity-provider-input.ts';
import { permissions } from './permissions.ts';
import { permit, permitGrant } from './permit.ts';
import { requireRoom } from './quota.ts';

/** Trusts an issuer to say who people are. It could say anybody, so its maker has to be able to do everything. */
export async function createIdentityProvider(
  context: VerbContext,
  input: unknown,
): Promise<IdentityProvider> {
  await permit(context, permissions, 'identity_provider.create');
  await permitGrant(context, { permissions }, 'identity_provider.create');
  const draft = parse(createProviderInput, input);
  const { tenantId } = context.actor;
  return context.database.withTenant(tenantId, async (tx) => {
    await requireRoom(tx, context, 'providers');
    const id = newId();
    const { name, issuer, audience, clientId, jwksUrl, roleClaim, groupClaim } = draft;
    // Another tenant's is in the way unseen: a token has to lead to one.
    const inserted = await tx.$executeRaw`
      insert into access.identity_provider
        (tenant_id, id, name, issuer, audience, client_id, jwks_url, algorithms, token_types, role_claim, group_claim)
      values (${tenantId}::uuid, ${id}::uuid, ${name}, ${issuer}, ${audience}, ${clientId}, ${jwksUrl},
        ${draft.algorithms}::text[], ${draft.tokenTypes}::text[], ${roleClaim}, ${groupClaim})
      on conflict do nothing`;
    if (inserted === 0)
      refuse('ALREADY_EXISTS', 'input.issuer', 'this issuer is in use with the audience or client');
    await record(tx, context, {
      action: 'identity_provider.create',
      target: { kind: 'identity_provider', id },
      data: { name, issuer, audience, clientId, roleClaim, groupClaim },
    });
    return tx.identityProvider.findUniqueOrThrow({ where: { tenantId_id: { tenantId, id } } });
  });
}
