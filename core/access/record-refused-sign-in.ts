import type { IdentityProvider } from '../../prisma/_generated/client.ts';
import { record } from '../audit/record.ts';
import type { Services } from '../context.ts';
import { systemActor } from './actor.ts';

/** Tells the tenant that somebody whom its issuer knows is no member of it. */
export async function recordRefusedSignIn(
  { database }: Pick<Services, 'database'>,
  { tenantId, id }: Pick<IdentityProvider, 'tenantId' | 'id'>,
  { subject, requestId }: { readonly subject: string; readonly requestId: string },
): Promise<void> {
  await database.asSystem((tx) =>
    record(
      tx,
      { actor: systemActor(tenantId), requestId },
      {
        action: 'session.refuse',
        target: { kind: 'identity_provider', id },
        data: { subject: subject.slice(0, 200) },
      },
    ),
  );
}
