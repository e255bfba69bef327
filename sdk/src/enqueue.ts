import type { JobPriority } from './_generated/documents.ts';

/** What `enqueueInTransaction` needs of a client of PostgreSQL: a `Client` or `PoolClient` of `pg` is one. */
export interface TransactionClient {
  query(
    text: string,
    values: readonly unknown[],
  ): Promise<{ readonly rows: readonly { readonly id?: unknown }[] }>;
}

/** A job to be queued. */
export interface EnqueuedJob {
  /** The agent: `namespace/name`, or the name alone while one agent has it. */
  readonly agent: string;
  /** Input for the definition. @default an empty object */
  readonly input?: unknown;
  /** How soon it is claimed. @default NORMAL */
  readonly priority?: JobPriority;
  /** Not before this time. @default now */
  readonly runAt?: Date;
  /** Unique in the tenant, 1 to 200 characters: the same key with the same job answers the first one's id. */
  readonly idempotencyKey?: string;
  /** Version to run. @default the current one */
  readonly version?: number;
}

const statement =
  'select operandi.enqueue_job($1::text, $2::jsonb, $3::text, $4::timestamptz, $5::text, $6::integer) as id';

/**
 * Queues a job in a transaction of your own, over a role that `operandi enqueue allow` has let in, and answers its id: the
 * job is there if and only if the transaction commits. An input that its agent refuses makes the job FAILED then.
 */
export async function enqueueInTransaction(
  client: TransactionClient,
  { agent, input = {}, priority = 'NORMAL', ...job }: EnqueuedJob,
): Promise<string> {
  const { rows } = await client.query(statement, [
    agent,
    JSON.stringify(input),
    priority,
    job.runAt?.toISOString() ?? null,
    job.idempotencyKey ?? null,
    job.version ?? null,
  ]);
  const id = rows[0]?.id;
  if (typeof id !== 'string') throw new TypeError('the database answered without the id of a job');
  return id;
}
