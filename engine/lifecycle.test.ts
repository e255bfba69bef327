import { describe, expect, it } from 'vitest';
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

  it('have the standard type names and data', async () => {
    const { events } = await runJob(
      'do: [{ a: { raise: { error: { type: "https://example.com/x", status: 400 } } } }]',
    );
    const faulted = events.find((event) => event.type === 'task.faulted.v1');
    expect(faulted).toMatchObject({
      sequence: 4,
      time: Date.UTC(2026, 0, 15, 12),
      data: {
        workflow: 'test-job-1.tests',
        task: '/do/0/a',
        faultedAt: '2026-01-15T12:00:00.000Z',
        error: { type: 'https://example.com/x', status: 400, instance: '/do/0/a' },
      },
    });
  });

  it('show what tasks are given and come to, cut and without secrets', async () => {
    const source = `
use: { secrets: [key] }
do:
  - a: { set: { token: abc, text: 'x \${ $secrets.key } y', long: '\${ [range(9000)] }', n: 1 } }
  - b: { set: { done: true } }`;
    const { events } = await runJob(source, {
      input: { password: 'p', key: 'a hidden word' },
      script: { secrets: { key: 'hidden' } },
    });
    const of = (type: string, task: string) =>
      events.find((event) => event.type === type && event.task === task);
    expect(of('task.created.v1', '/do/0/a')?.input).toEqual({
      password: '[redacted]',
      key: 'a *** word',
    });
    const shown = of('task.completed.v1', '/do/0/a')?.output;
    expect(shown).toMatchObject({ token: '[redacted]', text: 'x *** y' });
    expect(JSON.stringify(shown).length).toBeLessThan(3_000);
    expect(JSON.stringify(shown)).toMatch(/… \d+ more/);
    expect(of('task.created.v1', '/do/1/b')?.input).toEqual(shown);
    expect(of('task.completed.v1', '/do/1/b')?.output).toEqual({ done: true });
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
