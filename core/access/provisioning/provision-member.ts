import { z } from 'zod';

import type { Member } from '../../../prisma/_generated/client.ts';
import type { Transaction } from '../../../kernel/database/database.ts';
import { AppError, NotFoundError } from '../../../kernel/errors.ts';
import { newId } from '../../../kernel/ids.ts';
import { record } from '../../audit/record.ts';
import type { VerbContext } from '../../context.ts';
import { reachJobs } from '../../jobs/reach-jobs.ts';
import { parse, refuse } from '../../parse.ts';
import { principalOf } from '../actor.ts';
import { keepAdmin } from '../keep-admin.ts';
import { grantOfMember, withRole } from '../member-actor.ts';
import type { MemberWithRole } from '../member-actor.ts';
import { displayName } from '../names.ts';
import { permit } from '../permit.ts';
import { requireRoom } from '../quota.ts';
import { ringRevoked } from '../revoked.ts';

const provisionInput = z.strictObject({
  id: z.uuid().nullish(),
  email: z.email().max(254).nullish(),
  name: displayName.nullish(),
  externalId: z.string().max(255).nullish(),
  isActive: z.boolean().nullish(),
});

type Wish = z.infer<typeof provisionInput>;

/** What becomes of the row. */
type Change = Partial<
  Pick<
    Member,
    'email' | 'name' | 'externalId' | 'removedAt' | 'role' | 'customRoleId' | 'jobsPolicy'
  >
>;

/**
 * Creates or changes a member as a directory says. A directory has no say in what members may do: who is new or comes
 * back is a VIEWER, and it deactivates anybody but the last admin.
 */
export async function provisionMember(context: VerbContext, input: unknown): Promise<Member> {
  await permit(context, 'ACCESS_PROVISION', 'member.provision');
  const wish = parse(provisionInput, input);
  const { tenantId } = context.actor;
  const { member, hasLeft } = await context.database.withTenant(tenantId, async (tx) => {
    const known = typeof wish.id === 'string' ? await lockMember(tx, tenantId, wish.id) : undefined;
    const change = await changeFor(tx, context, { wish, known });
    const id = known?.id ?? newId();
    const member =
      known === undefined
        ? await insert(tx, context, { id, wish, change })
        : await update(tx, known, change);
    if (Object.keys(change).length > 0 || known === undefined)
      await record(tx, context, {
        action: 'member.provision',
        target: { kind: 'member', id },
        data: {
          changed: Object.keys(change),
          isNew: known === undefined,
          isActive: isLive(member),
        },
      });
    return { member, hasLeft: known !== undefined && isLive(known) && !isLive(member) };
  });
  if (hasLeft || typeof wish.id === 'string') ringRevoked(context, member.id);
  if (hasLeft) {
    const submitter = principalOf({ kind: 'user', id: member.id });
    await reachJobs(context, { submitter, policy: 'STOP' });
  }
  return member;
}

interface Request {
  readonly wish: Wish;
  readonly known: MemberWithRole | undefined;
}

async function changeFor(
  tx: Transaction,
  context: VerbContext,
  { wish, known }: Request,
): Promise<Change> {
  const { externalId, isActive } = wish;
  return {
    ...changeOfWords(wish, known),
    ...(externalId === undefined || externalId === known?.externalId ? {} : { externalId }),
    ...(typeof isActive === 'boolean' ? await changeOfState(tx, context, { known, isActive }) : {}),
  };
}

function changeOfWords({ email, name }: Wish, known: MemberWithRole | undefined): Change {
  const isMoved = typeof email === 'string' && email !== known?.email;
  if (isMoved && known !== undefined) requireHarmless(known);
  return {
    ...(isMoved ? { email } : {}),
    ...(typeof name === 'string' && name !== known?.name ? { name } : {}),
  };
}

async function changeOfState(
  tx: Transaction,
  context: VerbContext,
  { known, isActive }: { readonly known: MemberWithRole | undefined; readonly isActive: boolean },
): Promise<Change> {
  const { clock } = context;
  if (known === undefined) return isActive ? {} : { removedAt: clock.now() };
  if (isActive === isLive(known)) return {};
  const { tenantId, id } = known;
  if (isActive) await requireRoom(tx, context, 'members');
  else await keepAdmin(tx, { tenantId, id, grant: grantOfMember(known) });
  // Who comes back signs in again, however they left.
  await tx.session.updateMany({
    where: { tenantId, memberId: id, endedAt: null },
    data: { endedAt: clock.now() },
  });
  // They are somebody new: what they were allowed once, somebody who may say so has to allow again.
  if (isActive) {
    await tx.groupMembership.deleteMany({ where: { tenantId, memberId: id } });
    return { removedAt: null, role: 'VIEWER', customRoleId: null };
  }
  return { removedAt: clock.now(), jobsPolicy: 'STOP' };
}

/** Whoever has the address of somebody who was invited and has not come yet may come in their place. */
function requireHarmless({ issuer, role, customRoleId, groups }: MemberWithRole): void {
  const mayRead = role === 'VIEWER' && customRoleId === null && groups.length === 0;
  if (issuer !== null || mayRead) return;
  refuse(
    'CONFLICT',
    'input.email',
    'the member has not signed in yet and has more than the role VIEWER or is in a group: the address stays',
  );
}

interface Draft {
  readonly id: string;
  readonly wish: Wish;
  readonly change: Change;
}

async function insert(
  tx: Transaction,
  context: VerbContext,
  { id, wish, change }: Draft,
): Promise<Member> {
  const { tenantId } = context.actor;
  await requireRoom(tx, context, 'members');
  const { email, name, externalId } = wish;
  if (typeof email !== 'string')
    throw new AppError('BAD_USER_INPUT', 'a new member needs an address', { path: 'input.email' });
  const inserted = await tx.$executeRaw`
    insert into access.member (tenant_id, id, email, name, role, external_id, removed_at)
    values (${tenantId}::uuid, ${id}::uuid, ${email}, ${name ?? email.slice(0, 100)}, 'VIEWER'::access.role,
      ${externalId ?? null}, ${change.removedAt ?? null}::timestamptz)
    on conflict do nothing`;
  if (inserted === 0) refuseTaken();
  return await tx.member.findUniqueOrThrow({ where: { tenantId_id: { tenantId, id } } });
}

async function update(tx: Transaction, known: MemberWithRole, change: Change): Promise<Member> {
  const { tenantId, id } = known;
  const where = { tenantId_id: { tenantId, id } };
  if (Object.keys(change).length === 0) return known;
  const becomes = { ...known, ...change };
  if (isLive(becomes) && (await isTaken(tx, becomes))) refuseTaken();
  return await tx.member.update({ where, data: change });
}

/** With the tenant locked nobody takes the address meanwhile. */
async function isTaken(tx: Transaction, member: Member): Promise<boolean> {
  const { tenantId, id, email, issuer, subject } = member;
  const [found] = await tx.$queryRaw<readonly object[]>`
    select from access.member
    where tenant_id = ${tenantId}::uuid and id <> ${id}::uuid and removed_at is null
      and (lower(email) = lower(${email}) or (issuer = ${issuer} and subject = ${subject})) limit 1`;
  return found !== undefined;
}

function refuseTaken(): never {
  return refuse('ALREADY_EXISTS', 'input.email', 'a member has this e-mail address or subject');
}

/** The tenant first, as everybody does who ends or changes a member. */
async function lockMember(tx: Transaction, tenantId: string, id: string): Promise<MemberWithRole> {
  await tx.$queryRaw`select from access.tenant where id = ${tenantId}::uuid for update`;
  await tx.$queryRaw`
    select from access.member where tenant_id = ${tenantId}::uuid and id = ${id}::uuid for update`;
  const member = await tx.member.findUnique({
    where: { tenantId_id: { tenantId, id } },
    include: withRole,
  });
  if (member === null) throw new NotFoundError('member', id);
  return member;
}

function isLive({ removedAt }: Pick<Member, 'removedAt'>): boolean {
  return removedAt === null;
}
