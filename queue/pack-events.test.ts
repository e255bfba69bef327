import { describe, expect, it } from 'vitest';
import type { EventDraft } from './job.ts';
import { packEvents } from './pack-events.ts';

const at = '2026-01-01T00:00:00.000Z';

function workflow(n: number, what: string): EventDraft {
  const type = `io.serverlessworkflow.workflow.${what}.v1`;
  return { type, key: `${String(n)}:${what}`, at, data: {} };
}

function task(n: number, what: string, execution: string): EventDraft {
  const type = `io.serverlessworkflow.task.${what}.v1`;
  return { type, key: `${String(n)}:${what}`, at, task: '/do/0/a', data: { execution } };
}

/** How many events each row has. */
const counts = (events: readonly EventDraft[]) => packEvents(events).map(({ count }) => count);

describe('events of one write', () => {
  it('share a row with their numbers, in their order', () => {
    const events = [
      workflow(1, 'started'),
      task(2, 'created', 'a'),
      task(3, 'started', 'a'),
      task(4, 'completed', 'a'),
      workflow(5, 'completed'),
    ];
    const [row, ...others] = packEvents(events);
    expect(others).toEqual([]);
    expect(row).toMatchObject({ n: 1, count: 5, first: 1, last: 5, at });
    expect(row?.more?.map(({ n, type }) => `${String(n)} ${type}`)).toEqual(
      events.slice(1).map(({ type }, index) => `${String(index + 2)} ${type}`),
    );
  });

  it('begin a row with what becomes of an execution that was created before', () => {
    const ends = [task(4, 'completed', 'a'), task(5, 'created', 'b'), task(6, 'started', 'b')];
    expect(counts([task(3, 'started', 'a'), ...ends])).toEqual([1, 3]);
    expect(counts([...ends, task(7, 'faulted', 'b'), task(8, 'cancelled', 'c')])).toEqual([4, 1]);
  });

  it('begin a row with what is looked for by its key or its type, and with what gets its time from the database', () => {
    const own: EventDraft = { type: 'dev.operandi.job.emitted.v1', key: 'emit:1', at, data: {} };
    const untimed: EventDraft = { type: 'dev.operandi.job.waiting.v1', data: {} };
    expect(counts([workflow(1, 'started'), own, task(2, 'created', 'a')])).toEqual([1, 2]);
    expect(counts([workflow(1, 'started'), untimed])).toEqual([1, 1]);
    expect(counts([workflow(1, 'started'), workflow(2, 'faulted')])).toEqual([1, 1]);
    expect(packEvents([own])).toEqual([{ ...own, count: 1 }]);
  });

  it('fill a row only so far as a reader of one of them may have to read', () => {
    const many = Array.from({ length: 130 }, (_, index) =>
      task(index + 1, 'created', `e${String(index)}`),
    );
    expect(counts(many)).toEqual([64, 64, 2]);
    expect(counts([])).toEqual([]);
  });
});
