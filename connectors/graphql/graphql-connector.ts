import { NotFoundError } from '../../kernel/errors.ts';
import type { JsonValue } from '../../kernel/json.ts';
import type { BatchCollector } from '../batching.ts';
import {
  type CallContext,
  type CallResult,
  type Connector,
  defineConnector,
  type OperationDescription,
  type TypedCall,
} from '../connector.ts';
import { IntegrationError } from '../errors.ts';
import { keyOf } from '../parts/batch-group.ts';
import { checkArguments } from '../parts/check-arguments.ts';
import { keptResult } from '../parts/kept-result.ts';
import { valueAt } from '../parts/response.ts';
import { headerSecrets } from '../parts/secret-headers.ts';
import type { ProofServices } from '../parts/proof.ts';
import {
  type RequestCredential,
  requestCredentialSchema as credentialSchema,
} from '../parts/request-credential.ts';
import type { CompileSchema } from '../ports.ts';
import { failureOf, readAnswer } from './answer.ts';
import { callInBatch } from './batch.ts';
import { configSchema, type GraphqlConfig, type GraphqlOperation } from './config.ts';
import { isQuery, readDocument } from './documents.ts';
import { asking, type Plan } from './plan.ts';
import { introspection, schemaOf, sdlOf } from './remote-schema.ts';
import { dataSchema } from './result-schema.ts';
import { variablesSchema } from './value-schemas.ts';

interface GraphqlServices extends ProofServices {
  readonly batches: BatchCollector;
  readonly compileSchema: CompileSchema;
}

/** Kind `graphql`: operations are documents of the configuration, checked against the schema of the system. */
export function createGraphqlConnector(services: GraphqlServices): Connector {
  return defineConnector<GraphqlConfig, RequestCredential>({
    kind: 'graphql',
    description:
      'A GraphQL API: each operation is a query or mutation, its variables the arguments.',
    configSchema,
    credentialSchema,
    secrets: headerSecrets,
    consent: services.consent,
    destinationOf: ({ url }) => new URL(url).origin,
    operations: (config) => config.operations.map((operation) => describe(config, operation)),
    async invoke(call, context) {
      const { egress } = services;
      const { operation, config, variables: values } = planCall(services, call, context);
      const { name, cache: keeping } = operation;
      const reading = { egress, keeping, operation: name, values, limits: config.limits, context };
      return await keptResult(reading, (own) =>
        callPlanned(services, planCall(services, call, own)),
      );
    },
    async testConnection(config, credential, context) {
      const ask = asking(services, { config, credential }, context);
      const response = await ask.post('{__typename}', {}, context.signal);
      const { errors } = readAnswer(response, ask.answers);
      if (errors.length > 0) throw failureOf({ errors }, response, ask.answers);
      const { durationMs } = response;
      return { isReachable: true, message: 'answered a query', durationMs };
    },
    async discover(config, credential, context) {
      const ask = asking(services, { config, credential }, context);
      const response = await ask.post(introspection, {}, context.signal);
      const { data, errors } = readAnswer(response, ask.answers);
      if (errors.length > 0) throw failureOf({ errors }, response, ask.answers);
      const schema = sdlOf(data);
      if (schema !== undefined) return { schema };
      throw new IntegrationError(`${context.integrationName} tells no schema of itself`, {
        status: response.status,
        isRetryable: false,
      });
    },
  });
}

async function callPlanned({ batches }: GraphqlServices, plan: Plan): Promise<CallResult> {
  const { batch } = plan.operation;
  const key = keyOf(plan.variables[batch?.keyArgument ?? '']);
  return batch === undefined || key === undefined
    ? await callAlone(plan)
    : await callInBatch(batches, { ...plan, batch, key });
}

function describe(config: GraphqlConfig, operation: GraphqlOperation): OperationDescription {
  const parsed = readDocument(operation.document);
  const schema = schemaIn(config);
  const data = schema === undefined ? undefined : dataSchema(parsed, schema);
  const isWhole = operation.output === '' && operation.errors === 'fail';
  return {
    name: operation.name,
    description: operation.description,
    arguments: variablesSchema(parsed, schema),
    ...(data === undefined || !isWhole ? {} : { result: data }),
    isBatched: operation.batch !== undefined,
  };
}

function schemaIn({ schema }: GraphqlConfig) {
  const built = schema === undefined ? undefined : schemaOf(schema);
  // The configuration was checked.
  return built instanceof Error ? undefined : built;
}

function planCall(
  services: GraphqlServices,
  call: TypedCall<GraphqlConfig, RequestCredential>,
  context: CallContext,
): Plan {
  const { config, arguments: variables } = call;
  const operation = config.operations.find(({ name }) => name === call.operation);
  if (operation === undefined)
    throw new NotFoundError(`Operation of ${context.integrationName}`, call.operation);
  const parsed = readDocument(operation.document);
  checkArguments(services.compileSchema, variablesSchema(parsed, schemaIn(config)), variables);
  const ask = asking(services, { ...call, operation, isQuery: isQuery(parsed) }, context);
  return { config, operation, parsed, variables, context, ...ask };
}

async function callAlone(plan: Plan): Promise<CallResult> {
  const { operation, variables, context, answers } = plan;
  const response = await plan.post(operation.document, variables, context.signal);
  const { data, errors } = readAnswer(response, answers);
  const { status, attempts, durationMs } = response;
  const done = { status, attempts, durationMs, batch: undefined };
  if (operation.errors === 'keep')
    return { value: partOf({ data, errors }, operation.output), ...done };
  if (errors.length > 0) throw failureOf({ errors }, response, answers);
  return { value: partOf(data, operation.output), ...done };
}

function partOf(value: JsonValue, pointer: string): JsonValue {
  return valueAt(value, pointer) ?? null;
}
