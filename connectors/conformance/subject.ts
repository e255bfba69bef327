import type { JsonObject, JsonValue } from '../../kernel/json.ts';

/** Where a peer, or what stands before it, listens. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

export interface SubjectCall {
  readonly operation: string;
  readonly arguments: JsonObject;
}

/** A real system that a connector is tried on, with what the kit has to know of it. */
export interface Subject extends AsyncDisposable {
  readonly kind: string;
  readonly endpoint: Endpoint;
  /** A configuration that leads to the endpoint; `limits` is put in by the kit. */
  configFor(endpoint: Endpoint): JsonObject;
  readonly credential: JsonValue;
  /** One that the system refuses. */
  readonly wrongCredential: JsonValue;
  /** Texts of both credentials that nothing may repeat. */
  readonly secrets: readonly string[];
  /** Reads, in the same way each time. */
  readonly reading: SubjectCall & { readonly value: JsonValue };
  /** Changes something, where the kind can; the peer has acted once it has got the text. */
  readonly writing?: SubjectCall & { readonly actsOn: string };
  /** A configuration that says only where to ask what the system offers, for kinds that ask. */
  readonly discovery?: {
    configFor(endpoint: Endpoint): JsonObject;
    /** What the reading answers then. @default that of the reading */
    readonly value?: JsonValue;
    /** `host:port` of what else is asked. */
    readonly allow?: readonly string[];
  };
  /** Arguments of the reading that are refused, by the field that the refusal names. */
  readonly badArguments: Readonly<Record<string, JsonObject>>;
  /** Changes to a good configuration, by the field that the refusal names. */
  readonly badConfigs: Readonly<Record<string, JsonObject>>;
  /** False where answers are of a few bytes by the nature of the kind. @default true */
  readonly hasLargeAnswers?: boolean;
}
