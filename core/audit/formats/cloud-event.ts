import { memberOf, textOf } from './event-members.ts';
import { activityOf, type Told } from './ocsf.ts';

/** What `data` of a CloudEvent is: the parts of an event as they are committed to, or OCSF API Activity. */
export type StreamFormat = 'NATIVE' | 'OCSF';

/** A sealed event as a CloudEvent 1.0, equal for everybody who is told of it. */
export function cloudEventOf(told: Told, format: StreamFormat): Readonly<Record<string, unknown>> {
  const { event, name, data } = told;
  const text = (key: string): string => textOf(memberOf(event, key));
  return {
    specversion: '1.0',
    id: text('id'),
    source: `/operandi/audit/${text('tenantId')}`,
    type: `dev.operandi.audit.${text('action')}`,
    subject: textOf(memberOf(memberOf(event, 'target'), 'id')),
    time: text('at'),
    sequence: text('seq').padStart(20, '0'),
    datacontenttype: 'application/json',
    data: format === 'OCSF' ? activityOf(told) : { event, name, data },
  };
}
