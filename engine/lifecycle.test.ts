import { describe, expect, it } from 'vitest';
import { toCloudEvent } from './lifecycle.ts';
import { runJob, storyOf } from './testing/run-job.ts';

describe('lifecycle events', () => {
  it('tell the life of a workflow and its tasks, numbered without gaps', async () => {
    const { events } = await runJob(
      'do: [{ a: { set: { x: 1 } } }, { b: { if: "false", set: { x: 2 } } }, { w: { wait: PT1H } }]',
    );
    expect(storyOf(events)).toEqual([
      'workflow.started',
      'task.created /do/0/a',
      'task.started /do/0/a',
      'task.completed /do/0/a',
      'task.created /do/1/b',
      'task.completed /do/1/b',
      'task.created /do/2/w',
      'task.started /do/2/w',
      'task.status-changed /do/2/w',
      'task.status-changed /do/2/w',
      'task.completed /do/2/w',
      'workflow.completed',
    ]);
    expect(events.map((event) => event.sequence)).toEqual(events.map((_, index) => index + 1));
  });

  it('are CloudEvents with the standard type names and data', async () => {
    const { events } = await runJob(
      'do: [{ a: { raise: { error: { type: "https://example.com/x", status: 400 } } } }]',
    );
    const faulted = events.find((event) => event.type === 'task.faulted.v1');
    const from = {
      source: 'https://operandi.example',
      jobId: 'job-1',
      subject: 'test-job-1.tests',
    };
    expect(faulted === undefined ? undefined : toCloudEvent(faulted, from)).toEqual({
      specversion: '1.0',
      id: 'job-1/4',
      source: 'https://operandi.example',
      type: 'io.serverlessworkflow.task.faulted.v1',
      subject: 'test-job-1.tests',
      time: '2026-01-15T12:00:00.000Z',
      datacontenttype: 'application/json',
      data: {
        workflow: 'test-job-1.tests',
        task: '/do/0/a',
        faultedAt: '2026-01-15T12:00:00.000Z',
        error: { type: 'https://example.com/x', status: 400, instance: '/do/0/a' },
      },
    });
  });

  it('distinguish iterations, attempts and visits of one task', async () => {
    const { events } = await runJob(`
do:
  - loop: { for: { in: '[1, 2]' }, do: [{ x: { set: { n: '\${ $item }' } } }] }
  - back: { set: { n: '\${ .n + 1 }' } }
  - again: { if: .n < 4, set: { n: '\${ .n }' }, then: back }`);
    const executions = events
      .filter((event) => event.type === 'task.started.v1')
      .map((event) => event.execution);
    expect(executions).toEqual([
      '/do/0/loop',
      '/do/0/loop@0/do/0/x',
      '/do/0/loop@1/do/0/x',
      '/do/1/back',
      '/do/2/again',
      '/do/1/back+1',
    ]);
  });
});
