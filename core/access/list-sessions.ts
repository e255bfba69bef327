import type { Member, Session } from '../../prisma/_generated/client.ts';
import type { VerbContext } from '../context.ts';
import { columnWindow, idSort, paginate } from '../pagination.ts';
import type { Connection, PageArguments } from '../pagination.ts';
import { read } from '../read.ts';
import { permit } from './permit.ts';

/** Everything about a session but what proves it. */
export const withoutSessionSecret = { secretHash: true } as const;

export type SessionRecord = Omit<Session, 'secretHash'>;

export type ListedSession = SessionRecord & { readonly member: Member };

const sort = idSort<ListedSession>('session.id');

/** Sessions that have not ended, oldest first: one's own, or all of the tenant for who reads access. */
export async function listSessions(
  context: VerbContext,
  { mine, ...page }: PageArguments & { readonly mine: boolean },
): Promise<Connection<ListedSession>> {
  const { actor } = context;
  const { tenantId } = actor;
  await permit(context, mine ? [] : 'ACCESS_READ');
  if (mine && actor.kind !== 'user')
    return paginate({ page, sort, tenantId }, () => Promise.resolve([]));
  const now = context.clock.now();
  const live = {
    tenantId,
    ...(mine ? { memberId: actor.id } : {}),
    endedAt: null,
    expiresAt: { gt: now },
    member: { removedAt: null },
  };
  return paginate({ page, sort, tenantId }, (window) => {
    const { where, ...rest } = columnWindow(window, 'id', 'asc');
    return read(context, (tx) =>
      tx.session.findMany({
        ...rest,
        where: { ...where, ...live },
        include: { member: true },
        omit: withoutSessionSecret,
      }),
    );
  });
}
