import type { SyslogMessage } from '../../../connectors/syslog/message.ts';
import { sendSyslog } from '../../../connectors/syslog/send-syslog.ts';
import { cloudEventOf } from '../formats/cloud-event.ts';
import { memberOf, textOf } from '../formats/event-members.ts';
import { activityOf } from '../formats/ocsf.ts';
import type { BatchEvent } from './read-batch.ts';
import type { Sending, Shipment } from './shipment.ts';

/** One message an event, RFC 5424 over TLS; the batch has a connection of its own. */
export async function sendToSyslog(
  { egress }: Pick<Sending, 'egress'>,
  { config, policy, batch, signal }: Shipment<'SYSLOG'>,
): Promise<void> {
  const { host, port, certificateAuthority } = config;
  await sendSyslog(egress, policy, {
    receiver: { host, port, certificateAuthority: certificateAuthority ?? undefined },
    messages: batch.events.map((event) => messageOf(event, config)),
    signal,
  });
}

/** The enterprise number that RFC 5612 keeps for documents: there is none of our own. */
const enterprise = 32_473;
/** About what the header and the structured data take. */
const headBytes = 1_024;

function messageOf(event: BatchEvent, config: Shipment<'SYSLOG'>['config']): SyslogMessage {
  const { told, json } = event;
  const text = (key: string): string => textOf(memberOf(told.event, key));
  const [actor, target] = [memberOf(told.event, 'actor'), memberOf(told.event, 'target')];
  const values = {
    id: text('id'),
    seq: text('seq'),
    tenant: text('tenantId'),
    action: text('action'),
    actorKind: textOf(memberOf(actor, 'kind')),
    actorId: textOf(memberOf(actor, 'id')),
    targetKind: textOf(memberOf(target, 'kind')),
    targetId: textOf(memberOf(target, 'id')),
    ...(text('jobId') === '' ? {} : { jobId: text('jobId') }),
    ...(text('requestId') === '' ? {} : { requestId: text('requestId') }),
  };
  return {
    facility: config.facility,
    severity: severityOf(event),
    time: text('at'),
    host: config.hostname,
    app: 'operandi',
    kind: text('action'),
    elements: { [`operandi@${String(enterprise)}`]: values },
    json: fits(json, config.maxMessageBytes) ? json : cut(event),
  };
}

/** Escaped to ASCII a unit takes six bytes at most. */
function fits(json: string, maxBytes: number): boolean {
  const escaped = json.replaceAll(/[\u007f-\uffff]/g, '      ');
  return escaped.length + headBytes <= maxBytes;
}

/** Without the details; `datacut` says so. */
function cut({ told: { event, name }, json }: BatchEvent): string {
  const format = json.includes('"class_uid":') ? 'OCSF' : 'NATIVE';
  return JSON.stringify({ ...cloudEventOf({ event, name }, format), datacut: true });
}

const severities = { error: 3, warning: 4, notice: 5, informational: 6 } as const;

/** What failed is an error; what was denied, or nobody knows of, a warning; what takes something away a notice. */
function severityOf({ told }: BatchEvent): number {
  const activity = activityOf(told);
  if (activity['status_detail'] === 'denied' || activity['status_id'] === 0)
    return severities.warning;
  if (activity['status_id'] === 2) return severities.error;
  return activity['activity_id'] === 4 ? severities.notice : severities.informational;
}
