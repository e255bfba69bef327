import type { z } from 'zod';

import type { BulkOperation } from '../../../prisma/_generated/client.ts';
import type { Transaction } from '../../../kernel/database/database.ts';
import { AppError } from '../../../kernel/errors.ts';
import type { JsonObject } from '../../../kernel/json.ts';
import { newId } from '../../../kernel/ids.ts';
import { permit, permitWhole } from '../../access/permit.ts';
import { record } from '../../audit/record.ts';
import type { VerbContext } from '../../context.ts';
import { parse, refuse } from '../../parse.ts';
import type { JobFilter } from '../job-filter.ts';
import { actionOfAct, type BulkAct, bulkInputs, bulkOptions } from './bulk-operation.ts';
import { matchingJobs } from './matching-jobs.ts';

/** What became of a wish for one. */
export interface StartedBulk {
  /** Null for a dry run, and when no job matches. */
  readonly operation: BulkOperation | null;
  /** Jobs that match, at most as many as may be acted upon. */
  readonly matched: number;
  /** True when more match; only a dry run is answered so. */
  readonly isMore: boolean;
}

interface Wish {
  readonly filter: JobFilter;
  readonly max: number;
  readonly dryRun: boolean;
}

/** Operations of one tenant that may be under way at once. */
const maxRunning = 10;

/** Has an act done to all jobs that a filter shows, by the workers and chunk by chunk; a dry run only counts them. */
export async function startBulk(
  context: VerbContext,
  act: BulkAct,
  input: unknown,
): Promise<StartedBulk> {
  await permit(context, 'JOBS_OPERATE', actionOfAct[act]);
  // Workers look the jobs up and act on them, whatever the labels of their agents.
  await permitWhole(context, 'JOBS_OPERATE', actionOfAct[act]);
  await permitWhole(context, 'JOBS_READ', actionOfAct[act]);
  // Schemas differ in what they tell besides, which `optionsOf` takes.
  const schema: z.ZodType<Wish> = bulkInputs[act];
  const { filter, max, dryRun, ...besides } = parse(schema, input);
  const { tenantId } = context.actor;
  // As a role whose reading no policy slows down: all that it reads names the tenant.
  const count = await context.database.asSystem(
    (tx) => countMatching(tx, { tenantId, act, filter }, max + 1),
    { isReadOnly: true },
  );
  const matched = Math.min(count, max);
  if (dryRun || count === 0) return { operation: null, matched, isMore: count > max };
  if (count > max) throw tooMany(max);
  return context.database.withTenant(tenantId, async (tx) => {
    await checkRoom(tx, tenantId);
    const id = newId();
    const operation = await tx.bulkOperation.create({
      data: {
        ...{ tenantId, id, act, matched, filter: said(filter), options: optionsOf(besides) },
        actorKind: context.actor.kind,
        actorId: context.actor.id,
        actorName: context.actor.name,
      },
    });
    await record(tx, context, {
      action: actionOfAct[act],
      target: { kind: 'bulk_operation', id },
      data: { filter: said(filter), ...optionsOf(besides), matched },
    });
    return { operation, matched, isMore: false };
  });
}

async function countMatching(
  tx: Transaction,
  target: Parameters<typeof matchingJobs>[1],
  most: number,
): Promise<number> {
  const where = await matchingJobs(tx, target);
  if (where === undefined) return 0;
  const [row] = await tx.$queryRaw<readonly { count: number }[]>`
    select count(*)::int as count from (select from jobs.job as job where ${where} limit ${most}) as matching`;
  return row?.count ?? 0;
}

async function checkRoom(tx: Transaction, tenantId: string): Promise<void> {
  await tx.$executeRaw`
    select pg_advisory_xact_lock(hashtextextended('bulk operations of ' || ${tenantId}, 0))`;
  const running = await tx.bulkOperation.count({ where: { tenantId, state: 'RUNNING' } });
  if (running >= maxRunning)
    refuse('CONFLICT', 'input', `${String(running)} bulk operations are under way already`);
}

function optionsOf(besides: object): JsonObject {
  return said(bulkOptions.parse(said(besides)));
}

/** Inputs are JSON: what is left of one without what was not said is an object of it. */
function said(fields: object): JsonObject {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== null && value !== undefined),
  );
}

function tooMany(max: number): AppError {
  return new AppError(
    'LIMIT_EXCEEDED',
    `more than ${String(max)} jobs match; narrow the filter, or allow more by max`,
    { path: 'input.max' },
  );
}
