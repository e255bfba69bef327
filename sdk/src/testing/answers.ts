import type {
  DecideApprovalMutationVariables,
  JobFilter,
  ListApprovalsQueryVariables,
  ListJobsQueryVariables,
  RedriveJobMutationVariables,
  RunJobMutationVariables,
  SendEventMutationVariables,
  SubmitJobInput,
  SubmitJobsMutationVariables,
} from '../_generated/documents.ts';
import type * as Types from '../_generated/documents.ts';
import { OperandiError, type Problem } from '../errors.ts';
import { isOver, type Job } from '../jobs.ts';
import { startScript } from './run-script.ts';
import { jobOf, tell, type TestJob, type World } from './world.ts';

/** What the platform answers to an operation, by its name. */
export type Answers = Readonly<Record<string, (variables: never) => unknown>>;

type ById = { readonly input: { readonly id: string } };

export function answersOf(world: World): Answers {
  const steered = (job: TestJob) => ({ job: bare(job), userErrors: [] });
  return {
    SubmitJob: ({ input }: { readonly input: SubmitJobInput }): Types.SubmitJobMutation => ({
      submitJob: submitted(world, input, null),
    }),
    RunJob: async ({ input }: RunJobMutationVariables): Promise<Types.RunJobMutation> => {
      const { job, ...answer } = submitted(world, input.job, null);
      if (job === null) return { runJob: { job, ...answer } };
      const { shown } = jobOf(world, job.id);
      // Where it waits for somebody, whoever runs it has to be let go.
      while (['QUEUED', 'RUNNING'].includes(shown.state)) await world.changed();
      return { runJob: { job: bare(jobOf(world, job.id)), ...answer } };
    },
    SubmitJobs: ({ input }: SubmitJobsMutationVariables): Types.SubmitJobsMutation => {
      const batch = { id: input.batchId ?? world.newId() };
      const jobs = Array.isArray(input.jobs) ? (input.jobs as readonly SubmitJobInput[]) : [];
      const results = jobs.map((job) => submitted(world, job, batch.id));
      return { submitJobs: { batch, results, userErrors: [] } };
    },
    Job: ({ id }: { readonly id: string }): Types.JobQuery => {
      const job = world.jobs.get(id);
      return { job: job === undefined ? null : bare(job) };
    },
    ListJobs: (variables: ListJobsQueryVariables): Types.ListJobsQuery => {
      const found = jobsIn(world, variables.filter ?? {}).map(({ shown }) => ({ ...shown }));
      if (variables.orderBy !== 'CREATED_ASC') found.reverse();
      const totalCount = { count: found.length, isEstimate: false };
      return { jobs: { ...pageOf(found, variables), totalCount } };
    },
    CancelJob: ({ input }: ById): Types.CancelJobMutation => {
      const job = running(world, input.id);
      tell(world, job, { type: 'dev.operandi.job.cancelled.v1', state: 'CANCELLED' });
      job.controller.abort(new Error(`job ${input.id} was cancelled`));
      return { cancelJob: steered(job) };
    },
    PauseJob: ({ input }: ById): Types.PauseJobMutation => {
      const job = running(world, input.id);
      job.isPaused = true;
      tell(world, job, { type: 'dev.operandi.job.paused.v1', state: 'PAUSED' });
      return { pauseJob: steered(job) };
    },
    ResumeJob: ({ input }: ById): Types.ResumeJobMutation => {
      const job = running(world, input.id);
      if (!job.isPaused) throw new OperandiError('CONFLICT', `job ${input.id} is not paused`);
      job.isPaused = false;
      tell(world, job, { type: 'dev.operandi.job.resumed.v1', state: 'QUEUED' });
      return { resumeJob: steered(job) };
    },
    RedriveJob: ({ input }: RedriveJobMutationVariables): Types.RedriveJobMutation => {
      const job = jobOf(world, input.id);
      if (!isOver(job.shown.state) || job.shown.state === 'SUCCEEDED')
        throw new OperandiError('CONFLICT', `job ${input.id} is ${job.shown.state}`);
      Object.assign(job.shown, { error: null, output: null });
      tell(world, job, { type: 'dev.operandi.job.redriven.v1', state: 'QUEUED' });
      startScript(world, job);
      return { redriveJob: steered(job) };
    },
    ListApprovals: (variables: ListApprovalsQueryVariables): Types.ListApprovalsQuery => {
      const { state = 'PENDING' } = variables;
      const found = [...world.approvals.values()]
        .map(({ shown }) => ({ ...shown }))
        .filter((each) => each.state === state)
        .reverse();
      return { approvals: pageOf(found, variables) };
    },
    JobApprovals: ({ jobId }: { readonly jobId: string }): Types.JobApprovalsQuery => {
      const approvals = [...world.approvals.values()]
        .filter(({ shown }) => shown.job.id === jobId)
        .map(({ shown }) => ({ ...shown }));
      return { job: world.jobs.has(jobId) ? { approvals } : null };
    },
    DecideApproval: ({ input }: DecideApprovalMutationVariables): Types.DecideApprovalMutation => ({
      decideApproval: decided(world, input),
    }),
    SendEvent: ({ input }: SendEventMutationVariables): Types.SendEventMutation => {
      const key = `${input.source} ${input.id}`;
      const isNew = !world.known.has(key);
      world.known.add(key);
      const heard = isNew ? [...world.listeners].filter(({ type }) => type === input.type) : [];
      for (const { hear } of heard) hear({ ...input });
      return { sendEvent: { isNew, wokenJobs: heard.length, startedJobs: 0, userErrors: [] } };
    },
  };
}

function submitted(
  world: World,
  input: SubmitJobInput,
  batchId: string | null,
): Types.SubmitJobMutation['submitJob'] {
  const { agent, idempotencyKey = null } = input;
  const script = world.agents.get(agent);
  if (script === undefined) throw new OperandiError('NOT_FOUND', `Agent ${agent} does not exist`);
  const problems = typeof script === 'function' ? [] : (script.check?.(input.input) ?? []);
  if (problems.length > 0) return refused(problems);
  const known = [...world.jobs.values()].find(
    ({ shown }) => idempotencyKey !== null && shown.idempotencyKey === idempotencyKey,
  );
  if (known !== undefined) {
    const isSame =
      JSON.stringify([known.agent, known.input]) === JSON.stringify([agent, input.input]);
    const mismatch = 'the idempotency key was used with another job';
    return isSame
      ? { job: bare(known), isNew: false, userErrors: [] }
      : refused([{ code: 'IDEMPOTENCY_MISMATCH', field: 'idempotencyKey', message: mismatch }]);
  }
  const job = newJob(world, input, batchId);
  startScript(world, job);
  return { job: bare(job), isNew: true, userErrors: [] };
}

function newJob(world: World, input: SubmitJobInput, batchId: string | null): TestJob {
  const { agent, priority, labels } = input;
  const id = world.newId();
  const job: TestJob = {
    ...{ agent, input: input.input, batchId, events: [], isPaused: false },
    controller: new AbortController(),
    shown: {
      ...{ id, state: 'QUEUED', priority: priority ?? 'NORMAL', output: null, error: null },
      ...{ attempts: 0, idempotencyKey: input.idempotencyKey ?? null, startedAt: null },
      ...{ createdAt: world.now().toISOString(), finishedAt: null },
      labels: Array.isArray(labels) ? (labels as TestJob['shown']['labels']) : [],
      agent: { name: agent.replace(/^.*\//u, '') },
    },
  };
  world.jobs.set(id, job);
  tell(world, job, { type: 'dev.operandi.job.queued.v1' });
  return job;
}

function refused(userErrors: readonly Problem[]): Types.SubmitJobMutation['submitJob'] {
  return { job: null, isNew: false, userErrors };
}

function running(world: World, id: string): TestJob {
  const job = jobOf(world, id);
  if (isOver(job.shown.state))
    throw new OperandiError('CONFLICT', `job ${id} is ${job.shown.state}`);
  return job;
}

function decided(
  world: World,
  { id, approve, comment = null, data }: DecideApprovalMutationVariables['input'],
): Types.DecideApprovalMutation['decideApproval'] {
  const approval = world.approvals.get(id);
  if (approval === undefined) throw new OperandiError('NOT_FOUND', `Approval ${id} does not exist`);
  const { shown } = approval;
  if (shown.state !== 'PENDING')
    throw new OperandiError('CONFLICT', `approval ${id} is ${shown.state}`);
  const decidedAt = world.now().toISOString();
  const by = { decidedBy: 'test', decidedById: 'test', onBehalfOf: null, onBehalfOfId: null };
  Object.assign(shown, {
    ...{ state: approve ? 'APPROVED' : 'REJECTED', comment, decidedBy: 'test', decidedAt },
    ...{
      canDecide: false,
      decisions: [{ approve, ...by, comment, data: data ?? null, decidedAt }],
    },
  });
  world.requests.push({ ...shown });
  const job = jobOf(world, shown.job.id);
  tell(world, job, { type: 'dev.operandi.approval.decided.v1', data: { wait: id } });
  approval.decided();
  return { approval: { ...shown }, userErrors: [] };
}

/** What is answered of a job where it is not one of a list. */
export function bare({ shown }: TestJob): Job {
  const { labels: _labels, agent: _agent, ...fields } = shown;
  return fields;
}

/** Jobs that a filter shows, oldest first; a filter that is not known here is refused and not passed over. */
export function jobsIn(world: World, filter: JobFilter): TestJob[] {
  const { agent, states, batchId, idempotencyKey, ...others } = filter;
  for (const [name, value] of Object.entries(others))
    if (value !== undefined && value !== null)
      throw new OperandiError('BAD_USER_INPUT', `the test platform has no filter ${name}`);
  const isShown = ({ shown, ...job }: TestJob): boolean =>
    (!agent || job.agent === agent || shown.agent.name === agent) &&
    (!states || [states].flat().includes(shown.state)) &&
    (!batchId || job.batchId === batchId) &&
    (!idempotencyKey || shown.idempotencyKey === idempotencyKey);
  return [...world.jobs.values()].filter(isShown);
}

function pageOf<Node>(
  found: readonly Node[],
  {
    first,
    after,
  }: { readonly first?: number | null | undefined; readonly after?: string | null | undefined },
) {
  const start = Number(after ?? 0);
  const end = start + (first ?? 50);
  return {
    nodes: found.slice(start, end),
    pageInfo: { hasNextPage: end < found.length, endCursor: String(end) },
  };
}
