import { z } from 'zod';

import type { CloudEvent } from '../../engine/host.ts';
import { principalOf } from '../access/actor.ts';
import { permit, permitWhole } from '../access/permit.ts';
import { record } from '../audit/record.ts';
import type { VerbContext } from '../context.ts';
import { jsonValue, parse } from '../parse.ts';
import { ringReady } from './channels.ts';
import { deliverEvent, type Delivery } from './deliver-event.ts';

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

const extensionValue = z.union(
  [z.string(), z.number(), z.boolean()],
  'an extension attribute is a text, a number, true or false',
);

const eventInput = z.strictObject({
  id: attribute,
  source: attribute,
  type: attribute,
  subject: attribute.nullish(),
  data: jsonValue.nullish(),
  extensions: z.record(extensionName, extensionValue).nullish(),
});

/** Hands an event to jobs and schedules that listen for it; an event that is known by its id and source changes nothing. */
export async function sendEvent(context: VerbContext, input: unknown): Promise<Delivery> {
  await permit(context, 'JOBS_OPERATE', 'event.send');
  await permitWhole(context, 'JOBS_OPERATE', 'event.send');
  const event = toCloudEvent(parse(eventInput, input), context.clock.now());
  const { tenantId } = context.actor;
  const from = { principal: principalOf(context.actor) };
  const delivery = await context.database.withTenant(tenantId, async (tx) => {
    const done = await deliverEvent(tx, context, { tenantId, event, from });
    if (!done.isNew) return done;
    const { wokenJobs, startedJobs } = done;
    await record(tx, context, {
      action: 'event.send',
      target: { kind: 'event', id: event.id },
      data: { source: event.source, type: event.type, wokenJobs, startedJobs },
    });
    return done;
  });
  if (delivery.wokenJobs + delivery.startedJobs > 0) ringReady(context);
  return delivery;
}

function toCloudEvent(
  { id, source, type, subject, data, extensions }: z.infer<typeof eventInput>,
  now: Date,
): CloudEvent {
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
