import { sha256Hex } from '../../kernel/crypto/hash.ts';
import { NotFoundError, type Problem } from '../../kernel/errors.ts';
import {
  type CallContext,
  type Connector,
  defineConnector,
  type OperationDescription,
  type TypedCall,
} from '../connector.ts';
import type { Egress } from '../egress/egress.ts';
import { IntegrationError } from '../errors.ts';
import { trustOf } from '../parts/authority.ts';
import { checkArguments } from '../parts/check-arguments.ts';
import { connectionOf, timesOf } from '../parts/limits.ts';
import { headerSecrets, secretHeaders } from '../parts/secret-headers.ts';
import { applyCredential, credentialSchema, type WebCredential } from '../parts/web-credential.ts';
import type { CompileSchema } from '../ports.ts';
import { type Api, ApiFault, type ApiMethod, readApi } from './api.ts';
import { callMethod, callRaw, type GrpcLine } from './call.ts';
import { configSchema, type GrpcConfig } from './config.ts';
import { reflect } from './reflection.ts';
import { schemaOf } from './schemas.ts';

interface GrpcServices {
  readonly egress: Egress;
  readonly compileSchema: CompileSchema;
}

/** Kind `grpc`: operations are the methods of the services that a server's protos describe. */
export function createGrpcConnector({ egress, compileSchema }: GrpcServices): Connector {
  const apiOf = createApis();
  return defineConnector<GrpcConfig, WebCredential>({
    kind: 'grpc',
    description: 'A server of gRPC: its methods, unary and with a stream of answers.',
    configSchema,
    credentialSchema,
    secrets: headerSecrets,
    problems: (config) => problemsOf(config, apiOf),
    destinationOf: ({ host, port, tls, certificateAuthority }) =>
      `grpc://${host.toLowerCase()}:${String(port)} ${trustOf(tls, certificateAuthority)}`,
    operations: (config) => [...apiOf(config).methods.values()].map(describe),
    async invoke(call, context) {
      const api = apiOf(call.config);
      const method = api.methods.get(call.operation);
      if (method === undefined)
        throw new NotFoundError(`Operation of ${context.integrationName}`, call.operation);
      checkArguments(compileSchema, describe(method).arguments, call.arguments);
      const line = lineOf(egress, call, context);
      const { value, attempts, durationMs } = await callMethod(line, api, {
        ...{ method, values: call.arguments, ...keyOf(call.config, context) },
        isHarmless: isHarmless(call.config, method, context),
      });
      return { value, status: 200, attempts, durationMs, batch: undefined };
    },
    async testConnection(config, credential, context) {
      return await askForHealth(lineOf(egress, { config, credential }, context));
    },
    async discover(config, credential, context) {
      const line = lineOf(egress, { config, credential }, context);
      return { descriptors: await reflect(line, config.services) };
    },
  });
}

type Apis = (config: GrpcConfig) => Api;

/** A configuration is parsed once and kept, so what is made of it is too. */
function createApis(): Apis {
  const known = new WeakMap<GrpcConfig, Api>();
  return (config) => {
    const found = known.get(config);
    if (found !== undefined) return found;
    const api = readApi(config);
    known.set(config, api);
    return api;
  };
}

function problemsOf(config: GrpcConfig, apiOf: Apis): readonly Omit<Problem, 'code'>[] {
  try {
    const { methods } = apiOf(config);
    if (methods.size === 0) return [];
    const missing = config.readOnly.filter((name) => !methods.has(name));
    return missing.map((name) => ({ field: 'readOnly', message: `there is no operation ${name}` }));
  } catch (error) {
    if (!(error instanceof ApiFault)) throw error;
    return [{ field: error.place, message: error.message }];
  }
}

const described = new WeakMap<ApiMethod, OperationDescription>();

function describe(method: ApiMethod): OperationDescription {
  const known = described.get(method);
  if (known !== undefined) return known;
  const answer = schemaOf(method.output);
  const { $defs, ...items } = answer;
  const description: OperationDescription = {
    name: method.name,
    description: `${method.path.slice(1)}${method.isStream ? ', all messages of its stream' : ''}`,
    arguments: { ...schemaOf(method.input), type: 'object' },
    result: method.isStream
      ? { type: 'array', items, ...($defs === undefined ? {} : { $defs }) }
      : answer,
    isBatched: false,
  };
  described.set(method, description);
  return description;
}

type Owned = Pick<TypedCall<GrpcConfig, WebCredential>, 'config' | 'credential'>;

function lineOf(egress: Egress, { config, credential }: Owned, context: CallContext): GrpcLine {
  const { host, port, tls, certificateAuthority: ca, limits, maxMessages } = config;
  const own = Object.entries(config.headers ?? {});
  const { headers, secrets } = applyCredential(credential);
  const { texts } = secretHeaders(config.headers ?? {});
  const { credentialVersion, signal } = context;
  return {
    ...{ egress, host, port, maxMessages, signal },
    connection: connectionOf(limits, context),
    tls: tls === 'off' ? undefined : { ca },
    identity: sha256Hex(JSON.stringify([tls, ca, credential, credentialVersion])),
    headers: {
      ...Object.fromEntries(own.map(([name, value]) => [name.toLowerCase(), value])),
      ...headers,
    },
    secrets: [...secrets, ...texts],
    times: () => timesOf(limits, context),
  };
}

function keyOf({ idempotencyHeader: header }: GrpcConfig, { idempotencyKey: key }: CallContext) {
  if (header === undefined || key === undefined) return {};
  return { headers: { [header.toLowerCase()]: key } };
}

function isHarmless(config: GrpcConfig, { name }: ApiMethod, context: CallContext): boolean {
  return config.readOnly.includes(name) || 'headers' in keyOf(config, context);
}

const healthPath = '/grpc.health.v1.Health/Check';
/** A `HealthCheckResponse` with `SERVING` in its only field. */
const serving = Buffer.from([0x08, 0x01]);

/** A server without a service for it has answered all the same. */
async function askForHealth(line: GrpcLine) {
  const startedAt = performance.now();
  const took = (): number => Math.round(performance.now() - startedAt);
  const asked = { path: healthPath, message: Buffer.alloc(0), isHarmless: true, isStream: false };
  try {
    const { value, durationMs } = await callRaw(line, asked);
    const isReachable = serving.equals(value[0] ?? Buffer.alloc(0));
    return { isReachable, message: isReachable ? 'is serving' : 'is not serving', durationMs };
  } catch (error) {
    if (!(error instanceof IntegrationError) || error.status !== 501) throw error;
    return {
      isReachable: true,
      message: 'answered, and does not tell its health',
      durationMs: took(),
    };
  }
}
