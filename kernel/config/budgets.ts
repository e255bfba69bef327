import { definitionBudgets } from '../definition-budgets.ts';
import { integer, optionalInteger } from './variables.ts';

const BYTES_MAX = 1_073_741_824;
const RATE_MAX = 1_000_000_000;

/** Variables that bound what one request, document, job or client may use; see docs/limits.md. */
export const budgets = {
  OPERANDI_MAX_REQUEST_BYTES: integer(
    2_097_152,
    [1_024, BYTES_MAX],
    'Largest HTTP request body, bytes.',
  ),
  OPERANDI_MAX_INPUT_BYTES: integer(
    1_048_576,
    [64, BYTES_MAX],
    'Largest input of a job, bytes of JSON.',
  ),
  OPERANDI_MAX_OUTPUT_BYTES: integer(
    1_048_576,
    [64, BYTES_MAX],
    'Largest output of a job, bytes of JSON.',
  ),
  OPERANDI_MAX_DEFINITION_BYTES: integer(
    definitionBudgets.bytes,
    [64, BYTES_MAX],
    'Largest workflow definition, bytes.',
  ),
  OPERANDI_DOCUMENT_THREADS: integer(
    2,
    [1, 64],
    'Threads of a process that read definitions, inputs, fetched documents and templates.',
  ),
  OPERANDI_DOCUMENT_DEADLINE_MS: integer(
    4_000,
    [10, 600_000],
    'Computing time that one of those may take, milliseconds.',
  ),
  OPERANDI_REDRIVE_DEADLINE_MS: integer(
    10_000,
    [10, 600_000],
    'Computing time for playing the journal of a job that is to be redriven, milliseconds.',
  ),
  OPERANDI_DOCUMENT_MEMORY_MB: integer(
    256,
    [16, 16_384],
    'Memory that one of those may take, megabytes.',
  ),
  OPERANDI_MAX_JOURNAL_BYTES: integer(
    16_777_216,
    [1_024, BYTES_MAX],
    'Largest sum of recorded results of one job, bytes.',
  ),
  OPERANDI_MAX_TASKS: integer(
    definitionBudgets.tasks,
    [1, 100_000],
    'Most tasks in one definition.',
  ),
  OPERANDI_MAX_NESTING: integer(
    definitionBudgets.nesting,
    [1, 1_000],
    'Deepest nesting of a definition, an input or an output.',
  ),
  OPERANDI_MIN_SCHEDULE_INTERVAL_MS: integer(
    1_000,
    [100, 86_400_000],
    'Shortest time between two jobs that a schedule may ask for, milliseconds.',
  ),
  OPERANDI_MAX_ITERATIONS: integer(100_000, [1, 100_000_000], 'Most task executions of one job.'),
  OPERANDI_MAX_JOB_DEPTH: integer(
    16,
    [0, 1_000],
    'Most jobs that start one another in a row, as children or by events.',
  ),
  OPERANDI_MAX_EXPRESSION_STEPS: integer(
    300_000,
    [10_000, 1_000_000_000],
    'Most one expression may compute, steps, apart from 16 for each byte of a large input.',
  ),
  OPERANDI_MAX_COMPUTE_STEPS: integer(
    1_000_000_000,
    [1_000_000, 1_000_000_000_000],
    'Most a job may compute in its whole life, steps of expressions; a thousand million take up to a minute.',
  ),
  OPERANDI_CALL_TIMEOUT_MS: integer(
    300_000,
    [1_000, 86_400_000],
    'Longest `call: http` or `call: openapi` without a timeout of its author, from sending it on, milliseconds.',
  ),
  OPERANDI_CALL_CONCURRENCY: integer(
    32,
    [1, 1_000],
    'Most such calls of one tenant to one origin that a worker has in flight.',
  ),
  OPERANDI_CALL_CACHE_MB: integer(
    64,
    [0, 65_536],
    'Memory of a process for answers of outside systems that are kept, megabytes; 0 keeps none.',
  ),
  OPERANDI_CALL_CACHE_ENTRY_KB: integer(
    1_024,
    [1, 102_400],
    'Largest such answer that is kept, kilobytes.',
  ),
  OPERANDI_ENGINE_THREADS: optionalInteger([1, 1_024], {
    meaning: 'Threads of a worker for jobs that compute much.',
    otherwise: 'one less than there are processors, at least 1',
  }),
  OPERANDI_ENGINE_MEMORY_MB: integer(
    512,
    [64, 65_536],
    'Memory of such a thread, megabytes; the job that needs more loses its attempt.',
  ),
  OPERANDI_ENGINE_MUTE_MS: integer(
    10_000,
    [100, 3_600_000],
    'How long a job may compute on such a thread in one piece, milliseconds.',
  ),
  OPERANDI_TRUSTED_HOPS: integer(
    0,
    [0, 10],
    'Proxies of your own in front of the gateway, whose `X-Forwarded-For` is believed.',
  ),
  OPERANDI_MAX_CONNECTIONS: integer(
    10_000,
    [1, 1_000_000],
    'Most connections of all clients to a gateway.',
  ),
  OPERANDI_MAX_CONNECTIONS_PER_ADDRESS: integer(
    1_000,
    [1, 1_000_000],
    'Most connections and WebSockets of one address; of connections none where proxies are trusted.',
  ),
  OPERANDI_MAX_SUBSCRIPTIONS_PER_KEY: integer(
    500,
    [1, 1_000_000],
    'Most live subscriptions, and sockets, of one API key at a gateway.',
  ),
  OPERANDI_MAX_SUBSCRIPTIONS_PER_TENANT: integer(
    2_000,
    [1, 1_000_000],
    'Most live subscriptions of one tenant at a gateway.',
  ),
  OPERANDI_MAX_COST: integer(50_000, [1, RATE_MAX], 'Highest cost of one operation.'),
  OPERANDI_RATE_REQUESTS_PER_KEY: integer(
    30_000,
    [1, RATE_MAX],
    'Most operations of one API key in a minute.',
  ),
  OPERANDI_RATE_REQUESTS_PER_TENANT: integer(
    60_000,
    [1, RATE_MAX],
    'Most operations of one tenant in a minute.',
  ),
  OPERANDI_RATE_COST_PER_KEY: integer(
    5_000_000,
    [1, RATE_MAX],
    'Highest cost of all operations of one API key in a minute.',
  ),
};
