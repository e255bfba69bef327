import type { z } from 'zod';

import { AppError, type Problem, RefusedError } from '../kernel/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../kernel/json.ts';
import type { ConsentFlow } from './consent.ts';
import type { CallTrace } from './egress/trace.ts';
import { jsonSchemaOf } from './parts/json-schema.ts';

/** Something an integration can do. */
export interface OperationDescription {
  readonly name: string;
  readonly description: string | undefined;
  /** JSON Schema of the arguments. */
  readonly arguments: JsonObject;
  /** JSON Schema of the answer, where it is known. */
  readonly result?: JsonObject;
  /** True when several calls may share one request. */
  readonly isBatched: boolean;
}

/** On whose behalf and with what a connector acts. */
export interface CallContext {
  readonly tenantId: string;
  readonly integrationId: string;
  /** Name of the integration, for messages. */
  readonly integrationName: string;
  /** Decrypted; undefined when none is set. */
  readonly credential: JsonValue | undefined;
  /** How many times a credential was set; calls with different versions never share anything. */
  readonly credentialVersion: number;
  readonly signal: AbortSignal;
  /** True for a call that waits for its turn as long as it takes, as jobs do; else the time of the call includes waiting. */
  readonly isPatient?: boolean;
  /** Longest time of one try where the configuration says nothing, milliseconds; `Infinity` leaves it to the signal. */
  readonly timeoutMs?: number;
  /** Handed to the outside system where the operation has a place for it. */
  readonly idempotencyKey?: string;
  /** Changes with whatever answers could depend on: only those of the same one are used again. Absent: nothing is kept. */
  readonly revision?: string;
  /** Where its time is noted. */
  readonly trace?: CallTrace;
  /** Told of each request to a model, before it is made and with what it has cost so far. */
  readonly noteModel?: (use: ModelUse) => void;
}

/** What a call did with a model so far. */
export interface ModelUse {
  readonly model: string;
  /** SHA-256 of the first request, hexadecimal. */
  readonly promptDigest: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

export interface OperationCall {
  readonly config: JsonValue;
  readonly operation: string;
  readonly arguments: JsonObject;
}

/** What came of a call; a failed one throws `IntegrationError`, a wrong one `RefusedError`. */
export interface CallResult {
  readonly value: JsonValue;
  /** HTTP status, where there is one. */
  readonly status: number | undefined;
  /** Requests made, retries included. */
  readonly attempts: number;
  readonly durationMs: number;
  /** Set when the call shared its request with others. */
  readonly batch: { readonly id: string; readonly size: number } | undefined;
}

export interface TestResult {
  readonly isReachable: boolean;
  readonly message: string;
  readonly durationMs: number;
}

export interface HiddenSecrets {
  readonly shown: JsonValue;
  readonly values: { readonly [place: string]: string };
}

/** The code for one kind of outside system; configuration and credential are checked JSON of that kind. */
export interface Connector {
  readonly kind: string;
  /** What it connects, in one sentence. */
  readonly description: string;
  /** JSON Schema of a configuration. */
  readonly configSchema: JsonObject;
  /** JSON Schema of a credential. */
  readonly credentialSchema: JsonObject;
  /** All that is wrong with a configuration; fields are relative to it. */
  checkConfig(config: JsonValue): readonly Problem[];
  /** All that is wrong with a credential; no message repeats any of it. */
  checkCredential(credential: JsonValue): readonly Problem[];
  /** Where the credential is sent; when that changes, it is another's. */
  destinationOf(config: JsonValue): string;
  /** A configuration as it may be shown, and the texts that are missing in it by their place. */
  hideSecrets(config: JsonValue): HiddenSecrets;
  /** Puts such texts back where they were. */
  showSecrets(config: JsonValue, values: HiddenSecrets['values']): JsonValue;
  /** Places where something is hidden. */
  hiddenPlaces(config: JsonValue): readonly string[];
  operations(config: JsonValue): readonly OperationDescription[];
  invoke(call: OperationCall, context: CallContext): Promise<CallResult>;
  /** Reaches out once; answers a failure instead of throwing it. */
  testConnection(config: JsonValue, context: CallContext): Promise<TestResult>;
  /** The configuration with what the system says of itself, such as its schema; undefined for a kind that asks nothing. */
  readonly discover: ((config: JsonValue, context: CallContext) => Promise<JsonValue>) | undefined;
  /** How people consent; undefined for a kind whose credentials need nobody. */
  readonly consent: ConsentFlow | undefined;
}

/** A connector in its own types. */
export interface ConnectorDefinition<Config, Credential> {
  readonly kind: string;
  readonly description: string;
  /** How secrets in a configuration are kept; absent where it has none. */
  readonly secrets?: SecretParts;
  /** Absent where no credential needs a person. */
  readonly consent?: ConsentFlow;
  readonly configSchema: z.ZodType<Config>;
  readonly credentialSchema: z.ZodType<Credential>;
  /** What is wrong with a configuration of the right shape; fields are relative to it. */
  problems?(config: Config): readonly Omit<Problem, 'code'>[];
  destinationOf(config: Config): string;
  operations(config: Config): readonly OperationDescription[];
  invoke(call: TypedCall<Config, Credential>, context: CallContext): Promise<CallResult>;
  testConnection(
    config: Config,
    credential: Credential | undefined,
    context: CallContext,
  ): Promise<TestResult>;
  /** What changes in the configuration by asking the system. */
  discover?(
    config: Config,
    credential: Credential | undefined,
    context: CallContext,
  ): Promise<JsonObject>;
}

/** What keeps secrets of a configuration apart from what is shown. */
export type SecretParts = Pick<Connector, 'hideSecrets' | 'showSecrets' | 'hiddenPlaces'>;

const noSecrets: SecretParts = {
  hideSecrets: (config) => ({ shown: config, values: {} }),
  showSecrets: (config) => config,
  hiddenPlaces: () => [],
};

export interface TypedCall<Config, Credential> {
  readonly config: Config;
  readonly credential: Credential | undefined;
  readonly operation: string;
  readonly arguments: JsonObject;
}

/** Wraps a typed connector: JSON is parsed here and nowhere else. */
export function defineConnector<Config extends object, Credential>(
  definition: ConnectorDefinition<Config, Credential>,
): Connector {
  const parsed = new WeakMap<object, Config>();

  // Workers keep the row of an integration, so equal objects come again and again.
  function configOf(config: JsonValue): Config {
    const known = typeof config === 'object' && config !== null ? parsed.get(config) : undefined;
    if (known !== undefined) return known;
    const value = parse(definition.configSchema, config, 'config');
    if (typeof config === 'object' && config !== null) parsed.set(config, value);
    return value;
  }

  function credentialOf(credential: JsonValue | undefined): Credential | undefined {
    return credential === undefined
      ? undefined
      : parse(definition.credentialSchema, credential, 'credential');
  }

  return {
    kind: definition.kind,
    description: definition.description,
    // Written when somebody asks: all kinds together take as long as the rest of a connector's start.
    get configSchema() {
      return jsonSchemaOf(definition.configSchema);
    },
    get credentialSchema() {
      return jsonSchemaOf(definition.credentialSchema);
    },
    checkConfig: (config) => configProblems(definition, config),
    checkCredential: (credential) => problemsOf(definition.credentialSchema.safeParse(credential)),
    destinationOf: (config) => definition.destinationOf(configOf(config)),
    ...(definition.secrets ?? noSecrets),
    operations: (config) => definition.operations(configOf(config)),
    async invoke(call, context) {
      const credential = credentialOf(context.credential);
      return await definition.invoke(
        { ...call, config: configOf(call.config), credential },
        context,
      );
    },
    async testConnection(config, context) {
      const startedAt = performance.now();
      try {
        return await definition.testConnection(
          configOf(config),
          credentialOf(context.credential),
          context,
        );
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        const durationMs = Math.round(performance.now() - startedAt);
        return { isReachable: false, message: error.message, durationMs };
      }
    },
    discover: discoveryOf(definition, { configOf, credentialOf }),
    consent: definition.consent,
  };
}

function configProblems<Config, Credential>(
  definition: ConnectorDefinition<Config, Credential>,
  config: JsonValue,
): readonly Problem[] {
  const parsed = definition.configSchema.safeParse(config);
  if (!parsed.success) return problemsOf(parsed);
  const found = definition.problems?.(parsed.data) ?? [];
  return found.map((problem) => ({ code: 'BAD_USER_INPUT', ...problem }));
}

interface Parsers<Config, Credential> {
  readonly configOf: (config: JsonValue) => Config;
  readonly credentialOf: (credential: JsonValue | undefined) => Credential | undefined;
}

function discoveryOf<Config, Credential>(
  definition: ConnectorDefinition<Config, Credential>,
  { configOf, credentialOf }: Parsers<Config, Credential>,
): Connector['discover'] {
  if (definition.discover === undefined) return undefined;
  return async (config, context) => {
    const credential = credentialOf(context.credential);
    const found = await definition.discover?.(configOf(config), credential, context);
    return isJsonObject(config) ? { ...config, ...found } : config;
  };
}

function parse<T>(schema: z.ZodType<T>, value: JsonValue, prefix: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new RefusedError('BAD_USER_INPUT', problemsOf(result, prefix));
}

function problemsOf(result: z.ZodSafeParseResult<unknown>, prefix?: string): Problem[] {
  if (result.success) return [];
  return result.error.issues.map((issue) => ({
    code: 'BAD_USER_INPUT',
    field: [...(prefix === undefined ? [] : [prefix]), ...issue.path].map(String).join('.'),
    message: issue.message,
  }));
}
