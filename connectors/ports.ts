import type { JsonObject, JsonValue } from '../kernel/json.ts';

/** A way in which a value does not fit. */
export interface SchemaFault {
  /** JSON pointer into the value. */
  readonly path: string;
  readonly message: string;
}

/** Compiles a JSON Schema (2020-12) to a check whose steps are bounded; throws TypeError for what is no schema. */
export type CompileSchema = (schema: JsonValue) => (value: JsonValue) => readonly SchemaFault[];

export interface OpenApiCall {
  readonly document: JsonObject;
  /** Where the document comes from: relative servers start there. */
  readonly documentUri: string;
  readonly operationId: string;
  readonly parameters: JsonObject;
}

export interface OpenApiRequest {
  readonly method: string;
  readonly uri: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** An operation with all that its path item and its document say about it. */
export interface OpenApiOperation {
  readonly parameters: readonly JsonObject[];
  readonly requestBody: JsonObject | undefined;
  readonly consumes: readonly string[];
  readonly servers: readonly JsonValue[];
}

/** What is known of OpenAPI and Swagger documents; each refuses with `BAD_USER_INPUT` what a document does not allow. */
export interface OpenApiReader {
  /** The request that an operation means. */
  writeRequest(call: OpenApiCall): OpenApiRequest;
  findOperation(document: JsonObject, operationId: string): OpenApiOperation;
  /** Follows references within the document; what they do not lead to is an empty object. */
  resolve(document: JsonObject, value: JsonValue | undefined): JsonObject;
  /** Where operations are served, without a slash at the end; the nearest list of servers counts. */
  serverOf(document: JsonObject, servers: readonly JsonValue[], documentUri: string): string;
}

/** An access token, and when to have another, milliseconds since 1970. */
export interface FetchedToken {
  readonly value: string;
  /** `Infinity` for one whose end is not stated: it is good until it is refused. */
  readonly expiresAt: number;
  /** Takes the place of the one that it was fetched with. */
  readonly refreshToken?: string | undefined;
  /** What it is good for, where that is told. */
  readonly scopes?: readonly string[] | undefined;
}

/** Whose token, by which version of its credential. */
export interface TokenKey {
  readonly tenantId: string;
  readonly integrationId: string;
  /** For messages. */
  readonly integrationName?: string;
  readonly credentialVersion: number;
  /** One that the peer has refused: any other will do. */
  readonly refused?: string | undefined;
}

/** How a token is asked for, and until when somebody waits for it. */
export interface TokenWish {
  /** `refreshToken` comes with a wish for a token that somebody consented to. */
  readonly fetch: (refreshToken?: string) => Promise<FetchedToken>;
  /** True for a token that stands on a person's consent: without that nothing is fetched. @default false */
  readonly isConsented?: boolean;
  readonly signal: AbortSignal;
}

/** Keeps access tokens for all processes together: of those that need one at the same time, one fetches it. */
export interface TokenStore {
  /** Throws what `fetch` throws, or what it threw a moment ago, wherever that was. */
  get(key: TokenKey, wish: TokenWish): Promise<string>;
}
