import { sha256Hex } from '../../../kernel/crypto/hash.ts';
import type { Transaction } from '../../../kernel/database/database.ts';
import { AppError } from '../../../kernel/errors.ts';
import { newId } from '../../../kernel/ids.ts';
import type { JsonObject } from '../../../kernel/json.ts';
import { Prisma } from '../../../prisma/_generated/client.ts';
import type { Backtest } from '../../../prisma/_generated/client.ts';
import type { Publishable } from '../../../engine/outside/outline.ts';
import { permit, permitMaker } from '../../access/permit.ts';
import { record } from '../../audit/record.ts';
import type { VerbContext } from '../../context.ts';
import { parse, refuse } from '../../parse.ts';
import { addressOf } from '../agent-address.ts';
import { inStates, jobConditions, searchOf, type JobState } from '../job-conditions.ts';
import type { JobFilter } from '../job-filter.ts';
import { judgeDefinition, refusedDefinition } from '../load-definition.ts';
import { backtestInput, endedJobs } from './backtest.ts';
import { backtestPermissions } from './permit-backtest.ts';

/** Backtests of one tenant that may be under way at once. */
const maxRunning = 3;

/**
 * Has the newest ended jobs of an agent played by a definition, by the workers and portion by portion. Nothing is sent,
 * and neither jobs nor agents change.
 */
export async function backtestDefinition(context: VerbContext, input: unknown): Promise<Backtest> {
  await permit(context, backtestPermissions, 'backtest.start');
  await permitMaker(context, 'backtest.start');
  const { definition, agent, last, filter: wish } = parse(backtestInput, input);
  const { findings, publishable } = await judgeDefinition(context, {
    ...{ source: definition, isToBePublished: true },
  });
  if (publishable === undefined) throw refusedDefinition(findings);
  const address = agent ?? addressIn(publishable);
  const filter = parse(endedJobs, { ...wish, agent: address }, 'input.filter');
  const { tenantId, ...actor } = context.actor;
  const id = newId();
  return await context.database.withTenant(tenantId, async (tx) => {
    await checkRoom(tx, tenantId);
    const { agentId, jobIds } = await findJobs(tx, { tenantId, filter, last });
    const total = jobIds.length;
    const kept = said(wish, filter.states);
    const hash = sha256Hex(definition);
    const backtest = await tx.backtest.create({
      data: {
        ...{ tenantId, id, agentId, definition, definitionHash: hash, filter: kept, total },
        ...{ actorKind: actor.kind, actorId: actor.id, actorName: actor.name },
        readsSensitive: actor.permissions.includes('JOBS_SENSITIVE_READ'),
        ...(total === 0 ? { state: 'FINISHED', finishedAt: context.clock.now() } : {}),
      },
    });
    await tx.$executeRaw`
      insert into jobs.backtest_job (tenant_id, backtest_id, job_id)
      select ${tenantId}::uuid, ${id}::uuid, unnest(${jobIds}::uuid[])`;
    await record(tx, context, {
      action: 'backtest.start',
      target: { kind: 'backtest', id },
      data: { agent: address, hash, filter: kept, total },
    });
    return backtest;
  });
}

function addressIn({ document: { namespace, name } }: Publishable): string {
  return addressOf({ namespace, name });
}

interface Wanted {
  readonly tenantId: string;
  readonly filter: JobFilter & { readonly states: readonly JobState[] };
  readonly last: number;
}

/** The newest jobs that the caller reaches. */
async function findJobs(tx: Transaction, { tenantId, filter, last }: Wanted) {
  const search = await searchOf(tx, { tenantId, filter, path: 'input.agent' });
  if (search?.agent === undefined)
    throw new AppError('NOT_FOUND', `there is no agent ${String(filter.agent)}`, {
      path: 'input.agent',
    });
  const where = Prisma.join([...jobConditions(search), inStates(filter.states)], ' and ');
  const rows = await tx.$queryRaw<readonly { id: string }[]>`
    select job.id::text as id from jobs.job as job where ${where} order by job.id desc limit ${last}`;
  return { agentId: search.agent.id, jobIds: rows.map(({ id }) => id) };
}

async function checkRoom(tx: Transaction, tenantId: string): Promise<void> {
  await tx.$executeRaw`
    select pg_advisory_xact_lock(hashtextextended('backtests of ' || ${tenantId}, 0))`;
  const running = await tx.backtest.count({ where: { tenantId, state: 'RUNNING' } });
  if (running >= maxRunning)
    refuse('CONFLICT', 'input', `${String(running)} backtests are under way already`);
}

/** Inputs are JSON: what is left of one without what was not said is an object of it. */
function said(filter: object, states: readonly JobState[]): JsonObject {
  const named = Object.entries(filter).filter(([, value]) => value !== null && value !== undefined);
  return { ...Object.fromEntries(named), states };
}
