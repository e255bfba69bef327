import { z } from 'zod';

import type { Transaction } from '../../kernel/database/database.ts';
import { newId } from '../../kernel/ids.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { answerWait } from '../../queue/answer-wait.ts';
import { inTransaction } from '../../queue/statement.ts';
import { permit } from '../access/permit.ts';
import { record } from '../audit/record.ts';
import type { VerbContext } from '../context.ts';
import { parse } from '../parse.ts';
import { ringReady } from './channels.ts';

const attribute = z.string().min(1).max(1_000);
const reserved = new Set([
  'specversion',
  'id',
  'source',
  'type',
  'subject',
  'time',
  'data',
  'datacontenttype',
  'data_base64',
]);
const extensionName = z
  .string()
  .regex(/^[a-z0-9]{1,20}$/, 'an extension attribute is 1 to 20 lower-case letters and digits')
  .refine((name) => !reserved.has(name), 'the attribute has a place of its own');

const eventInput = z.strictObject({
  id: attribute,
  source: attribute,
  type: attribute,
  subject: attribute.nullish(),
  data: z.json().nullish(),
  extensions: z.record(extensionName, z.union([z.string(), z.number(), z.boolean()])).nullish(),
});

export interface Delivery {
  readonly isNew: boolean;
  readonly wokenJobs: number;
}

/** Hands an event to the jobs that listen for it; an event that is known by its id and source changes nothing. */
export async function sendEvent(context: VerbContext, input: unknown): Promise<Delivery> {
  await permit(context, 'JOBS_OPERATE', 'event.send');
  const event = toCloudEvent(parse(eventInput, input), context.clock.now());
  const { tenantId } = context.actor;
  const delivery = await context.database.withTenant(tenantId, async (tx) => {
    const isNew = await keepOnce(tx, tenantId, event);
    if (!isNew) return { isNew, wokenJobs: 0 };
    const wokenJobs = await deliver(tx, tenantId, event);
    await record(tx, context, {
      action: 'event.send',
      target: { kind: 'event', id: event.id },
      data: { source: event.source, type: event.type, wokenJobs },
    });
    return { isNew, wokenJobs };
  });
  if (delivery.wokenJobs > 0) ringReady(context);
  return delivery;
}

type InboundEvent = JsonObject & {
  readonly id: string;
  readonly source: string;
  readonly type: string;
};

function toCloudEvent(
  { id, source, type, subject, data, extensions }: z.infer<typeof eventInput>,
  now: Date,
): InboundEvent {
  return {
    specversion: '1.0',
    id,
    source,
    type,
    time: now.toISOString(),
    ...(subject ? { subject } : {}),
    ...(data === undefined || data === null ? {} : { datacontenttype: 'application/json', data }),
    ...extensions,
  };
}

async function keepOnce(tx: Transaction, tenantId: string, event: InboundEvent): Promise<boolean> {
  const inserted = await tx.$executeRaw`
    insert into jobs.inbound_event (tenant_id, id, source, event_id, type, event)
    values (${tenantId}::uuid, ${newId()}::uuid, ${event.source}, ${event.id}, ${event.type}, ${JSON.stringify(event)}::jsonb)
    on conflict do nothing`;
  return inserted === 1;
}

/** Answers every open wait one of whose hints the event contains; the engine matches exactly afterwards. */
async function deliver(tx: Transaction, tenantId: string, event: InboundEvent): Promise<number> {
  const waits = await tx.$queryRaw<readonly { jobId: string; key: string }[]>`
    select job_id::text as "jobId", key from jobs.wait
    where tenant_id = ${tenantId}::uuid and kind = 'event' and answer is null
      and exists (
        select from jsonb_array_elements(spec -> 'hints') as hint where ${JSON.stringify(event)}::jsonb @> hint)
    order by job_id, key`;
  const woken = new Set<string>();
  for (const { jobId, key } of waits) {
    const { isAccepted } = await answerWait(inTransaction(tx), {
      tenantId,
      jobId,
      key,
      value: event,
    });
    if (isAccepted) woken.add(jobId);
  }
  return woken.size;
}
