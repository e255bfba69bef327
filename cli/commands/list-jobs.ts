import { Command } from 'commander';
import { type JobFilter, type JobOrder, ListJobsDocument } from '../../sdk/src/index.ts';
import { connect, type Connection } from '../connection.ts';
import { gather, labelOf, momentOf, oneOf, wholeNumber } from '../job-options.ts';
import { printJson } from '../json-output.ts';
import { paged, type Part, partOf, printTable, tellMore } from '../paged.ts';

const orders = { created: 'CREATED', finished: 'FINISHED' } as const;

/** `operandi jobs list`: finds jobs by what is known of them. */
export function listJobsCommand(): Command {
  return paged(new Command('list'))
    .description('List jobs, newest first.')
    .option('--agent <agent>', 'only jobs of this agent: its name, or namespace/name')
    .option('--agent-version <number>', 'only jobs of this version of the agent', wholeNumber)
    .option('--state <state...>', 'only jobs in these states, e.g. FAILED DEAD')
    .option('--label <key=value>', 'only jobs with this label; once for each', gather(labelOf), [])
    .option(
      '--since <time>',
      'only jobs submitted since then: 2026-11-29, 2026-11-29T08:00Z, 90m, 24h, 7d',
    )
    .option('--until <time>', 'only jobs submitted before then, likewise')
    .option('--finished-since <time>', 'only jobs that have ended since then, likewise')
    .option('--finished-until <time>', 'only jobs that ended before then, likewise')
    .option('--idempotency-key <key>', 'only the job submitted with this key')
    .option('--id <prefix>', 'only jobs whose id begins so')
    .option('--submitter <kind:id>', 'only jobs that this member or key answers for')
    .option('--priority <names...>', 'only jobs of these priorities')
    .option('--parent <id>', 'only jobs that this job started')
    .option('--sort <time>', 'created or finished', 'created')
    .option('--oldest', 'the oldest first')
    .action(async (options: Connection & ListOptions) => {
      await using client = connect(options);
      const { jobs } = await client.request(ListJobsDocument, {
        filter: filterOf(options),
        orderBy: orderOf(options),
        ...partOf(options),
      });
      if (options.json) {
        printJson(jobs);
        return;
      }
      if (jobs.nodes.length === 0) {
        console.log('No jobs.');
        return;
      }
      printTable(jobs.nodes, {
        headings: ['job', 'agent', 'state', 'created', 'attempts', 'labels'],
        cellsOf: ({ id, agent, state, createdAt, attempts, labels }) => [
          ...[id, agent.name, state, createdAt, String(attempts)],
          labels.map(({ key, value }) => `${key}=${value}`).join(' '),
        ],
        wide: {
          started: ({ startedAt }) => startedAt,
          finished: ({ finishedAt }) => finishedAt,
          priority: ({ priority }) => priority,
          error: ({ error }) => error?.title,
        },
      });
      const { count, isEstimate } = jobs.totalCount;
      console.log(`\n${isEstimate ? 'about ' : ''}${String(count)} in all`);
      tellMore(jobs);
    });
}

interface ListOptions extends Part {
  readonly agent?: string;
  readonly agentVersion?: number;
  readonly state?: readonly string[];
  readonly label: readonly { readonly key: string; readonly value: string }[];
  readonly since?: string;
  readonly until?: string;
  readonly finishedSince?: string;
  readonly finishedUntil?: string;
  readonly idempotencyKey?: string;
  readonly id?: string;
  readonly submitter?: string;
  readonly priority?: readonly string[];
  readonly parent?: string;
  readonly sort: string;
  readonly oldest?: true;
}

const states = [
  'QUEUED',
  'RUNNING',
  'WAITING',
  'PAUSED',
  'SUCCEEDED',
  'FAILED',
  'CANCELLED',
  'DEAD',
] as const;

const priorities = ['LOW', 'NORMAL', 'HIGH', 'URGENT'] as const;

function filterOf(options: ListOptions): JobFilter {
  const { state, label, priority } = options;
  return {
    agent: options.agent ?? null,
    version: options.agentVersion ?? null,
    states: namesOf('--state', state, states),
    labels: label.length > 0 ? [...label] : null,
    createdFrom: momentOf('--since', options.since),
    createdBefore: momentOf('--until', options.until),
    finishedFrom: momentOf('--finished-since', options.finishedSince),
    finishedBefore: momentOf('--finished-until', options.finishedUntil),
    idempotencyKey: options.idempotencyKey ?? null,
    idPrefix: options.id ?? null,
    priorities: namesOf('--priority', priority, priorities),
    submitter: options.submitter ?? null,
    parentId: options.parent ?? null,
  };
}

function namesOf<Name extends string>(
  option: string,
  given: readonly string[] | undefined,
  known: readonly Name[],
): Name[] | null {
  return given?.map((name) => oneOf(option, name.toUpperCase(), known)) ?? null;
}

function orderOf({ sort, oldest }: ListOptions): JobOrder {
  const names = ['created', 'finished'] as const;
  return `${orders[oneOf('--sort', sort.toLowerCase(), names)]}_${oldest ? 'ASC' : 'DESC'}`;
}
