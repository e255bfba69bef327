import { redriveKey, redriveValue } from '../../engine/redrive-mark.ts';
import { sha256Hex } from '../../kernel/crypto/hash.ts';
import type { Transaction } from '../../kernel/database/database.ts';
import type { JsonObject, JsonValue } from '../../kernel/json.ts';
import { redriveJob as redriveQueued, type Redrive } from '../../queue/redrive.ts';
import { inTransaction } from '../../queue/statement.ts';
import { principalOf } from '../access/actor.ts';
import { permitFor } from '../access/permit-for.ts';
import { permit } from '../access/permit.ts';
import { beyondReach } from '../access/reach.ts';
import { lockMonths } from '../audit/holds/hold.ts';
import { record } from '../audit/record.ts';
import type { VerbContext } from '../context.ts';
import { canonicalJson } from './canonical.ts';
import { childKey } from './child-key.ts';
import { ringReady } from './channels.ts';
import { prepareRedrive, type PlannedRedrive } from './redrive-plan.ts';
import { answerForJob } from './reach-jobs.ts';
import { hashBy } from './sensitive/data-key.ts';
import { sealData, type JobSeal } from './sensitive/sealed-data.ts';

/** Starts an ended job again as its plan says; children that were cancelled with it go on where they stood. */
export async function redriveJob(
  context: VerbContext,
  input: unknown,
): Promise<{ readonly id: string }> {
  await permit(context, 'JOBS_OPERATE', 'job.redrive');
  const planned = await prepareRedrive(context, input, 'input');
  const { id } = planned.job;
  await permitFor(
    context,
    { kind: 'Job', id },
    { permission: 'JOBS_OPERATE', action: 'job.redrive' },
  );
  const all = beyondReach(context);
  const { tenantId } = context.actor;
  const children = await cancelledChildren(all, planned);
  await all.database.withTenant(tenantId, async (tx) => {
    await redriveOne(tx, context, planned);
    for (const child of children) await redriveOne(tx, context, child);
  });
  ringReady(context);
  return { id };
}

async function redriveOne(
  tx: Transaction,
  context: VerbContext,
  planned: PlannedRedrive,
): Promise<void> {
  const { job, point, plan, error, input, seal } = planned;
  const { tenantId, name } = context.actor;
  await lockMonths(tx);
  const told = {
    ...{ ...point, redrive: plan.mark.number, again: plan.again.length },
    ...(input !== undefined && { inputDigest: digestOf(input, seal) }),
  };
  await redriveQueued(inTransaction(tx), {
    ...{ tenantId, jobId: job.id, epoch: job.epoch },
    ...journalChange(planned),
    ...(input !== undefined && point.from === 'START' && { input: stored(input, seal) }),
    data: { by: name, ...told, error },
  });
  await answerForJob(tx, tenantId, { jobId: job.id, submitter: principalOf(context.actor) });
  const target = { kind: 'job', id: job.id };
  const data: JsonObject = { ...told, hasNewInput: input !== undefined };
  await record(tx, context, { action: 'job.redrive', target, jobId: job.id, data });
}

/** Which input it was can be checked by whoever has it; of sealed data, by nobody once its key is gone. */
function digestOf(input: JsonValue, seal: JobSeal | undefined): string {
  const text = canonicalJson(input);
  return seal === undefined ? sha256Hex(text) : hashBy(seal.key, `input\n${text}`);
}

function stored(value: JsonValue, seal: JobSeal | undefined): JsonValue {
  return seal === undefined ? value : sealData(seal, value);
}

function journalChange({
  plan: { again, mark, untoldFrom, reopened },
  point: { from },
  seal,
}: PlannedRedrive): Omit<Redrive, 'tenantId' | 'jobId' | 'epoch' | 'data'> {
  const received = again.filter(({ kind, outcome }) => kind === 'EVENT' && outcome === 'SUCCEEDED');
  return {
    forgotten: mark.renewed === true || again.map(({ key }) => key),
    received: received.map(({ key }) => key),
    isForgetful: from !== 'FAILURE',
    mark: { key: redriveKey(mark.number), value: stored(redriveValue(mark), seal) },
    ...(reopened === undefined ? {} : { reopened }),
    ...(untoldFrom === undefined ? {} : { untoldFrom }),
  };
}

/** A parent that was cancelled asks for the same children again, unless it begins from the start. */
async function cancelledChildren(
  context: VerbContext,
  { job, point, plan }: PlannedRedrive,
): Promise<readonly PlannedRedrive[]> {
  if (job.state !== 'CANCELLED' || point.from === 'START') return [];
  const { tenantId } = context.actor;
  // Another child is started in the place of each of these.
  const abandoned = (plan.abandoned ?? []).map((key) => childKey(`${job.id}:${key}`));
  const rows = await context.database.withTenant(
    tenantId,
    (tx) => tx.$queryRaw<readonly { id: string }[]>`
      with recursive concerned(id) as (
        select ${job.id}::uuid
        union
        select child.id from jobs.job as child join concerned on concerned.id = child.parent_id
        where child.tenant_id = ${tenantId}::uuid and child.state = 'CANCELLED'
          and not coalesce(child.idempotency_key = any(${abandoned}::text[]), false) and exists (
          select from jobs.event where event.job_id = child.id and event.type = 'dev.operandi.job.cancelled.v1'
            and event.seq = child.event_seq and event.data ? 'parent')
      )
      select id::text from concerned where id <> ${job.id}::uuid order by id`,
    { isReadOnly: true },
  );
  return await Promise.all(rows.map(({ id }) => prepareRedrive(context, { id }, 'input')));
}
