import { describe, expect, it } from 'vitest';
import { checkHistory } from '../chaos/history/check-history.ts';
import { faultKinds, scheduleFaults } from '../chaos/history/fault-schedule.ts';
import type { EventRecord, History } from '../chaos/history/history.ts';

const expected = new Map([
  ['steps', { effects: 2, width: 1 }],
  ['forks', { effects: 2, width: 2 }],
]);

const completed = 'io.serverlessworkflow.workflow.completed.v1';
const interrupted = 'dev.operandi.job.interrupted.v1';

const eventsOf = (...types: readonly string[]): readonly EventRecord[] =>
  types.map((type, index) => ({ jobId: 'j', seq: index + 1, type, key: `${index}` }));

/** A job of two effects whose holder was lost once, with the first effect under way. */
const sound: History = {
  acknowledged: [{ idempotencyKey: 'k', jobId: 'j' }],
  jobs: [
    {
      ...{
        id: 'j',
        idempotencyKey: 'k',
        agent: 'steps',
        state: 'SUCCEEDED',
        epoch: 2,
        eventSeq: 3,
      },
      output: '{"a":"receipt-1-","b":"receipt-2-"}',
    },
  ],
  journal: [
    { jobId: 'j', key: '/a', epoch: 1, value: '{"receipt":"receipt-1-"}' },
    { jobId: 'j', key: '/b', epoch: 2, value: '{"receipt":"receipt-2-"}' },
  ],
  events: eventsOf('dev.operandi.job.queued.v1', interrupted, completed),
  deliveries: [
    { idempotencyKey: 'j:/a', receipt: 'receipt-0-' },
    { idempotencyKey: 'j:/a', receipt: 'receipt-1-' },
    { idempotencyKey: 'j:/b', receipt: 'receipt-2-' },
  ],
  seals: [
    { seq: 1, eventId: 'e1' },
    { seq: 2, eventId: 'e2' },
  ],
  audited: [
    { id: 'e1', action: 'job.submit', jobId: 'j' },
    { id: 'e2', action: 'job.end', jobId: 'j' },
  ],
};
const [job] = sound.jobs;
if (job === undefined) throw new Error('the history has no job');
const check = (change: Partial<History>) => checkHistory({ ...sound, ...change }, expected);

describe('the check of a history', () => {
  it('finds nothing where all promises were kept', () => {
    expect(check({})).toEqual([]);
  });

  it.each<[string, Partial<History>, RegExp]>([
    [
      'an acknowledged job that is not there',
      { jobs: [], events: [], journal: [], deliveries: [] },
      /was acknowledged for k and is not there/,
    ],
    [
      'two answers to one key',
      { acknowledged: [...sound.acknowledged, { idempotencyKey: 'k', jobId: 'other' }] },
      /job other was acknowledged/,
    ],
    [
      'two jobs of one key',
      { jobs: [job, { ...job, id: 'other' }] },
      /2 jobs have the idempotency key k/,
    ],
    [
      'a job without an end',
      {
        jobs: [{ ...job, state: 'RUNNING', eventSeq: 2 }],
        events: eventsOf('queued', interrupted),
      },
      /RUNNING and ended 0 times/,
    ],
    [
      'a second end',
      {
        jobs: [{ ...job, eventSeq: 4 }],
        events: eventsOf('queued', interrupted, completed, completed),
      },
      /ended 2 times/,
    ],
    [
      'an end that is not that of the state',
      { jobs: [{ ...job, state: 'DEAD' }] },
      /is DEAD, its events say SUCCEEDED/,
    ],
    [
      'an event after the end',
      {
        jobs: [{ ...job, eventSeq: 4 }],
        events: eventsOf('queued', interrupted, completed, 'late'),
      },
      /after its end/,
    ],
    [
      'an innocent job that is dead',
      {
        jobs: [{ ...job, state: 'DEAD' }],
        events: eventsOf('queued', interrupted, 'dev.operandi.job.dead.v1'),
      },
      /ended DEAD though nothing was wrong/,
    ],
    [
      'a gap in the events',
      {
        events: sound.events.map((event) => ({
          ...event,
          seq: event.seq + (event.seq > 1 ? 1 : 0),
        })),
      },
      /have gaps: 1 3 4/,
    ],
    [
      'an event that is missing at the end',
      { jobs: [{ ...job, eventSeq: 4 }] },
      /counts 4 events and has 3/,
    ],
    [
      'an event that is told twice',
      {
        jobs: [{ ...job, eventSeq: 4 }],
        events: [
          ...eventsOf('queued', interrupted),
          { jobId: 'j', seq: 3, type: 'x', key: '1' },
          { jobId: 'j', seq: 4, type: completed, key: '3' },
        ],
      },
      /told twice/,
    ],
    [
      'a lost row of the journal',
      { journal: sound.journal.slice(1) },
      /the outside counted j:\/a and the journal does not have it/,
    ],
    [
      'a doubled row of the journal',
      { journal: [...sound.journal, ...sound.journal.slice(1)] },
      /2 rows of j:\/b/,
    ],
    [
      'an effect that was never made',
      { deliveries: sound.deliveries.slice(0, 2) },
      /made 1 effects instead of 2/,
    ],
    [
      'an answer that the outside never gave',
      {
        journal: [
          ...sound.journal.slice(1),
          { jobId: 'j', key: '/a', epoch: 1, value: '"receipt-7-"' },
        ],
      },
      /an answer to j:\/a that the outside never gave/,
    ],
    [
      'an output that is not of the journal',
      { jobs: [{ ...job, output: '{"a":"receipt-0-"}' }] },
      /ended with receipt-0-, which its journal does not have/,
    ],
    [
      'an effect repeated without a loss',
      { jobs: [{ ...job, eventSeq: 2 }], events: eventsOf('queued', completed) },
      /repeated 1 effects, one of them 1 times, and lost its holder 0 times/,
    ],
    [
      'more repeated than was under way',
      { deliveries: [...sound.deliveries, { idempotencyKey: 'j:/b', receipt: 'receipt-3-' }] },
      /repeated 2 effects/,
    ],
    [
      'a write of an older holder',
      { journal: sound.journal.map((row) => ({ ...row, epoch: 3 - row.epoch })) },
      /an older holder wrote to job j: epochs 2 1/,
    ],
    [
      'a write of an epoch that was never given',
      { jobs: [{ ...job, epoch: 1 }] },
      /an older holder wrote/,
    ],
    [
      'a gap in the audit log',
      {
        seals: [
          { seq: 1, eventId: 'e1' },
          { seq: 3, eventId: 'e2' },
        ],
      },
      /a gap before 3/,
    ],
    [
      'an audit event twice',
      { seals: [...sound.seals, { seq: 3, eventId: 'e2' }] },
      /has an event twice/,
    ],
    [
      'an audit event without a seal',
      { seals: sound.seals.slice(0, 1) },
      /1 audit events are not sealed/,
    ],
    ['a submit without its audit event', { audited: sound.audited.slice(1) }, /0 submits of job j/],
    [
      'two audited ends',
      { audited: [...sound.audited, { id: 'e2', action: 'job.end', jobId: 'j' }] },
      /2 ends of job j/,
    ],
  ])('finds %s', (_, change, told) => {
    expect(check(change).join('\n')).toMatch(told);
  });

  it('allows as many repeats a loss as branches run at once', () => {
    const jobs = [{ ...job, agent: 'forks' }];
    const deliveries = [...sound.deliveries, { idempotencyKey: 'j:/b', receipt: 'receipt-3-' }];
    expect(check({ jobs, deliveries })).toEqual([]);
  });
});

describe('a schedule of faults', () => {
  it('kills every second and has each other fault within half a minute', () => {
    const faults = scheduleFaults(14, 30);
    expect(faults.filter(({ kind }) => kind === 'kill')).toHaveLength(30);
    expect(new Set(faults.map(({ kind }) => kind))).toEqual(new Set(faultKinds));
  });

  it('is the same for the same seed, and another for another', () => {
    expect(scheduleFaults(1, 60)).toEqual(scheduleFaults(1, 60));
    expect(scheduleFaults(1, 60)).not.toEqual(scheduleFaults(2, 60));
  });
});
