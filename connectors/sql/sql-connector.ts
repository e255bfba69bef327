import { sha256Hex } from '../../kernel/crypto/hash.ts';
import { NotFoundError } from '../../kernel/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import type { BatchCollector, BatchKey } from '../batching.ts';
import {
  type CallContext,
  type CallResult,
  type Connector,
  defineConnector,
  type TypedCall,
} from '../connector.ts';
import type { Conversed, Egress } from '../egress/egress.ts';
import { IntegrationError } from '../errors.ts';
import { groupOf, keyOf } from '../parts/batch-group.ts';
import { trustOf } from '../parts/authority.ts';
import { checkArguments } from '../parts/check-arguments.ts';
import { keptResult } from '../parts/kept-result.ts';
import { connectionOf, timesOf } from '../parts/limits.ts';
import { textOf } from '../parts/text-of.ts';
import type { CompileSchema } from '../ports.ts';
import {
  configSchema,
  credentialSchema,
  portOf,
  type SqlConfig,
  type SqlCredential,
  type SqlOperation,
} from './config.ts';
import { asObjects } from './rows.ts';
import type { SqlAnswer, SqlLogin, SqlQuery, SqlSession } from './session.ts';
import { argumentSchema, bind, type Binding } from './values.ts';

interface SqlServices {
  readonly egress: Egress;
  readonly batches: BatchCollector;
  readonly compileSchema: CompileSchema;
}

interface Plan {
  readonly config: SqlConfig;
  readonly credential: SqlCredential | undefined;
  readonly operation: SqlOperation;
  readonly values: JsonObject;
  readonly context: CallContext;
}

/** Kind `sql`: operations are statements of the configuration, whose values go apart from their text. */
export function createSqlConnector(services: SqlServices): Connector {
  return defineConnector<SqlConfig, SqlCredential>({
    kind: 'sql',
    description: 'A PostgreSQL or MariaDB database: each operation is one statement.',
    configSchema,
    credentialSchema,
    destinationOf: (config) =>
      `${config.dialect}://${config.host.toLowerCase()}:${String(portOf(config))}/${config.database} ${trustOf(config.tls, config.certificateAuthority)}`,
    operations: (config) =>
      config.operations.map((operation) => ({
        name: operation.name,
        description: operation.description,
        arguments: argumentSchema(operation),
        result: resultSchema(operation),
        isBatched: operation.batch !== undefined,
      })),
    async invoke(call, context) {
      const plan = planCall(services, call, context);
      const { name: operation, cache: keeping } = plan.operation;
      const { config, values } = plan;
      const { egress } = services;
      const reading = { egress, keeping, operation, values, limits: config.limits, context };
      return await keptResult(reading, (own) => callPlanned(services, { ...plan, context: own }));
    },
    async testConnection(config, credential, context) {
      const statement = 'select 1';
      const operation = { ...probe, statement };
      const plan = { config, credential, operation, values: {}, context };
      const { durationMs } = await run(services.egress, plan, { signal: context.signal });
      return { isReachable: true, message: 'answered a statement', durationMs };
    },
  });
}

const probe: Omit<SqlOperation, 'statement'> = {
  name: 'probe',
  parameters: [],
  access: 'read',
  result: 'rows',
  maxRows: 1,
};

function resultSchema({ result }: SqlOperation): JsonObject {
  if (result === 'count') return { type: 'integer' };
  if (result === 'row') return { type: ['object', 'null'] };
  return { type: 'array', items: { type: 'object' } };
}

function planCall(
  { compileSchema }: SqlServices,
  call: TypedCall<SqlConfig, SqlCredential>,
  context: CallContext,
): Plan {
  const { config, credential, arguments: values } = call;
  const operation = config.operations.find(({ name }) => name === call.operation);
  if (operation === undefined)
    throw new NotFoundError(`Operation of ${context.integrationName}`, call.operation);
  checkArguments(compileSchema, argumentSchema(operation), values);
  return { config, credential, operation, values, context };
}

async function callPlanned(services: SqlServices, plan: Plan): Promise<CallResult> {
  const { batch } = plan.operation;
  const key = keyOf(plan.values[batch?.keyArgument ?? '']);
  return batch === undefined || key === undefined
    ? await callAlone(services, plan)
    : await callInBatch(services, { plan, key, batch });
}

async function callAlone({ egress }: SqlServices, plan: Plan): Promise<CallResult> {
  const { operation, context } = plan;
  const { value, attempts, durationMs } = await run(egress, plan, { signal: context.signal });
  return {
    value: shaped(operation, value, context.integrationName),
    ...{ status: undefined, attempts, durationMs, batch: undefined },
  };
}

function shaped({ result }: SqlOperation, answer: SqlAnswer, name: string): JsonValue {
  if (result === 'count') return answer.count;
  const rows = asObjects(name, answer);
  return result === 'row' ? (rows[0] ?? null) : rows;
}

interface BatchPlan {
  readonly plan: Plan;
  readonly key: BatchKey;
  readonly batch: NonNullable<SqlOperation['batch']>;
}

async function callInBatch(
  { egress, batches }: SqlServices,
  { plan, key, batch }: BatchPlan,
): Promise<CallResult> {
  const { config, operation, values, context } = plan;
  const { keyArgument, maxKeys } = batch;
  const group = { config, operation: operation.name, values, keyArgument, context };
  const { value, batchId, batchSize, attempts, durationMs } = await batches.load({
    group: groupOf(group),
    key,
    maxKeys,
    deadlineAt: timesOf(config.limits, context).deadlineAt,
    signal: context.signal,
    // A key that is no value of its type fails the statement of all.
    mayBeOfOne: isOfData,
    async fetch(keys, signal) {
      const answer = await run(egress, plan, {
        signal,
        keys: { argument: keyArgument, values: keys },
      });
      const found = sortByKey(plan, batch.key, answer.value);
      const missing: JsonValue = operation.result === 'row' ? null : [];
      const all = keys.map((each) => [String(each), found.get(String(each)) ?? missing] as const);
      return {
        values: new Map(all),
        status: 200,
        attempts: answer.attempts,
        durationMs: answer.durationMs,
      };
    },
  });
  const shared = { id: batchId, size: batchSize };
  return { value, status: undefined, attempts, durationMs, batch: shared };
}

/** Data exceptions (SQLSTATE class 22): the others come out well without the key that is at fault. */
function isOfData(error: unknown): boolean {
  const content = error instanceof IntegrationError ? error.answer?.['content'] : undefined;
  const state = isJsonObject(content) ? content['sqlState'] : undefined;
  return typeof state === 'string' && state.startsWith('22');
}

function sortByKey(
  { operation, context }: Plan,
  column: string,
  answer: SqlAnswer,
): ReadonlyMap<string, JsonValue> {
  if (!answer.columns.includes(column))
    throw new IntegrationError(
      `${context.integrationName} answered the batch without a column ${JSON.stringify(column)}`,
      { isRetryable: false },
    );
  const rows = asObjects(context.integrationName, answer);
  const byKey = Map.groupBy(rows, (row) => textOf(row[column]));
  return new Map(
    [...byKey].map(([key, own]) => [key, operation.result === 'row' ? (own[0] ?? null) : own]),
  );
}

type Keys = NonNullable<Binding['keys']>;

/** One statement, alone or with the keys of a batch. */
function run(
  egress: Egress,
  { config, credential, operation, values, context }: Plan,
  { signal, keys }: { readonly signal: AbortSignal; readonly keys?: Keys },
): Promise<Conversed<SqlAnswer>> {
  const { idempotencyKey } = context;
  const { dialect, host, limits } = config;
  const isReadOnly = operation.access === 'read';
  const isKeyed = operation.parameters.some(({ source }) => source === 'idempotencyKey');
  const times = timesOf(limits, context);
  const login = loginOf(config, credential, context);
  const query: SqlQuery = {
    statement: operation.statement,
    values: bind(operation, values, { dialect, idempotencyKey, keys }),
    isReadOnly,
    timeoutMs: times.timeoutMs,
    maxRows: operation.maxRows,
    maxBytes: limits.maxResponseBytes,
  };
  return egress.converse<SqlSession, SqlAnswer>(
    connectionOf(limits, context),
    {
      ...{ host, port: portOf(config), identity: identityOf(login, context), ...times },
      isRepeatable: isReadOnly || (isKeyed && idempotencyKey !== undefined),
      open: async (place, opening) => {
        const open = await opener(dialect);
        return await open(login, place, opening);
      },
      work: (session, mark) => session.run(query, mark),
    },
    signal,
  );
}

/** A driver is loaded when a database of its kind is called: most processes never do. */
async function opener(dialect: SqlConfig['dialect']) {
  return dialect === 'postgresql'
    ? (await import('./postgresql.ts')).openPostgresql
    : (await import('./mariadb.ts')).openMariadb;
}

function loginOf(
  { database, tls, certificateAuthority }: SqlConfig,
  credential: SqlCredential | undefined,
  { integrationName: name }: CallContext,
): SqlLogin {
  if (credential === undefined)
    throw new IntegrationError(`${name} has no credential`, { isRetryable: false });
  const { username, password } = credential;
  const secured = tls === 'off' ? undefined : { ca: certificateAuthority };
  return { name, database, username, password, tls: secured };
}

/** Everything that a session was opened with; the secret by its digest. */
function identityOf(login: SqlLogin, { credentialVersion }: CallContext): string {
  return sha256Hex(JSON.stringify([login, credentialVersion]));
}
