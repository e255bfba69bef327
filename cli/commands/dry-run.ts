import { type Client, JobDocument, type JobState } from '../../sdk/src/index.ts';
import type { Connection } from '../connection.ts';
import { doesNotExist } from '../does-not-exist.ts';
import { printJson } from '../json-output.ts';

type Act = 'cancel' | 'pause' | 'resume';

/** In which states a job takes what is asked; the platform judges again when it is asked in earnest. */
const taken: Readonly<Record<Act, readonly JobState[]>> = {
  cancel: ['QUEUED', 'RUNNING', 'WAITING', 'PAUSED'],
  pause: ['QUEUED', 'RUNNING', 'WAITING'],
  resume: ['PAUSED'],
};

const done: Readonly<Record<Act, string>> = {
  cancel: 'cancelled',
  pause: 'paused',
  resume: 'resumed',
};

/** Tells what an act would do to one job, and does nothing; the exit code is 1 where it would be refused. */
export async function tellDryRun(
  client: Client,
  { id, act }: { readonly id: string; readonly act: Act },
  { json }: Connection,
): Promise<void> {
  const { job } = await client.request(JobDocument, { id });
  if (job === null) throw doesNotExist('job', id);
  const isTaken = taken[act].includes(job.state);
  if (!isTaken) process.exitCode = 1;
  if (json) printJson({ id, state: job.state, act, isTaken });
  else
    console.log(
      isTaken
        ? `${id} is ${job.state} and would be ${done[act]}`
        : `${id} is ${job.state} and cannot be ${done[act]}`,
    );
}
