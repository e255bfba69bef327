import type { Session } from '../../prisma/_generated/client.ts';
import { NotFoundError } from '../../kernel/errors.ts';
import { record } from '../audit/record.ts';
import type { VerbContext } from '../context.ts';
import { parse, refuse } from '../parse.ts';
import { withoutSessionSecret } from './list-sessions.ts';
import type { SessionRecord } from './list-sessions.ts';
import { idInput } from './names.ts';
import { permit } from './permit.ts';
import { ringRevoked } from './revoked.ts';

/** Ends a session at once: one's own, or anybody's for who manages access. */
export async function endSession(context: VerbContext, input: unknown): Promise<SessionRecord> {
  const { id } = parse(idInput, input);
  const { tenantId } = context.actor;
  await permitEnding(context, await memberOf(context, id));
  const ended = await context.database.withTenant(tenantId, async (tx) => {
    const { count } = await tx.session.updateMany({
      where: { tenantId, id, endedAt: null },
      data: { endedAt: context.clock.now() },
    });
    if (count === 0) refuse('CONFLICT', 'input.id', 'the session has ended already');
    await record(tx, context, { action: 'session.end', target: { kind: 'session', id } });
    return tx.session.findUniqueOrThrow({
      where: { tenantId_id: { tenantId, id } },
      omit: withoutSessionSecret,
    });
  });
  ringRevoked(context, id);
  return ended;
}

async function permitEnding(context: VerbContext, memberId: string): Promise<void> {
  const { actor } = context;
  const isOwn = actor.kind === 'user' && actor.id === memberId;
  await permit(context, isOwn ? [] : 'ACCESS_MANAGE', 'session.end');
}

async function memberOf(
  { actor: { tenantId }, database }: VerbContext,
  id: string,
): Promise<Session['memberId']> {
  const session = await database.withTenant(
    tenantId,
    (tx) => tx.session.findUnique({ where: { tenantId_id: { tenantId, id } } }),
    { isReadOnly: true },
  );
  if (session === null) throw new NotFoundError('session', id);
  return session.memberId;
}
