import { z } from 'zod';

import type { InboundWebhook } from '../../prisma/_generated/client.ts';
import { AppError } from '../../kernel/errors.ts';
import { isId } from '../../kernel/ids.ts';
import { principalOf } from '../access/actor.ts';
import { record } from '../audit/record.ts';
import type { VerbContext } from '../context.ts';
import { ringReady } from '../jobs/channels.ts';
import { deliverEvent } from '../jobs/deliver-event.ts';
import { parse } from '../parse.ts';
import { read } from '../read.ts';
import { faultOf, type Refusal } from './check-signature.ts';
import { inboundEvent } from './inbound-event.ts';
import { openInboundSecret } from './inbound-secret.ts';
import { readData } from './read-data.ts';
import { hmacSettings } from './schemes/hmac-settings.ts';
import type { Scheme } from './schemes/scheme.ts';
import { schemeOf } from './schemes/schemes.ts';

const received = z.strictObject({
  headers: z.record(z.string(), z.string()),
  body: z.base64(),
});

/** What the sender is told. */
export interface InboundAnswer {
  readonly status: 200 | 400 | 401;
  /** Plain text; empty where nothing is to be said. */
  readonly body: string;
}

/** Equal for an endpoint that is not there, is off, or whose secret has not signed this: nobody learns which. */
const refused: InboundAnswer = { status: 401, body: 'refused' };

/** Turns a message that a sender posted into an event, once, if its signature is good. */
export async function receiveWebhook(context: VerbContext, input: unknown): Promise<InboundAnswer> {
  if (context.actor.kind !== 'inbound_webhook')
    throw new AppError('FORBIDDEN', 'this is for what senders post to an inbound webhook');
  const { headers, body } = parse(received, input);
  const message = { headers, body: Buffer.from(body, 'base64') };
  const endpoint = await findOpen(context);
  if (endpoint === undefined) return refused;
  const scheme = schemeOf(endpoint.scheme);
  const settings = endpoint.hmac === null ? undefined : hmacSettings.parse(endpoint.hmac);
  const claim = scheme.claim(message, settings);
  const now = context.clock.now();
  const fault = faultOf(claim, keysOf(context, endpoint, scheme), now);
  if (fault !== undefined || claim === undefined) {
    await noteRefusal(context, endpoint, fault ?? 'HEADERS');
    return refused;
  }
  const data = readData(message);
  if (data === undefined) {
    await noteRefusal(context, endpoint, 'BODY');
    return { status: 400, body: 'the body is not text that can be kept as JSON' };
  }
  const challenge = scheme.challenge?.(data);
  if (challenge !== undefined) return { status: 200, body: challenge };
  const names = scheme.name(message, data, settings);
  await deliver(context, endpoint, inboundEvent({ name: endpoint.name, claim, names, data, now }));
  return { status: 200, body: '' };
}

/** With its secrets; undefined where there is none, it is off, or the tenant is suspended. */
async function findOpen(context: VerbContext): Promise<InboundWebhook | undefined> {
  const { tenantId, id } = context.actor;
  if (!isId(id)) return undefined;
  const found = await read(context, (tx) =>
    tx.inboundWebhook.findFirst({
      where: { tenantId, id, disabledAt: null, tenant: { suspendedAt: null } },
    }),
  );
  return found ?? undefined;
}

/** Of the secrets that are live. */
function keysOf(
  { keyring, clock }: VerbContext,
  { tenantId, id, secretVersion, ...endpoint }: InboundWebhook,
  scheme: Scheme,
): readonly Buffer[] {
  const { sealed, previousSealed, previousUntil } = endpoint;
  const open = (version: number, value: unknown) =>
    scheme.keyOf(openInboundSecret(keyring, { tenantId, id, version }, value));
  const isOverlap = previousUntil !== null && previousUntil > clock.now();
  return [
    open(secretVersion, sealed),
    ...(isOverlap && previousSealed !== null ? [open(secretVersion - 1, previousSealed)] : []),
  ];
}

async function deliver(
  context: VerbContext,
  { tenantId, id, name }: InboundWebhook,
  event: ReturnType<typeof inboundEvent>,
): Promise<void> {
  const actor = { ...context.actor, name };
  const from = { principal: principalOf(actor) };
  const delivery = await context.database.asSystem(async (tx) => {
    const done = await deliverEvent(tx, context, { tenantId, event, from });
    if (!done.isNew) return done;
    const { wokenJobs, startedJobs } = done;
    await tx.$executeRaw`
      update jobs.inbound_webhook set received_at = now()
      where tenant_id = ${tenantId}::uuid and id = ${id}::uuid`;
    await record(
      tx,
      { ...context, actor },
      {
        action: 'inbound_webhook.receive',
        target: { kind: 'event', id: event.id },
        data: { webhook: id, source: event.source, type: event.type, wokenJobs, startedJobs },
      },
    );
    return done;
  });
  if (delivery.wokenJobs + delivery.startedJobs > 0) ringReady(context);
}

/**
 * For the owner to see why nothing comes. Whoever knows the address could have this written again and again: the row is
 * once a minute, the log once an episode, which ends after ten quiet minutes.
 */
async function noteRefusal(
  context: VerbContext,
  { tenantId, id, name }: InboundWebhook,
  refusal: Refusal,
): Promise<void> {
  const author = { ...context, actor: { ...context.actor, name } };
  await context.database.asSystem(async (tx) => {
    const noted = await tx.$queryRaw<readonly { readonly isFirst: boolean }[]>`
      with known as (
        select refused_at from jobs.inbound_webhook
        where tenant_id = ${tenantId}::uuid and id = ${id}::uuid
          and (refused_at is null or refused_at < now() - interval '1 minute')
        for update skip locked
      )
      update jobs.inbound_webhook set refused_at = now(), refusal = ${refusal} from known
      where tenant_id = ${tenantId}::uuid and id = ${id}::uuid
      returning known.refused_at is null or known.refused_at < now() - interval '10 minutes' as "isFirst"`;
    if (!noted.some(({ isFirst }) => isFirst)) return;
    await record(tx, author, {
      action: 'inbound_webhook.refuse',
      target: { kind: 'inbound_webhook', id },
      data: { refusal },
    });
  });
}
