import { expect, it } from 'vitest';

import { cloudEventOf } from './cloud-event.ts';

const event = (action: string) => ({
  action,
  actor: { id: 'member-1', kind: 'user' },
  at: '2026-01-31T08:00:00.123456Z',
  id: 'event-1',
  jobId: null,
  requestId: 'request-1',
  seq: '7',
  target: { id: 'job-1', kind: 'job' },
  tenantId: 'tenant-1',
});

it('writes an event as OCSF API Activity in a CloudEvent', () => {
  const line = { event: event('job.submit'), name: 'Ada', data: { agent: 'a' }, salts: '' };
  expect(cloudEventOf(line, 'OCSF')).toMatchObject({
    ...{ specversion: '1.0', id: 'event-1', source: '/operandi/audit/tenant-1' },
    ...{ type: 'dev.operandi.audit.job.submit', subject: 'job-1' },
    ...{ time: '2026-01-31T08:00:00.123456Z', sequence: '00000000000000000007' },
    data: {
      ...{ category_uid: 6, class_uid: 6003, activity_id: 1, type_uid: 600_301, status_id: 1 },
      time: 1_769_846_400_123,
      metadata: { uid: 'event-1', sequence: 7, tenant_uid: 'tenant-1' },
      actor: { user: { uid: 'member-1', name: 'Ada' } },
      api: { operation: 'job.submit', request: { uid: 'request-1' } },
      resources: [{ uid: 'job-1', type: 'job' }],
      unmapped: { data: { agent: 'a' } },
    },
  });
});

it.each([
  { action: 'integration.create', data: {}, activity: 1, status: 1 },
  { action: 'audit.read', data: {}, activity: 2, status: 1 },
  { action: 'integration.update', data: { denied: ['X'] }, activity: 3, status: 2 },
  { action: 'member.remove', data: {}, activity: 4, status: 1 },
  { action: 'http.call', data: { state: 'UNKNOWN' }, activity: 99, status: 0 },
  { action: 'job.end', data: { state: 'FAILED' }, activity: 99, status: 2 },
])('knows what $action with $data is', ({ action, data, activity, status }) => {
  const line = { event: event(action), name: '', data, salts: '' };
  expect(cloudEventOf(line, 'OCSF')['data']).toMatchObject({
    ...{ activity_id: activity, type_uid: 600_300 + activity, status_id: status },
  });
});

it('names nobody whose name is hidden', () => {
  const { data } = cloudEventOf({ event: event('job.submit'), data: {} }, 'OCSF');
  expect(data).toMatchObject({ actor: { user: { uid: 'member-1' } } });
  expect(JSON.stringify(data)).not.toContain('"name":""');
});
