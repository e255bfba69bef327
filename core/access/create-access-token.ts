import { z } from 'zod';

import type { Agent } from '../../prisma/_generated/client.ts';
import type { Transaction } from '../../kernel/database/database.ts';
import { NotFoundError } from '../../kernel/errors.ts';
import { isId, newId } from '../../kernel/ids.ts';
import { record } from '../audit/record.ts';
import type { VerbContext } from '../context.ts';
import { findByAddress, parseAddress } from '../jobs/agent-address.ts';
import { agentName } from '../jobs/names.ts';
import { parse } from '../parse.ts';
import { environmentOf, newKey } from './api-key.ts';
import { permissionsOfToken } from './find-access-token.ts';
import { permit, permitMaker } from './permit.ts';

const minSeconds = 10;
const maxSeconds = 86_400;
const usualSeconds = 900;
/** Expired ones that go when one is made, so that no more of them stay than are made in a while. */
const maxSwept = 100;

const createAccessTokenInput = z
  .strictObject({
    job: z.uuid().nullish(),
    agent: agentName.nullish(),
    access: z.enum(['READ', 'SUBMIT']).nullish(),
    approvals: z.boolean().nullish(),
    seconds: z.int().min(minSeconds).max(maxSeconds).nullish(),
  })
  .refine(({ job, agent }) => Boolean(job) !== Boolean(agent), {
    message: 'say for which job or for which agent, and not for both',
    path: ['job'],
  })
  .refine(({ job, access }) => !(job && access === 'SUBMIT'), {
    message: 'a token for a job reads it; one that submits is for an agent',
    path: ['access'],
  });

type Wish = z.infer<typeof createAccessTokenInput>;

/** A token as its maker gets it; `secret` is in this answer and nowhere else. */
export interface MadeToken {
  readonly id: string;
  readonly secret: string;
  readonly expiresAt: Date;
}

/** Makes a credential for a page, for one job or one agent; with it nobody may do what its maker may not. */
export async function createAccessToken(context: VerbContext, input: unknown): Promise<MadeToken> {
  const action = 'access_token.create';
  await permitMaker(context, action);
  await permit(context, 'JOBS_READ', action);
  const wish = parse(createAccessTokenInput, input);
  const submits = wish.access === 'SUBMIT';
  await permit(context, permissionsOfToken({ submits }), action);
  const { database, clock, actor } = context;
  const { tenantId } = actor;
  const { whole, publicId, secretHash } = newKey(environmentOf(database), 'token');
  const now = clock.now();
  const seconds = wish.seconds ?? usualSeconds;
  const id = newId();
  return database.withTenant(tenantId, async (tx) => {
    const target = await targetOf(tx, tenantId, wish);
    const readsApprovals = wish.approvals ?? false;
    const { expiresAt } = await tx.accessToken.create({
      data: {
        ...{ tenantId, id, publicId, secretHash, ...target, submits, readsApprovals },
        [actor.kind === 'api_key' ? 'apiKeyId' : 'memberId']: actor.id,
        createdAt: now,
        expiresAt: new Date(now.getTime() + seconds * 1_000),
      },
    });
    await tx.$queryRaw`
      select from access.sweep_tokens(${now}::timestamptz, ${maxSwept}::int)`;
    await record(tx, context, {
      action,
      target: { kind: 'access_token', id },
      ...(wish.job ? { jobId: wish.job } : {}),
      data: { ...target, access: submits ? 'SUBMIT' : 'READ', approvals: readsApprovals, seconds },
    });
    return { id, secret: whole, expiresAt };
  });
}

interface Target {
  readonly agentId: string;
  readonly jobId: string | null;
}

/** What the token is for, as far as its maker reaches it. */
async function targetOf(tx: Transaction, tenantId: string, wish: Wish): Promise<Target> {
  if (typeof wish.job === 'string') {
    const job = await tx.job.findFirst({ where: { tenantId, id: wish.job } });
    if (job === null) throw new NotFoundError('Job', wish.job);
    return { agentId: job.agentId, jobId: job.id };
  }
  const wanted = wish.agent ?? '';
  const agent = await findAgent(tx, tenantId, wanted);
  if (agent === null) throw new NotFoundError('Agent', wanted);
  return { agentId: agent.id, jobId: null };
}

function findAgent(tx: Transaction, tenantId: string, wanted: string): Promise<Agent | null> {
  if (isId(wanted)) return tx.agent.findFirst({ where: { tenantId, id: wanted } });
  const address = parseAddress(wanted);
  return findByAddress(tx, tenantId, { address, path: 'input.agent' });
}
