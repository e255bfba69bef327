import type { AccessToken } from '../../prisma/_generated/client.ts';
import { NotFoundError } from '../../kernel/errors.ts';
import { record } from '../audit/record.ts';
import type { VerbContext } from '../context.ts';
import { parse, refuse } from '../parse.ts';
import { read } from '../read.ts';
import { idInput } from './names.ts';
import { permit, permitMaker } from './permit.ts';
import { ringRevoked } from './revoked.ts';

const action = 'access_token.revoke';

/** Ends a token at once: one that the caller has made, or anybody's for who manages access. Jobs that came with it go on. */
export async function revokeAccessToken(context: VerbContext, input: unknown): Promise<string> {
  await permitMaker(context, action);
  const { id } = parse(idInput, input);
  const { tenantId } = context.actor;
  const isOwn = isMadeBy(context, await loadToken(context, id));
  await permit(context, isOwn ? [] : 'ACCESS_MANAGE', action);
  await context.database.withTenant(tenantId, async (tx) => {
    // An end that is past by every process's clock, however far they are apart.
    const { count } = await tx.accessToken.updateMany({
      where: { tenantId, id, expiresAt: { gt: context.clock.now() } },
      data: { expiresAt: new Date(0) },
    });
    if (count === 0) refuse('CONFLICT', 'input.id', 'the token has ended already');
    await record(tx, context, { action, target: { kind: 'access_token', id } });
  });
  ringRevoked(context, id);
  return id;
}

type Makers = Pick<AccessToken, 'apiKeyId' | 'memberId'>;

async function loadToken(context: VerbContext, id: string): Promise<Makers> {
  const { tenantId } = context.actor;
  const token = await read(context, (tx) =>
    tx.accessToken.findUnique({ where: { tenantId_id: { tenantId, id } } }),
  );
  if (token === null) throw new NotFoundError('access token', id);
  return token;
}

function isMadeBy({ actor: { kind, id } }: VerbContext, { apiKeyId, memberId }: Makers): boolean {
  return kind === 'api_key' ? apiKeyId === id : kind === 'user' && memberId === id;
}
