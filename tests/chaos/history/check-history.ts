import type { Expected, History, JobRecord } from './history.ts';

type Rule = (history: History, expected: ReadonlyMap<string, Expected>) => readonly string[];

/** What a history should not hold, in words; none when all promises were kept. */
export function checkHistory(
  history: History,
  expected: ReadonlyMap<string, Expected>,
): readonly string[] {
  return rules.flatMap((rule) => rule(history, expected));
}

const rules: readonly Rule[] = [
  keepsAcknowledged,
  endsOnce,
  numbersEvents,
  journalsEffects,
  answersFromJournal,
  repeatsOnlyWhatWasUnderWay,
  fencesStaleWrites,
  sealsAll,
  auditsOnce,
];

/** Event types with which a job ends, by the state that they bring. */
const ends: ReadonlyMap<string, string> = new Map([
  ['io.serverlessworkflow.workflow.completed.v1', 'SUCCEEDED'],
  ['io.serverlessworkflow.workflow.faulted.v1', 'FAILED'],
  ['dev.operandi.job.cancelled.v1', 'CANCELLED'],
  ['dev.operandi.job.dead.v1', 'DEAD'],
]);

/** Event types that tell that whoever held a job is gone. */
const losses: ReadonlySet<string> = new Set([
  'dev.operandi.job.interrupted.v1',
  'dev.operandi.job.quarantined.v1',
  'dev.operandi.job.attempt-lost.v1',
  'dev.operandi.job.dead.v1',
]);

function keepsAcknowledged({ acknowledged, jobs }: History): readonly string[] {
  const byKey = Map.groupBy(jobs, ({ idempotencyKey }) => idempotencyKey);
  const doubled = [...byKey]
    .filter(([key, { length }]) => key !== null && length > 1)
    .map(([key, { length }]) => `${length} jobs have the idempotency key ${key ?? ''}`);
  const lost = acknowledged
    .filter(({ idempotencyKey, jobId }) => byKey.get(idempotencyKey)?.[0]?.id !== jobId)
    .map(
      ({ idempotencyKey, jobId }) =>
        `job ${jobId} was acknowledged for ${idempotencyKey} and is not there`,
    );
  return [...doubled, ...lost];
}

function endsOnce({ jobs, events }: History): readonly string[] {
  const byJob = Map.groupBy(events, ({ jobId }) => jobId);
  return jobs.flatMap(({ id, state }) => {
    const told = (byJob.get(id) ?? []).toSorted((one, other) => one.seq - other.seq);
    const ended = told.flatMap(({ type }) => ends.get(type) ?? []);
    if (ended.length !== 1) return [`job ${id} is ${state} and ended ${ended.length} times`];
    if (ended[0] !== state) return [`job ${id} is ${state}, its events say ${ended[0] ?? ''}`];
    if (!ends.has(told.at(-1)?.type ?? ''))
      return [`something happened to job ${id} after its end`];
    return state === 'SUCCEEDED'
      ? []
      : [`job ${id} ended ${state} though nothing was wrong with it`];
  });
}

function numbersEvents({ jobs, events }: History): readonly string[] {
  const byJob = Map.groupBy(events, ({ jobId }) => jobId);
  return jobs.flatMap(({ id, eventSeq }) => {
    const told = byJob.get(id) ?? [];
    const numbers = told.map(({ seq }) => seq).toSorted((one, other) => one - other);
    const keys = told.flatMap(({ key }) => key ?? []);
    const isGapFree = numbers.every((seq, index) => seq === index + 1);
    return [
      ...(isGapFree ? [] : [`the events of job ${id} have gaps: ${numbers.join(' ')}`]),
      ...(numbers.length === eventSeq
        ? []
        : [`job ${id} counts ${eventSeq} events and has ${numbers.length}`]),
      ...(new Set(keys).size === keys.length ? [] : [`an event of job ${id} is told twice`]),
    ];
  });
}

function journalsEffects(
  { jobs, journal, deliveries }: History,
  expected: ReadonlyMap<string, Expected>,
): readonly string[] {
  const rows = Map.groupBy(journal, ({ jobId, key }) => `${jobId}:${key}`);
  const doubled = [...rows]
    .filter(([, { length }]) => length > 1)
    .map(([key, { length }]) => `the journal has ${length} rows of ${key}`);
  const delivered = Map.groupBy(deliveries, ({ idempotencyKey }) => idempotencyKey);
  const lost = [...delivered.keys()]
    .filter((key) => !rows.has(key))
    .map((key) => `the outside counted ${key} and the journal does not have it`);
  const byJob = Map.groupBy(delivered.keys(), (key) => key.split(':')[0] ?? '');
  const miscounted = jobs.flatMap((job) => {
    const made = byJob.get(job.id)?.length ?? 0;
    const wanted = expected.get(job.agent)?.effects ?? 0;
    return made === wanted
      ? []
      : [`job ${job.id} of ${job.agent} made ${made} effects instead of ${wanted}`];
  });
  const made = [...rows].flatMap(([key, [row]]) => {
    const receipts = delivered.get(key)?.map(({ receipt }) => receipt);
    if (row === undefined || receipts === undefined) return [];
    return receipts.some((receipt) => row.value.includes(receipt))
      ? []
      : [`the journal has an answer to ${key} that the outside never gave`];
  });
  return [...doubled, ...lost, ...miscounted, ...made];
}

/** What a job ends with is what its journal holds, also where the outside gave two answers. */
function answersFromJournal({ jobs, journal }: History): readonly string[] {
  const byJob = Map.groupBy(journal, ({ jobId }) => jobId);
  return jobs.flatMap(({ id, output }) => {
    const kept = byJob.get(id) ?? [];
    const foreign = receiptsIn(output).filter((receipt) =>
      kept.every(({ value }) => !value.includes(receipt)),
    );
    return foreign.map(
      (receipt) => `job ${id} ended with ${receipt}, which its journal does not have`,
    );
  });
}

/** Receipts in a text of JSON. */
function receiptsIn(text: string | null): readonly string[] {
  return (text ?? '').match(/receipt-\d+-/g) ?? [];
}

/** Each time that a holder was lost, at most what it had under way is done again. */
function repeatsOnlyWhatWasUnderWay(
  { jobs, events, deliveries }: History,
  expected: ReadonlyMap<string, Expected>,
): readonly string[] {
  const lost = Map.groupBy(
    events.filter(({ type }) => losses.has(type)),
    ({ jobId }) => jobId,
  );
  const byJob = Map.groupBy(deliveries, ({ idempotencyKey }) => idempotencyKey.split(':')[0] ?? '');
  return jobs.flatMap((job) => {
    const { repeats, most } = repeatsOf(byJob.get(job.id) ?? []);
    const times = lost.get(job.id)?.length ?? 0;
    const allowed = times * (expected.get(job.agent)?.width ?? 0);
    return repeats <= allowed && most <= times
      ? []
      : [
          `job ${job.id} repeated ${repeats} effects, one of them ${most} times, and lost its holder ${times} times`,
        ];
  });
}

function repeatsOf(deliveries: History['deliveries']): { repeats: number; most: number } {
  const counts = [...Map.groupBy(deliveries, ({ idempotencyKey }) => idempotencyKey).values()];
  const again = counts.map(({ length }) => length - 1);
  return { repeats: again.reduce((sum, n) => sum + n, 0), most: Math.max(0, ...again) };
}

/** Rows come in the order in which they were written: an older holder after a newer one was not fenced. */
function fencesStaleWrites({ jobs, journal }: History): readonly string[] {
  const byJob = Map.groupBy(journal, ({ jobId }) => jobId);
  return jobs.flatMap((job) => {
    const epochs = (byJob.get(job.id) ?? []).map(({ epoch }) => epoch);
    const isOrdered = epochs.every((epoch, index) => epoch >= (epochs[index - 1] ?? 0));
    const isKnown = epochs.every((epoch) => epoch <= job.epoch);
    return isOrdered && isKnown
      ? []
      : [`an older holder wrote to job ${job.id}: epochs ${epochs.join(' ')}`];
  });
}

function sealsAll({ seals, audited }: History): readonly string[] {
  const sealed = new Set(seals.map(({ eventId }) => eventId));
  const numbers = seals.map(({ seq }) => seq).toSorted((one, other) => one - other);
  const first = numbers[0] ?? 1;
  const gap = numbers.findIndex((seq, index) => seq !== first + index);
  const open = audited.filter(({ id }) => !sealed.has(id));
  return [
    ...(gap === -1 ? [] : [`the audit log has a gap before ${numbers[gap] ?? ''}`]),
    ...(sealed.size === seals.length ? [] : ['the audit log has an event twice']),
    ...(open.length === 0 ? [] : [`${open.length} audit events are not sealed`]),
  ];
}

function auditsOnce({ jobs, audited }: History): readonly string[] {
  const byJob = Map.groupBy(audited, ({ jobId }) => jobId);
  const count = ({ id }: JobRecord, action: string): number =>
    (byJob.get(id) ?? []).filter((event) => event.action === action).length;
  return jobs.flatMap((job) => [
    ...(job.idempotencyKey === null || count(job, 'job.submit') === 1
      ? []
      : [`the audit log has ${count(job, 'job.submit')} submits of job ${job.id}`]),
    ...(count(job, 'job.end') === 1
      ? []
      : [`the audit log has ${count(job, 'job.end')} ends of job ${job.id}`]),
  ]);
}
