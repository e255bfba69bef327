import { databaseUrl, integer, optionalInteger, replicaUrl } from './variables.ts';

/** Which database, and how long it is waited for. */
export const databaseVariables = {
  DATABASE_URL: databaseUrl({
    expected: 'a postgres:// URL, of one host or several',
    meaning:
      'PostgreSQL 15 or newer, in whatever time zone; of several hosts, as `one:5432,two:5432`, the one that takes writes; with `?pgbouncer=true` by a pooler. Without it the embedded database in the data folder is used.',
    otherwise: 'embedded',
  }),
  DATABASE_MIGRATION_URL: databaseUrl({
    expected: 'a postgres:// URL, of one host or several',
    meaning:
      'The same database for `operandi migrate` alone, with the login that owns its tables, past any pooler. No other process needs it.',
    otherwise: '`DATABASE_URL`',
  }),
  DATABASE_REPLICA_URL: replicaUrl({
    expected: 'a postgres:// URL of one host',
    meaning:
      'A streaming replica of it, for reads that may be a little old: lists of jobs and searches in the audit log.',
    otherwise: 'none; the primary is asked',
  }),
  DATABASE_REPLICA_LAG_MS: integer(
    5_000,
    [100, 3_600_000],
    'How far the replica may be behind, milliseconds. Where it is further, away, or fails, the primary is asked.',
  ),
  DATABASE_POOL_SIZE: optionalInteger([1, 1_000], {
    meaning: 'Most connections of this process to the database.',
    otherwise: '`10`, `6` to the embedded database',
  }),
  DATABASE_DEADLINE_MS: integer(
    15_000,
    [500, 600_000],
    'Longest time for one statement, milliseconds. A connection that is silent for longer is given up.',
  ),
  DATABASE_WAIT_MS: integer(
    60_000,
    [0, 86_400_000],
    'How long a process that starts waits for a database that is away, milliseconds.',
  ),
};
