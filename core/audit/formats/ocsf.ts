import type { Json } from '../../../sdk/src/verify/index.ts';
import { memberOf, textOf } from './event-members.ts';

/** Version of OCSF whose class API Activity (6003) is written. */
const ocsfVersion = '1.4.0';
const categoryId = 6;
const classId = 6003;

/** What is known of an event; what is left out has no member. */
export interface Told {
  readonly event?: Json | undefined;
  readonly name?: Json | undefined;
  readonly data?: Json | undefined;
}

/** An event as OCSF API Activity. */
export function activityOf({ event, name, data }: Told): Readonly<Record<string, unknown>> {
  const text = (key: string): string => textOf(memberOf(event, key));
  const actor = memberOf(event, 'actor');
  const target = memberOf(event, 'target');
  const action = text('action');
  const activity = activityId(action);
  const requestId = text('requestId');
  return {
    category_uid: categoryId,
    class_uid: classId,
    activity_id: activity,
    type_uid: classId * 100 + activity,
    time: Date.parse(text('at')),
    severity_id: 1,
    ...statusOf(data),
    metadata: {
      version: ocsfVersion,
      product: { name: 'Operandi', vendor_name: 'Operandi' },
      uid: text('id'),
      sequence: Number(text('seq')),
      tenant_uid: text('tenantId'),
      event_code: action,
    },
    actor: {
      user: {
        uid: textOf(memberOf(actor, 'id')),
        type: textOf(memberOf(actor, 'kind')),
        // A person who was erased, or whose name was left out, has none.
        ...(name === undefined ? {} : { name: textOf(name) }),
      },
    },
    api: {
      operation: action,
      service: { name: 'operandi' },
      ...(requestId === '' ? {} : { request: { uid: requestId } }),
    },
    src_endpoint: { name: 'operandi' },
    resources: [{ uid: textOf(memberOf(target, 'id')), type: textOf(memberOf(target, 'kind')) }],
    unmapped: { jobId: memberOf(event, 'jobId') ?? null, ...(data !== undefined && { data }) },
  };
}

const verbs: readonly (readonly [id: number, pattern: RegExp])[] = [
  [1, /\.(create|submit|publish|invite|provision|place|request|start)$/],
  [2, /\.(read|read-sensitive|export)$/],
  [4, /\.(delete|remove|erase|forget|revoke|archive)$/],
  [3, /\.(update|set|set-\w+|rotate|rename|decide|label|pause|resume|release)$/],
];

/** 99 is what OCSF calls other. */
function activityId(action: string): number {
  return verbs.find(([, pattern]) => pattern.test(action))?.[0] ?? 99;
}

function statusOf(data: Json | undefined): Readonly<Record<string, number | string>> {
  if (memberOf(data, 'denied') !== undefined) return { status_id: 2, status_detail: 'denied' };
  const state = textOf(memberOf(data, 'state'));
  if (state === 'UNKNOWN') return { status_id: 0, status_detail: 'UNKNOWN' };
  if (state === 'FAILED' || state === 'DEAD') return { status_id: 2, status_detail: state };
  return { status_id: 1 };
}
