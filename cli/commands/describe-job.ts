import { Command } from 'commander';

import { JobStoryDocument, type JobStoryQuery } from '../../sdk/src/index.ts';
import { connect, connected, type Connection } from '../connection.ts';
import { doesNotExist } from '../does-not-exist.ts';
import { printJson } from '../json-output.ts';
import { facts, table } from '../output.ts';

type Story = NonNullable<JobStoryQuery['job']>;

/** What happened at a moment. */
interface Moment {
  readonly at: string;
  readonly what: string;
}

/** `operandi jobs describe`: a job for people, and what happened to it in the order of time. */
export function describeCommand(): Command {
  return connected(new Command('describe'))
    .description('Tell how a job stands and what happened to it, in the order of time.')
    .argument('<id>', 'id of the job')
    .action(async (id: string, options: Connection) => {
      await using client = connect(options);
      const { job } = await client.request(JobStoryDocument, { id });
      if (job === null) throw doesNotExist('job', id);
      if (options.json) printJson(job);
      else console.log(describe(job));
    });
}

function describe(job: Story): string {
  const { id, traceId, agent, agentVersion, state, priority, attempts, error } = job;
  const known = facts([
    ['job', id],
    ['agent', `${agent.name}, version ${String(agentVersion.version)}`],
    ['state', `${state}, ${String(attempts)} attempts, priority ${priority}`],
    ...(traceId === null ? [] : [['trace', traceId] as const]),
    ...(error === null
      ? []
      : [['error', [error.title, error.detail].filter(Boolean).join(': ')] as const]),
  ]);
  const moments = [...momentsOf(job)].toSorted(
    (one, other) => Date.parse(one.at) - Date.parse(other.at),
  );
  const begun = Date.parse(job.createdAt);
  const timeline = moments.map(({ at, what }) => [at, afterOf(Date.parse(at) - begun), what]);
  return `${known}\n\n${table(['at', 'after', 'what'], timeline)}`;
}

function* momentsOf(job: Story): Generator<Moment> {
  yield { at: job.createdAt, what: 'submitted' };
  for (const { name, state, startedAt, finishedAt } of job.steps.nodes) {
    yield { at: startedAt, what: `${name} started` };
    if (finishedAt !== null) yield { at: finishedAt, what: `${name} ${state.toLowerCase()}` };
  }
  for (const { kind, at, error } of job.attemptsLog)
    yield { at, what: [`attempt: ${kind.toLowerCase()}`, error?.title].filter(Boolean).join(', ') };
  for (const { action, actor, at } of job.auditTrail.nodes)
    yield { at, what: `${action} by ${actor.kind} ${actor.name}` };
  if (job.finishedAt !== null) yield { at: job.finishedAt, what: `ended as ${job.state}` };
}

function afterOf(ms: number): string {
  return ms < 10_000 ? `${String(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`;
}
