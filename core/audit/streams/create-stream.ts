import { NotFoundError } from '../../../kernel/errors.ts';
import { newId } from '../../../kernel/ids.ts';
import { permitFor } from '../../access/permit-for.ts';
import { permit } from '../../access/permit.ts';
import type { VerbContext } from '../../context.ts';
import { checkTexts, parse, refuse } from '../../parse.ts';
import { read } from '../../read.ts';
import { newWebhookSecret } from '../../webhooks/webhook-secret.ts';
import { record } from '../record.ts';
import { configOf, createStreamInput, maxStreams, type StreamConfig } from './stream-input.ts';
import { sealStreamSecret } from './stream-secret.ts';
import { destinationOf, readStream, type AuditStream } from './stream.ts';

/** A stream with the secret that is shown this once; only HTTPS has one. */
export interface NewStream {
  readonly stream: AuditStream;
  readonly secret: string | null;
}

const action = 'audit_stream.create';

/** Has sealed events sent to a system outside from now on. Whoever makes a stream reads them, and so needs to be allowed to. */
export async function createAuditStream(context: VerbContext, input: unknown): Promise<NewStream> {
  await permit(context, ['AUDIT_MANAGE', 'AUDIT_READ'], action);
  const parsed = parse(createStreamInput, input);
  checkTexts(parsed, 'input');
  const { name, after } = parsed;
  const config = configOf(parsed);
  await permitDestination(context, config);
  const { tenantId } = context.actor;
  const id = newId();
  const secret = config.kind === 'HTTPS' ? newWebhookSecret() : null;
  const sealed = secret && sealStreamSecret(context.keyring, { tenantId, id }, secret);
  const format = parsed.format ?? 'NATIVE';
  return context.database.withTenant(tenantId, async (tx) => {
    await tx.$executeRaw`
      select pg_advisory_xact_lock(hashtextextended('audit streams of ' || ${tenantId}, 0))`;
    const names = await tx.auditStream.findMany({ where: { tenantId }, select: { name: true } });
    if (names.some((known) => known.name === name))
      refuse('ALREADY_EXISTS', 'input.name', 'a stream of this name is there');
    if (names.length >= maxStreams)
      refuse('CONFLICT', 'input', `a tenant has at most ${String(maxStreams)} streams`);
    const tree = await tx.auditTree.findUnique({ where: { tenantId }, select: { size: true } });
    const size = tree?.size ?? 0n;
    const begin = after == null ? size : BigInt(after);
    if (begin > size)
      refuse('CONFLICT', 'input.after', `the log has ${String(size)} sealed events by now`);
    await tx.$executeRaw`
      insert into audit.stream (tenant_id, id, name, format, config, sealed, sent)
      values (${tenantId}::uuid, ${id}::uuid, ${name}, ${format},
        ${JSON.stringify(config)}::jsonb, ${sealed && JSON.stringify(sealed)}::jsonb, ${begin})`;
    const stream = await readStream(tx, tenantId, id);
    const data = {
      name,
      format,
      kind: config.kind,
      to: destinationOf(stream),
      after: String(begin),
    };
    await record(tx, context, { action, target: { kind: 'audit_stream', id }, data });
    return { stream, secret };
  });
}

/** To send by an integration is to call it. */
async function permitDestination(context: VerbContext, config: StreamConfig): Promise<void> {
  if (config.kind !== 'S3') return;
  await permit(context, 'INTEGRATIONS_INVOKE', action);
  const { integrationId: id } = config;
  const { tenantId } = context.actor;
  await permitFor(
    context,
    { kind: 'integration', id },
    { permission: 'INTEGRATIONS_INVOKE', action },
  );
  const found = await read(context, (tx) =>
    tx.integration.findFirst({ where: { tenantId, id, deletedAt: null }, select: { kind: true } }),
  );
  if (found === null) throw new NotFoundError('integration', id);
  if (found.kind !== 's3')
    refuse('CONFLICT', 'input.s3.integrationId', 'the integration is not of kind s3');
}
