import type { Definition } from '../definition.ts';
import type { JournalEntry } from '../journal.ts';
import { redriveKey, redriveMarkOf, redriveValue } from '../redrive-mark.ts';
import { planRedrive, type RedrivePlan, type RedrivePoint } from '../redrive-plan.ts';
import { runJob, type JobOptions, type JobReport } from './run-job.ts';
import { testStart } from './scripted-host.ts';

/** What a redrive of a job would do. */
export async function planOf(
  definition: Definition,
  { journal, outcome }: Pick<JobReport, 'journal' | 'outcome'>,
  { point = { from: 'FAILURE' }, ...options }: JobOptions & { readonly point?: RedrivePoint },
): Promise<RedrivePlan> {
  const job = {
    ...{ id: 'job-1', startedAt: testStart, input: options.input ?? {} },
    ...{ limits: options.limits ?? {}, entries: journal },
    secrets: options.script?.secrets ?? {},
    hasFaulted: outcome.state === 'faulted',
  };
  return await planRedrive(definition, job, point);
}

/** The journal with which a redriven job goes on, as the queue leaves it. */
function journalAfter(
  entries: readonly JournalEntry[],
  { kept, mark }: RedrivePlan,
  at: number,
): JournalEntry[] {
  const isKept = new Set(kept.map(({ key }) => key));
  const left = entries.filter(
    (entry) =>
      isKept.has(entry.key) || (redriveMarkOf(entry) !== undefined && mark.renewed !== true),
  );
  return [...left, { key: redriveKey(mark.number), value: { at, ok: redriveValue(mark) } }];
}

/** Redrives a job that has ended, and runs it to its next end. */
export async function redrive(
  definition: Definition,
  ended: Pick<JobReport, 'journal' | 'outcome'>,
  options: JobOptions & { readonly point?: RedrivePoint; readonly at: number },
): Promise<JobReport & { readonly plan: RedrivePlan }> {
  const plan = await planOf(definition, ended, options);
  const entries = journalAfter(ended.journal, plan, options.at);
  const journal = {
    entries,
    append(entry: JournalEntry) {
      entries.push(entry);
      return Promise.resolve();
    },
  };
  return { ...(await runJob(definition, { ...options, journal })), plan };
}
