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

/** Writes the request that an operation of a document means; refuses with `BAD_USER_INPUT`. */
export type WriteOpenApiRequest = (call: OpenApiCall) => OpenApiRequest;
