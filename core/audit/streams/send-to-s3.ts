import { connectorOf } from '../../integrations/connectors.ts';
import { openTarget } from '../../integrations/target.ts';
import type { Sending, Shipment } from './shipment.ts';

/**
 * One object with an event a line, named by their numbers: a repetition puts the same object again. It is no call on
 * record, as the record of it would be the next thing to send.
 */
export async function sendToS3(
  services: Pick<Sending, 'database' | 'keyring' | 'connectors'>,
  { stream, config, policy, batch, signal }: Shipment<'S3'>,
): Promise<void> {
  const { integrationId, prefix } = config;
  const target = await openTarget(services, { tenantId: stream.tenantId, integrationId });
  const text = batch.events.map(({ json }) => `${json}\n`).join('');
  await connectorOf(services.connectors, target.kind).invoke(
    {
      config: target.config,
      operation: 'put',
      arguments: {
        key: `${prefix}${stream.tenantId}/${keyOf(batch.id)}.ndjson`,
        text,
        contentType: 'application/x-ndjson',
      },
    },
    { ...target.owner, signal, isPatient: false, timeoutMs: policy.limits.timeoutMs },
  );
}

/** With numbers of equal length, so that a list of keys is in the order of events. */
function keyOf(id: string): string {
  return id.replaceAll(/^(\d+)-(\d+)/gu, (_, from: string, to: string) =>
    [from, to].map((number) => number.padStart(15, '0')).join('-'),
  );
}
