import { z } from 'zod';

import type { Transaction } from '../../kernel/database/database.ts';
import { NotFoundError } from '../../kernel/errors.ts';
import { newId } from '../../kernel/ids.ts';
import { permit } from '../access/permit.ts';
import type { VerbContext } from '../context.ts';
import { indexKey, subjectHash, type Subject } from '../jobs/sensitive/data-key.ts';
import { checkTexts, parse, refuse } from '../parse.ts';
import { requireNoHold } from './holds/hold.ts';
import { record } from './record.ts';

const eraseInput = z
  .strictObject({ subject: z.string().min(1).max(1_000).nullish(), memberId: z.uuid().nullish() })
  .refine(
    ({ subject, memberId }) => (typeof subject === 'string') !== (typeof memberId === 'string'),
    {
      message: 'name either a subject or a member',
    },
  );

/** What an erasure did. */
export interface Erasure {
  readonly erasedAt: Date;
  /** Keys that are gone: none where nothing was sealed for the subject yet. */
  readonly keys: number;
}

/**
 * Destroys the key of a person: what was sealed by it nobody can read any more, the log stays provable. A member has to be
 * removed first, as what they do afterwards would name them again.
 */
export async function eraseSubject(context: VerbContext, input: unknown): Promise<Erasure> {
  await permit(context, 'AUDIT_MANAGE', 'subject.erase');
  const wish = parse(eraseInput, input);
  checkTexts(wish, 'input');
  const { tenantId } = context.actor;
  const subject: Subject =
    typeof wish.memberId === 'string'
      ? { kind: 'member', id: wish.memberId }
      : { kind: 'subject', id: wish.subject ?? '' };
  return context.database.withTenant(tenantId, async (tx) => {
    if (subject.kind === 'member') await requireRemoved(tx, tenantId, subject.id);
    await requireNoHold(tx, tenantId);
    const index = await indexKey(tx, context.keyring, tenantId);
    const hash = subjectHash(index, subject);
    if (subject.kind === 'member') await emptyMember(tx, tenantId, subject.id);
    const erasure = await eraseKeys(tx, { tenantId, hash });
    // The subject of a definition may itself say who it is: the log names it by its hash.
    const id = subject.kind === 'member' ? subject.id : hash;
    await record(tx, context, {
      action: 'subject.erase',
      target: { kind: subject.kind, id },
      data: { keys: erasure.keys },
    });
    return erasure;
  });
}

async function requireRemoved(tx: Transaction, tenantId: string, id: string): Promise<void> {
  const member = await tx.member.findUnique({ where: { tenantId_id: { tenantId, id } } });
  if (member === null) throw new NotFoundError('member', id);
  if (member.removedAt === null)
    refuse(
      'CONFLICT',
      'input.memberId',
      'remove the member first: what they still do would name them',
    );
}

async function emptyMember(tx: Transaction, tenantId: string, id: string): Promise<void> {
  await tx.member.update({
    where: { tenantId_id: { tenantId, id } },
    data: { name: 'erased', email: `${id}@erased.invalid`, subject: null, externalId: null },
  });
}

/** Also where there is no key yet it is noted when, as events up to then may still wait to be veiled. */
async function eraseKeys(
  tx: Transaction,
  { tenantId, hash }: { readonly tenantId: string; readonly hash: string },
): Promise<Erasure> {
  const keys = await tx.$executeRaw`
    update jobs.data_key set sealed = null, erased_at = clock_timestamp()
    where tenant_id = ${tenantId}::uuid and purpose = 'subject' and subject_hash = ${hash}
      and erased_at is null`;
  const [row] = await tx.$queryRaw<{ erasedAt: Date }[]>`
    insert into jobs.data_key (tenant_id, id, purpose, subject_hash, sealed, erased_at)
    values (${tenantId}::uuid, ${newId()}::uuid, 'subject', ${hash}, null, clock_timestamp())
    returning erased_at as "erasedAt"`;
  if (row === undefined) throw new Error('an insert gave no row');
  return { erasedAt: row.erasedAt, keys };
}
