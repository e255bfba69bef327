import { isOver } from '../jobs.ts';
import { untilAborted } from '../signals.ts';
import { JobFailure, type Question, type ScriptedDecision, type ScriptedJob } from './script.ts';
import { tell, type TestJob, type World } from './world.ts';

const workflow = 'io.serverlessworkflow.workflow';
const taskOf = 'io.serverlessworkflow.task';

/** Starts a job by its script; what becomes of it is told as events. */
export function startScript(world: World, job: TestJob): void {
  job.controller = new AbortController();
  void follow(world, job, job.controller.signal);
}

async function follow(world: World, job: TestJob, signal: AbortSignal): Promise<void> {
  // Whoever submits sees the job queued first.
  await Promise.resolve();
  try {
    await standing(world, job, signal);
    tell(world, job, {
      type: `${workflow}.started.v1`,
      data: { name: job.agent },
      state: 'RUNNING',
    });
    const script = world.agents.get(job.agent);
    const run = typeof script === 'function' ? script : script?.run;
    const output: unknown = await untilAborted(
      Promise.resolve(run?.(scriptedJob(world, job, signal))),
      signal,
    );
    job.shown.output = output ?? null;
    tell(world, job, {
      type: `${workflow}.completed.v1`,
      data: { name: job.agent },
      state: 'SUCCEEDED',
    });
  } catch (error) {
    // Whoever cancelled it has told so.
    if (signal.aborted || isOver(job.shown.state)) return;
    job.shown.error = problemOf(error);
    const data = { name: job.agent, error: job.shown.error };
    tell(world, job, { type: `${workflow}.faulted.v1`, data, state: 'FAILED' });
  }
}

function problemOf(error: unknown): NonNullable<TestJob['shown']['error']> {
  const given = error instanceof JobFailure ? error.problem : {};
  return {
    type: given.type ?? 'https://serverlessworkflow.io/spec/1.0.0/errors/runtime',
    status: given.status ?? 500,
    title: given.title ?? null,
    detail: given.detail ?? (error instanceof Error ? error.message : String(error)),
    instance: null,
  };
}

function scriptedJob(world: World, job: TestJob, signal: AbortSignal): ScriptedJob {
  return {
    ...{ id: job.shown.id, input: job.input, signal },
    tell: (type, data) => {
      tell(world, job, { type, data });
    },
    task: async <Answer>(name: string, act?: () => Answer | Promise<Answer>) => {
      await standing(world, job, signal);
      const told = { task: `/do/${name}`, data: { workflow: job.agent, task: name } };
      tell(world, job, { type: `${taskOf}.started.v1`, ...told });
      // Without an act there is nothing to answer.
      const answer = (await act?.()) as Answer;
      signal.throwIfAborted();
      tell(world, job, { type: `${taskOf}.completed.v1`, ...told });
      return answer;
    },
    approval: (question) => ask(world, job, { question, signal }),
    event: async (type) =>
      await waiting(world, job, {
        signal,
        kind: 'event',
        start: (hear: (event: Parameters<ScriptedListener>[0]) => void) => {
          const listener = { type, hear };
          world.listeners.add(listener);
          return () => world.listeners.delete(listener);
        },
      }),
  };
}

type ScriptedListener = Parameters<World['listeners']['add']>[0]['hear'];

/** Goes on when the job is not paused. */
async function standing(world: World, job: TestJob, signal: AbortSignal): Promise<void> {
  while (job.isPaused) await untilAborted(world.changed(), signal);
  signal.throwIfAborted();
}

interface Wait<Answer> {
  readonly signal: AbortSignal;
  readonly kind: 'approval' | 'event';
  /** Begins to wait; answers what ends it. */
  readonly start: (answer: (value: Answer) => void) => () => void;
}

async function waiting<Answer>(
  world: World,
  job: TestJob,
  { signal, kind, start }: Wait<Answer>,
): Promise<Answer> {
  await standing(world, job, signal);
  const { promise, resolve } = Promise.withResolvers<Answer>();
  const end = start(resolve);
  tell(world, job, {
    ...{ type: 'dev.operandi.job.waiting.v1', state: 'WAITING' },
    data: { until: null, waits: [{ kind, task: '' }] },
  });
  try {
    const answer = await untilAborted(promise, signal);
    await standing(world, job, signal);
    job.shown.state = 'RUNNING';
    return answer;
  } finally {
    end();
  }
}

interface Asked {
  readonly question: Question;
  readonly signal: AbortSignal;
}

async function ask(
  world: World,
  job: TestJob,
  { question, signal }: Asked,
): Promise<ScriptedDecision> {
  const id = world.newId();
  const { title, description = null, data = null, form = null } = question;
  const shown: Parameters<World['requests']['push']>[0] = {
    ...{ id, state: 'PENDING', title, description, data, form, job: { id: job.shown.id } },
    ...{ comment: null, decidedBy: null, createdAt: world.now().toISOString(), expiresAt: null },
    ...{ decidedAt: null, role: null, approvers: [], fourEyes: false, required: 1, remindAt: null },
    ...{
      escalateAt: null,
      escalateTo: [],
      canDecide: true,
      decidesFor: null,
      decisions: [],
    },
  };
  const decision = await waiting<ScriptedDecision>(world, job, {
    signal,
    kind: 'approval',
    start: (answer) => {
      const approval = {
        shown,
        decided: () => {
          const [last] = approval.shown.decisions;
          if (last !== undefined) answer(last);
        },
      };
      world.approvals.set(id, approval);
      world.requests.push({ ...shown });
      tell(world, job, {
        type: 'dev.operandi.approval.requested.v1',
        data: { wait: id, approvalId: id, title },
      });
      return () => {
        if (approval.shown.state === 'PENDING') withdraw(world, id);
      };
    },
  });
  const { approve, comment, data: filledIn } = decision;
  return { approve, comment, data: filledIn };
}

function withdraw(world: World, id: string): void {
  const approval = world.approvals.get(id);
  if (approval === undefined) return;
  approval.shown.state = 'WITHDRAWN';
  approval.shown.canDecide = false;
  world.requests.push({ ...approval.shown });
  world.ring();
}
