import { Prisma } from '../../prisma/_generated/client.ts';
import type { Services } from '../context.ts';
import type { Actor } from './actor.ts';

/** Of a row `member` that is bound to an issuer: no provider of the tenant trusts it any more. */
export const hasLostIssuer = Prisma.sql`not exists (
  select from access.identity_provider as live
  where live.tenant_id = member.tenant_id and live.issuer = member.issuer and live.removed_at is null)`;

/** Members who can come in no more as their issuer is trusted no more, and have jobs that are not over: `user:<id>`. */
export async function lostMembers(
  { database, actor }: Pick<Services, 'database'> & { readonly actor: Pick<Actor, 'tenantId'> },
  issuer: string,
): Promise<readonly string[]> {
  const { tenantId } = actor;
  const rows = await database.asSystem(
    (tx) => tx.$queryRaw<readonly { submitter: string }[]>`
      select 'user:' || member.id as submitter from access.member
      where member.tenant_id = ${tenantId}::uuid and member.issuer = ${issuer} and member.removed_at is null
        and ${hasLostIssuer} and exists (
          select from jobs.job
          where job.tenant_id = member.tenant_id and job.state in ('QUEUED', 'RUNNING', 'WAITING', 'PAUSED')
            and (job.submitter = 'user:' || member.id or job.senders @> array['user:' || member.id]))`,
    { isReadOnly: true },
  );
  return rows.map(({ submitter }) => submitter);
}
