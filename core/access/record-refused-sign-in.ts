import type { IdentityProvider } from '../../prisma/_generated/client.ts';
import { newId } from '../../kernel/ids.ts';
import { storableText } from '../../kernel/storable.ts';
import type { Services } from '../context.ts';

/** Tells the tenant that somebody whom its issuer knows is no member of it; the database writes the row for the gateway. */
export async function recordRefusedSignIn(
  { database }: Pick<Services, 'database'>,
  { tenantId, id }: Pick<IdentityProvider, 'tenantId' | 'id'>,
  { subject, requestId }: { readonly subject: string; readonly requestId: string },
): Promise<void> {
  await database.asSystem(
    (tx) => tx.$queryRaw`
      select from access.note_refused_sign_in(
        ${tenantId}::uuid, ${id}::uuid, ${newId()}::uuid, ${storableText(subject)}, ${requestId})`,
    { role: 'gateway' },
  );
}
