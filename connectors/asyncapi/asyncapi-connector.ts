import { AppError, NotFoundError } from '../../kernel/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import {
  type CallContext,
  type CallResult,
  type Connector,
  defineConnector,
  type TypedCall,
} from '../connector.ts';
import { fetchDocument } from '../openapi/fetch-document.ts';
import { checkArguments } from '../parts/check-arguments.ts';
import { headerSecrets } from '../parts/secret-headers.ts';
import { credentialSchema, type WebCredential } from '../parts/web-credential.ts';
import { type AsyncApiConfig, configSchema } from './config.ts';
import { type AsyncApiServices, type Owned, post, probe, publish, receive } from './exchange.ts';
import { encodeMessage } from './messages.ts';
import {
  type AsyncOperation,
  describeOperation,
  importOperations,
  operationTarget,
} from './operations.ts';

/** Kind `asyncapi`: operations are those of a document; a call sends a message, or takes some. */
export function createAsyncApiConnector(services: AsyncApiServices): Connector {
  const imports = new WeakMap<AsyncApiConfig, readonly AsyncOperation[]>();
  const importOf = (config: AsyncApiConfig): readonly AsyncOperation[] => {
    const known = imports.get(config) ?? importOperations(config);
    imports.set(config, known);
    return known;
  };
  return defineConnector<AsyncApiConfig, WebCredential>({
    kind: 'asyncapi',
    description:
      'A system with an AsyncAPI document: messages over HTTP, WebSocket or MQTT, checked both ways.',
    configSchema,
    credentialSchema,
    secrets: headerSecrets,
    problems: problemsOf,
    destinationOf: (config) => {
      const [first] = importOf(config);
      return (
        first?.target.origin ?? new URL(config.documentUrl ?? 'https://nowhere.invalid').origin
      );
    },
    operations: (config) => importOf(config).map(describeOperation),
    async invoke(call, context) {
      const operation = importOf(call.config).find(({ name }) => name === call.operation);
      if (operation === undefined)
        throw new NotFoundError(`Operation of ${context.integrationName}`, call.operation);
      return await callOperation(services, { call, operation, context });
    },
    async testConnection(config, credential, context) {
      return await probe(services, importOf(config)[0], { config, credential, context });
    },
    discover: (config, _credential, context) => fetchDocument(services.egress, config, context),
  });
}

function problemsOf(config: AsyncApiConfig) {
  if (config.document === undefined) return [];
  const names = importOperations(config).map(({ name }) => name);
  const unknown = (config.operations ?? []).flatMap((name, index) =>
    names.includes(name)
      ? []
      : [
          {
            field: `operations.${String(index)}`,
            message: `the document has no operation ${name} that goes over http, ws or mqtt`,
          },
        ],
  );
  if (names.length > 0 || unknown.length > 0) return unknown;
  const message = 'the document has no operation on a server that speaks http, ws or mqtt';
  return [{ field: config.server === undefined ? 'document' : 'server', message }];
}

interface Called {
  readonly call: TypedCall<AsyncApiConfig, WebCredential>;
  readonly operation: AsyncOperation;
  readonly context: CallContext;
}

async function callOperation(services: AsyncApiServices, called: Called): Promise<CallResult> {
  const { call, operation, context } = called;
  const { config, credential } = call;
  checkForm(services, called);
  const parameters = objectOf(call.arguments['parameters']);
  const owned: Owned = { config, credential, context };
  if (operation.direction === 'receive') {
    const target = operationTarget(config, operation, { parameters });
    return await receive(services, { ...owned, target, amount: amountOf(call.arguments) });
  }
  const message = {
    payload: call.arguments['payload'] ?? null,
    headers: objectOf(call.arguments['headers']),
  };
  const target = operationTarget(config, operation, { parameters, message });
  const encoded = encoding(() => encodeMessage(services.compileSchema, target.messages, message));
  if (target.wire.kind === 'http') return await post(services, { ...owned, target, encoded });
  return await publish(services, { ...owned, target, encoded });
}

/** Messages of one form are checked with the rest of the arguments, so that faults have their fields. */
function checkForm({ compileSchema }: AsyncApiServices, { call, operation }: Called): void {
  checkArguments(compileSchema, describeOperation(operation).arguments, call.arguments);
}

function encoding<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    throw new AppError('BAD_USER_INPUT', error.message, { path: 'arguments', cause: error });
  }
}

function objectOf(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

function amountOf({ amount }: JsonObject): number {
  return typeof amount === 'number' ? amount : 1;
}
