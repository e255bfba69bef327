import type { JsonValue } from '../../../kernel/json.ts';
import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { Integration as IntegrationRow, ConnectLink as ConnectLinkRow, IntegrationCall as IntegrationCallRow } from '../../../prisma/_generated/client.ts';
import type { JobNode } from '../nodes.ts';
import type { SubgraphContext } from '../../server/context.ts';
export type Maybe<T> = T | null;
export type InputMaybe<T> = Maybe<T>;
export type Omit<T, K extends keyof T> = Pick<T, Exclude<keyof T, K>>;
export type RequireFields<T, K extends keyof T> = Omit<T, K> & { [P in K]-?: NonNullable<T[P]> };
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /** A point in time, RFC 3339 in UTC with milliseconds. */
  DateTime: { input: string; output: string; }
  /** Any JSON value. */
  JSON: { input: JsonValue; output: JsonValue; }
  _FieldSet: { input: unknown; output: unknown; }
};

/** Somebody goes on from a connect link. */
export type BeginConsentInput = {
  /** By what the browser is known, if it has opened the link before. */
  readonly browser?: InputMaybe<Scalars['String']['input']>;
  /** Where the authorization server sends it back to. */
  readonly redirectUri: Scalars['String']['input'];
  /** The secret of the link. */
  readonly secret: Scalars['String']['input'];
};

/** Where a browser is sent. */
export type BegunConsent = {
  readonly __typename?: 'BegunConsent';
  /** By what the browser is known from then on. */
  readonly browser: Scalars['String']['output'];
  /** Address of the authorization server, with the request. */
  readonly location: Scalars['String']['output'];
};

/** Whether calls to an outside system are paused. */
export type BreakerState =
  /** They are made. */
  | 'CLOSED'
  /** The pause is over: the next call, or one that is under way, finds out whether the system is back. */
  | 'HALF_OPEN'
  /** They are paused, as the system failed repeatedly. */
  | 'OPEN';

/** How the cache took part in calls. */
export type CacheUse = {
  readonly __typename?: 'CacheUse';
  /** Calls that used what was kept; nothing was sent. */
  readonly hits: Scalars['Int']['output'];
  /** Calls that the outside system answered, and that may have been kept. */
  readonly misses: Scalars['Int']['output'];
  /** Calls that used it as the outside system said that it is still good. */
  readonly revalidated: Scalars['Int']['output'];
  /** Calls that used it although it is old. */
  readonly stale: Scalars['Int']['output'];
};

/** How the cache took part in a call. */
export type CallCache =
  /** The call was not one for the cache. */
  | 'BYPASS'
  /** What was kept was used; nothing was sent. */
  | 'HIT'
  /** The outside system answered. */
  | 'MISS'
  /** The outside system said that what was kept is still good. */
  | 'REVALIDATED'
  /** What was kept was used although it is old, as the outside system allows; nothing was waited for, or nothing better was to be had. */
  | 'STALE';

/** How many calls failed in one way. */
export type CallFailureCount = {
  readonly __typename?: 'CallFailureCount';
  /** How many. */
  readonly count: Scalars['Int']['output'];
  /** The way. */
  readonly kind: CallFailureKind;
};

/** In which way calls failed. */
export type CallFailureKind =
  /** Another status from 400 to 499. */
  | 'CLIENT_ERROR'
  /** No answer, or one of a system that has no statuses. */
  | 'NO_STATUS'
  /** Status 429. */
  | 'RATE_LIMITED'
  /** A status of 500 and above. */
  | 'SERVER_ERROR'
  /** Whether the call took effect is not known. */
  | 'UNKNOWN'
  /** A status that says that it went well, with an answer that cannot be used. */
  | 'WRONG_ANSWER';

/** What became of a call. */
export type CallState =
  /** The outside system refused or could not be reached. */
  | 'FAILED'
  /** About to be made, or its worker died before the outcome was known. */
  | 'INTENDED'
  /** The outside system answered well. */
  | 'SUCCEEDED'
  /** The call may or may not have taken effect. */
  | 'UNKNOWN';

/** Time of a call by stage, milliseconds; null for a stage that it did not come to. */
export type CallTiming = {
  readonly __typename?: 'CallTiming';
  /** From sending until the answer began, connecting included. */
  readonly answerMs: Maybe<Scalars['Float']['output']>;
  /** Until it was read and handed on. */
  readonly bodyMs: Maybe<Scalars['Float']['output']>;
  /** Looking for an answer that is kept, waiting for an equal request of another process included. */
  readonly cacheMs: Maybe<Scalars['Float']['output']>;
  /** Waiting for the end of a pause. */
  readonly pauseMs: Maybe<Scalars['Float']['output']>;
  /** Waiting for a place among the requests in flight. */
  readonly placeMs: Maybe<Scalars['Float']['output']>;
  /** Waiting for the rate, and for what the system says is left of a quota. */
  readonly rateMs: Maybe<Scalars['Float']['output']>;
  /** Between tries. */
  readonly retryMs: Maybe<Scalars['Float']['output']>;
};

/** Whose kept answers to forget. */
export type ClearIntegrationCacheInput = {
  /** Id of the integration. */
  readonly id: Scalars['ID']['input'];
};

/** An address that a person is sent to for their consent, once. */
export type ConnectLink = {
  readonly __typename?: 'ConnectLink';
  /** When it was made. */
  readonly createdAt: Scalars['DateTime']['output'];
  /** Who made it, as `<kind>:<id>`. */
  readonly createdBy: Scalars['String']['output'];
  /** Until when it may be opened. */
  readonly expiresAt: Scalars['DateTime']['output'];
  /** Why the last try came to nothing. */
  readonly failure: Maybe<Scalars['String']['output']>;
  /** Opaque id. */
  readonly id: Scalars['ID']['output'];
  /** The integration that it connects. */
  readonly integration: Integration;
  /** What became of it. */
  readonly state: ConnectLinkState;
};

/** What became of a connect link. */
export type ConnectLinkState =
  /** The person has consented. */
  | 'CONNECTED'
  /** Nobody finished in time. */
  | 'EXPIRED'
  /** Nothing came of it. */
  | 'FAILED'
  /** Somebody has opened it and may finish in that browser. */
  | 'OPENED'
  /** It may be opened. */
  | 'PENDING';

/** What its holder sees. */
export type ConnectLinkView = {
  readonly __typename?: 'ConnectLinkView';
  /** Name of the integration. */
  readonly integration: Scalars['String']['output'];
};

/** What the person is told. */
export type ConsentOutcome =
  /** It is connected. */
  | 'CONNECTED'
  /** The person said no. */
  | 'DENIED'
  /** The authorization server gave nothing. */
  | 'FAILED'
  /** Link, browser or state is not good, or not any more. */
  | 'GONE';

/** Where the consent of a person stands. */
export type ConsentState =
  /** It stands: calls are made in that person's name. */
  | 'CONNECTED'
  /** The access token has ended, and no refresh token was given for another. */
  | 'EXPIRED'
  /** Nobody has consented yet, or the authorization server has ended it: send somebody a connect link. */
  | 'NEEDS_CONSENT';

/** A new connect link. */
export type CreateConnectLinkInput = {
  /** How long it may be opened, 60 to 604800 seconds. Default: 3600. */
  readonly expiresInSeconds?: InputMaybe<Scalars['Int']['input']>;
  /** Id of the integration; its credential is one of type authorizationCode. */
  readonly integrationId: Scalars['ID']['input'];
};

/** Answer to createConnectLink. */
export type CreateConnectLinkPayload = {
  readonly __typename?: 'CreateConnectLinkPayload';
  /** The link. */
  readonly connectLink: Maybe<ConnectLink>;
  /** Where to send the person, below the address of the gateway; told this once. */
  readonly path: Maybe<Scalars['String']['output']>;
  /** Why it was refused. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** A new integration. */
export type CreateIntegrationInput = {
  /** Configuration by kind, see docs/connectors.md. */
  readonly config: Scalars['JSON']['input'];
  /** Credential by kind; it is encrypted and can never be read back. */
  readonly credential?: InputMaybe<Scalars['JSON']['input']>;
  /** Kind of connector, one of `integrationKinds`. */
  readonly kind: Scalars['String']['input'];
  /** Its marks, at most 16. */
  readonly labels?: InputMaybe<ReadonlyArray<LabelInput>>;
  /** Name, unique in the tenant: letters, digits and dashes, 1 to 63 characters. */
  readonly name: Scalars['String']['input'];
};

/** What is known of a credential without its secret. */
export type CredentialStatus = {
  readonly __typename?: 'CredentialStatus';
  /** When it was given. */
  readonly connectedAt: Maybe<Scalars['DateTime']['output']>;
  /** Who made the link that consent was given by, as `<kind>:<id>`. */
  readonly connectedBy: Maybe<Scalars['String']['output']>;
  /** When the access token at hand is replaced or ends; null where that is not stated. */
  readonly expiresAt: Maybe<Scalars['DateTime']['output']>;
  /** True when there is a refresh token, so that access tokens are replaced by themselves. */
  readonly isRefreshable: Maybe<Scalars['Boolean']['output']>;
  /** True when one is set. */
  readonly isSet: Scalars['Boolean']['output'];
  /** Why the last refresh failed, or why the consent has ended; null when it went well. */
  readonly lastError: Maybe<Scalars['String']['output']>;
  /** When that was. */
  readonly lastErrorAt: Maybe<Scalars['DateTime']['output']>;
  /** When an access token was replaced last. */
  readonly refreshedAt: Maybe<Scalars['DateTime']['output']>;
  /** Scopes that were given. */
  readonly scopes: Maybe<ReadonlyArray<Scalars['String']['output']>>;
  /** Where the consent of a person stands; null, as all that follows, for a credential that needs nobody's. */
  readonly state: Maybe<ConsentState>;
  /** How many times it was set or consented to. */
  readonly version: Scalars['Int']['output'];
};

/** Which integration to delete. */
export type DeleteIntegrationInput = {
  /** Id of the integration. */
  readonly id: Scalars['ID']['input'];
};

/** Which integration to ask what it offers. */
export type DiscoverIntegrationInput = {
  /** Id of the integration. */
  readonly id: Scalars['ID']['input'];
};

/** Somebody is back from an authorization server. */
export type FinishConsentInput = {
  /** By what the browser is known. */
  readonly browser?: InputMaybe<Scalars['String']['input']>;
  /** The query that it came with. */
  readonly query: Scalars['String']['input'];
  /** Where it was sent back to. */
  readonly redirectUri: Scalars['String']['input'];
  /** The secret of the state. */
  readonly secret: Scalars['String']['input'];
};

/** A configured connection to an outside system. */
export type Integration = {
  readonly __typename?: 'Integration';
  /** Calls made through it, newest first. */
  readonly calls: IntegrationCallConnection;
  /** Configuration, without secrets: the values of fixed headers are `***`, and stay when they are written back so. */
  readonly config: Scalars['JSON']['output'];
  /** When it was created. */
  readonly createdAt: Scalars['DateTime']['output'];
  /** Whether a credential is set; it can never be read back. */
  readonly credential: CredentialStatus;
  /** How it has been of late, over all workers. */
  readonly health: IntegrationHealth;
  /** Opaque id. */
  readonly id: Scalars['ID']['output'];
  /** Kind of connector, one of `integrationKinds`. */
  readonly kind: Scalars['String']['output'];
  /** Its marks, by name. */
  readonly labels: ReadonlyArray<Label>;
  /** Name, unique in the tenant; definitions refer to it. */
  readonly name: Scalars['String']['output'];
  /** What can be called. */
  readonly operations: ReadonlyArray<IntegrationOperation>;
  /** When it was last changed. */
  readonly updatedAt: Scalars['DateTime']['output'];
};


/** A configured connection to an outside system. */
export type IntegrationCallsArgs = {
  after: InputMaybe<Scalars['String']['input']>;
  before: InputMaybe<Scalars['String']['input']>;
  first: InputMaybe<Scalars['Int']['input']>;
  last: InputMaybe<Scalars['Int']['input']>;
};

/** One use of an operation. */
export type IntegrationCall = {
  readonly __typename?: 'IntegrationCall';
  /** Requests made, retries included; a batch counts its request once for each member. */
  readonly attempts: Scalars['Int']['output'];
  /** Shared by all calls of one batch request. */
  readonly batchId: Maybe<Scalars['ID']['output']>;
  /** How many calls shared the request. */
  readonly batchSize: Maybe<Scalars['Int']['output']>;
  /** How the last try found the breaker; null where no request was to be made. */
  readonly breaker: Maybe<BreakerState>;
  /** How the cache took part; null for kinds of outside systems without one. */
  readonly cache: Maybe<CallCache>;
  /** How long it took, milliseconds. */
  readonly durationMs: Maybe<Scalars['Int']['output']>;
  /** Why it failed. */
  readonly error: Maybe<Scalars['String']['output']>;
  /** Opaque id. */
  readonly id: Scalars['ID']['output'];
  /** The integration. */
  readonly integration: Integration;
  /** Name of the operation. */
  readonly operation: Scalars['String']['output'];
  /** When it began. */
  readonly startedAt: Scalars['DateTime']['output'];
  /** What became of it. */
  readonly state: CallState;
  /** HTTP status of the answer, if there was one. */
  readonly status: Maybe<Scalars['Int']['output']>;
  /** JSON pointer of the task that made it. */
  readonly task: Maybe<Scalars['String']['output']>;
  /** Where the time went; null while it is under way. */
  readonly timing: Maybe<CallTiming>;
};

/** A page of calls. */
export type IntegrationCallConnection = {
  readonly __typename?: 'IntegrationCallConnection';
  /** The calls with their cursors. */
  readonly edges: ReadonlyArray<IntegrationCallEdge>;
  /** The calls alone. */
  readonly nodes: ReadonlyArray<IntegrationCall>;
  /** Where the page stands. */
  readonly pageInfo: PageInfo;
};

/** A call in a page. */
export type IntegrationCallEdge = {
  readonly __typename?: 'IntegrationCallEdge';
  /** Cursor for `after` and `before`. */
  readonly cursor: Scalars['String']['output'];
  /** The call. */
  readonly node: IntegrationCall;
};

/** A page of integrations. */
export type IntegrationConnection = {
  readonly __typename?: 'IntegrationConnection';
  /** The integrations with their cursors. */
  readonly edges: ReadonlyArray<IntegrationEdge>;
  /** The integrations alone. */
  readonly nodes: ReadonlyArray<Integration>;
  /** Where the page stands. */
  readonly pageInfo: PageInfo;
};

/** An integration in a page. */
export type IntegrationEdge = {
  readonly __typename?: 'IntegrationEdge';
  /** Cursor for `after` and `before`. */
  readonly cursor: Scalars['String']['output'];
  /** The integration. */
  readonly node: Integration;
};

/** How an integration has been, by the record of its calls. */
export type IntegrationHealth = {
  readonly __typename?: 'IntegrationHealth';
  /** Whether calls are paused; null where nobody knows: without Redis processes do not tell each other, and while it is away. */
  readonly breaker: Maybe<BreakerState>;
  /** How the cache took part in them. */
  readonly cache: CacheUse;
  /** How many calls. */
  readonly calls: Scalars['Int']['output'];
  /** Failed calls by kind, the most frequent first; kinds without any are left out. */
  readonly failures: ReadonlyArray<CallFailureCount>;
  /** False where more calls may have been made than are counted, which are the newest 1,000. */
  readonly isWhole: Scalars['Boolean']['output'];
  /** Half of the calls that were answered took no longer, milliseconds, with waiting and retries; null where none was. */
  readonly p50Ms: Maybe<Scalars['Int']['output']>;
  /** The same for 95 of 100. */
  readonly p95Ms: Maybe<Scalars['Int']['output']>;
  /** Requests a second that its configuration allows; null for any number. */
  readonly ratePerSecond: Maybe<Scalars['Float']['output']>;
  /** Calls that began since then are counted: an hour ago. */
  readonly since: Scalars['DateTime']['output'];
  /** How many went well. */
  readonly succeeded: Scalars['Int']['output'];
  /** How many have no outcome: under way, waiting for their turn, or lost with their worker. */
  readonly underWay: Scalars['Int']['output'];
};

/** A kind of outside system that can be connected. */
export type IntegrationKind = {
  readonly __typename?: 'IntegrationKind';
  /** JSON Schema of its configuration. */
  readonly config: Scalars['JSON']['output'];
  /** JSON Schema of its credential. */
  readonly credential: Scalars['JSON']['output'];
  /** What it connects. */
  readonly description: Scalars['String']['output'];
  /** True when discoverIntegration can ask such a system what it offers. */
  readonly isDiscoverable: Scalars['Boolean']['output'];
  /** Name, as createIntegration takes it. */
  readonly name: Scalars['String']['output'];
};

/** Something an integration can do. */
export type IntegrationOperation = {
  readonly __typename?: 'IntegrationOperation';
  /** JSON Schema of its arguments. */
  readonly arguments: Scalars['JSON']['output'];
  /** What it does. */
  readonly description: Maybe<Scalars['String']['output']>;
  /** True when several calls may share one request. */
  readonly isBatched: Scalars['Boolean']['output'];
  /** Name, unique in the integration. */
  readonly name: Scalars['String']['output'];
  /** JSON Schema of its answer, where it is known. */
  readonly result: Maybe<Scalars['JSON']['output']>;
};

/** Answer to a mutation of one integration. */
export type IntegrationPayload = {
  readonly __typename?: 'IntegrationPayload';
  /** The integration. */
  readonly integration: Maybe<Integration>;
  /** Why it was refused. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** A call outside a job. */
export type InvokeIntegrationInput = {
  /** Its arguments. */
  readonly arguments?: InputMaybe<Scalars['JSON']['input']>;
  /** Handed to the outside system where the operation supports it. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** Id of the integration. */
  readonly integrationId: Scalars['ID']['input'];
  /** Name of the operation. */
  readonly operation: Scalars['String']['input'];
};

/** Answer to invokeIntegration. */
export type InvokeIntegrationPayload = {
  readonly __typename?: 'InvokeIntegrationPayload';
  /** The call. */
  readonly call: Maybe<IntegrationCall>;
  /** What the outside system answered. */
  readonly result: Maybe<Scalars['JSON']['output']>;
  /** Why it was refused. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** One run of one version of an agent. */
export type Job = {
  readonly __typename?: 'Job';
  /** Opaque id. */
  readonly id: Scalars['ID']['output'];
  /** Calls to outside systems that the job made, in order. */
  readonly integrationCalls: IntegrationCallConnection;
};


/** One run of one version of an agent. */
export type JobIntegrationCallsArgs = {
  after: InputMaybe<Scalars['String']['input']>;
  before: InputMaybe<Scalars['String']['input']>;
  first: InputMaybe<Scalars['Int']['input']>;
  last: InputMaybe<Scalars['Int']['input']>;
};

/** A mark, by which roles of a tenant may be limited. */
export type Label = {
  readonly __typename?: 'Label';
  /** Its name. */
  readonly name: Scalars['String']['output'];
  /** What it says. */
  readonly value: Scalars['String']['output'];
};

/** A mark of an integration. */
export type LabelInput = {
  /** Its name: lower-case letters, digits, dots, dashes and underscores, 1 to 63 characters. */
  readonly name: Scalars['String']['input'];
  /** What it says, 1 to 63 characters. */
  readonly value: Scalars['String']['input'];
};

/** All marks of an integration. */
export type LabelIntegrationInput = {
  /** Id of the integration. */
  readonly id: Scalars['ID']['input'];
  /** They take the place of those there are; at most 16. */
  readonly labels: ReadonlyArray<LabelInput>;
};

export type Mutation = {
  readonly __typename?: 'Mutation';
  /** What the gateway asks for who goes on from a connect link; null for one that is not theirs. Nobody else may ask it. */
  readonly beginConsent: Maybe<BegunConsent>;
  /** Has what is kept of the answers of an integration forgotten: no later call uses it, in whichever process. */
  readonly clearIntegrationCache: IntegrationPayload;
  /** Makes an address to send a person to, who lets the integration act in their name (OAuth 2, authorization code). */
  readonly createConnectLink: CreateConnectLinkPayload;
  /** Connects an outside system. */
  readonly createIntegration: IntegrationPayload;
  /** Removes an integration and destroys its credentials; its calls stay on record. */
  readonly deleteIntegration: IntegrationPayload;
  /** Asks the system what it offers (schema, document, tools) and keeps that in the configuration. */
  readonly discoverIntegration: IntegrationPayload;
  /** What the gateway hands on of who is back from an authorization server; nobody else may ask it. */
  readonly finishConsent: ConsentOutcome;
  /** Calls an operation now. */
  readonly invokeIntegration: InvokeIntegrationPayload;
  /** Gives an integration other marks; who does has to be allowed to manage it before and after. */
  readonly labelIntegration: IntegrationPayload;
  /** Replaces the credential; a consent that the one before stood on is revoked. */
  readonly setCredential: IntegrationPayload;
  /** Reaches out to the system once. */
  readonly testIntegration: TestIntegrationPayload;
  /** Changes the configuration. */
  readonly updateIntegration: IntegrationPayload;
  /** What the gateway asks for who opened a connect link; null for one that is not good. Nobody else may ask it. */
  readonly viewConnectLink: Maybe<ConnectLinkView>;
};


export type MutationBeginConsentArgs = {
  input: BeginConsentInput;
};


export type MutationClearIntegrationCacheArgs = {
  input: ClearIntegrationCacheInput;
};


export type MutationCreateConnectLinkArgs = {
  input: CreateConnectLinkInput;
};


export type MutationCreateIntegrationArgs = {
  input: CreateIntegrationInput;
};


export type MutationDeleteIntegrationArgs = {
  input: DeleteIntegrationInput;
};


export type MutationDiscoverIntegrationArgs = {
  input: DiscoverIntegrationInput;
};


export type MutationFinishConsentArgs = {
  input: FinishConsentInput;
};


export type MutationInvokeIntegrationArgs = {
  input: InvokeIntegrationInput;
};


export type MutationLabelIntegrationArgs = {
  input: LabelIntegrationInput;
};


export type MutationSetCredentialArgs = {
  input: SetCredentialInput;
};


export type MutationTestIntegrationArgs = {
  input: TestIntegrationInput;
};


export type MutationUpdateIntegrationArgs = {
  input: UpdateIntegrationInput;
};


export type MutationViewConnectLinkArgs = {
  input: ViewConnectLinkInput;
};

/** Where a page stands in its connection, by the Relay specification. */
export type PageInfo = {
  readonly __typename?: 'PageInfo';
  /** Cursor of the last edge, null on an empty page. */
  readonly endCursor: Maybe<Scalars['String']['output']>;
  /** True when more follow. */
  readonly hasNextPage: Scalars['Boolean']['output'];
  /** True when some precede. */
  readonly hasPreviousPage: Scalars['Boolean']['output'];
  /** Cursor of the first edge, null on an empty page. */
  readonly startCursor: Maybe<Scalars['String']['output']>;
};

export type Query = {
  readonly __typename?: 'Query';
  /** A connect link by id; null when it does not exist. Needs INTEGRATIONS_MANAGE. */
  readonly connectLink: Maybe<ConnectLink>;
  /** An integration by id or name; null when it does not exist. */
  readonly integration: Maybe<Integration>;
  /** Kinds of integrations that there are. */
  readonly integrationKinds: ReadonlyArray<IntegrationKind>;
  /** Integrations, by name. */
  readonly integrations: IntegrationConnection;
};


export type QueryConnectLinkArgs = {
  id: Scalars['ID']['input'];
};


export type QueryIntegrationArgs = {
  id: InputMaybe<Scalars['ID']['input']>;
  name: InputMaybe<Scalars['String']['input']>;
};


export type QueryIntegrationsArgs = {
  after: InputMaybe<Scalars['String']['input']>;
  before: InputMaybe<Scalars['String']['input']>;
  first: InputMaybe<Scalars['Int']['input']>;
  last: InputMaybe<Scalars['Int']['input']>;
};

/** A new credential. */
export type SetCredentialInput = {
  /** Credential by kind; it is encrypted and can never be read back. */
  readonly credential: Scalars['JSON']['input'];
  /** Id of the integration. */
  readonly integrationId: Scalars['ID']['input'];
};

/** Which integration to test. */
export type TestIntegrationInput = {
  /** Id of the integration. */
  readonly id: Scalars['ID']['input'];
};

/** Answer to testIntegration. */
export type TestIntegrationPayload = {
  readonly __typename?: 'TestIntegrationPayload';
  /** How long it took, milliseconds. */
  readonly durationMs: Scalars['Int']['output'];
  /** True when the outside system answered. */
  readonly isReachable: Scalars['Boolean']['output'];
  /** What it answered, or why it did not. */
  readonly message: Scalars['String']['output'];
  /** Why it was refused. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** Changes to an integration. */
export type UpdateIntegrationInput = {
  /** The whole new configuration. */
  readonly config: Scalars['JSON']['input'];
  /** Id of the integration. */
  readonly id: Scalars['ID']['input'];
};

/** Why a mutation was refused. Nothing was changed. */
export type UserError = {
  readonly __typename?: 'UserError';
  /** Stable code, listed in docs/errors.md; business rules of an agent carry their own codes. */
  readonly code: Scalars['String']['output'];
  /** Path of the argument at fault, dots and indexes; empty for the request as a whole. */
  readonly field: Scalars['String']['output'];
  /** What is wrong and what to do. */
  readonly message: Scalars['String']['output'];
};

/** A connect link as its holder presents it. */
export type ViewConnectLinkInput = {
  /** The secret of the link. */
  readonly secret: Scalars['String']['input'];
};



export type ResolverTypeWrapper<T> = Promise<T> | T;

export type ReferenceResolver<TResult, TReference, TContext> = (
      reference: TReference,
      context: TContext,
      info: GraphQLResolveInfo
    ) => Promise<TResult> | TResult;

      type ScalarCheck<T, S> = S extends true ? T : NullableCheck<T, S>;
      type NullableCheck<T, S> = Maybe<T> extends T ? Maybe<ListCheck<NonNullable<T>, S>> : ListCheck<T, S>;
      type ListCheck<T, S> = T extends (infer U)[] ? NullableCheck<U, S>[] : GraphQLRecursivePick<T, S>;
      export type GraphQLRecursivePick<T, S> = { [K in keyof T & keyof S]: ScalarCheck<T[K], S[K]> };
    

export type ResolverWithResolve<TResult, TParent, TContext, TArgs> = {
  resolve: ResolverFn<TResult, TParent, TContext, TArgs>;
};
export type Resolver<TResult, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = ResolverFn<TResult, TParent, TContext, TArgs> | ResolverWithResolve<TResult, TParent, TContext, TArgs>;

export type ResolverFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => Promise<TResult> | TResult;

export type SubscriptionSubscribeFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => AsyncIterable<TResult> | Promise<AsyncIterable<TResult>>;

export type SubscriptionResolveFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

export interface SubscriptionSubscriberObject<TResult, TKey extends string, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<{ [key in TKey]: TResult }, TParent, TContext, TArgs>;
  resolve?: SubscriptionResolveFn<TResult, { [key in TKey]: TResult }, TContext, TArgs>;
}

export interface SubscriptionResolverObject<TResult, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<any, TParent, TContext, TArgs>;
  resolve: SubscriptionResolveFn<TResult, any, TContext, TArgs>;
}

export type SubscriptionObject<TResult, TKey extends string, TParent, TContext, TArgs> =
  | SubscriptionSubscriberObject<TResult, TKey, TParent, TContext, TArgs>
  | SubscriptionResolverObject<TResult, TParent, TContext, TArgs>;

export type SubscriptionResolver<TResult, TKey extends string, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> =
  | ((...args: any[]) => SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>)
  | SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>;

export type TypeResolveFn<TTypes, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (
  parent: TParent,
  context: TContext,
  info: GraphQLResolveInfo
) => Maybe<TTypes> | Promise<Maybe<TTypes>>;

export type IsTypeOfResolverFn<T = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (obj: T, context: TContext, info: GraphQLResolveInfo) => boolean | Promise<boolean>;

export type NextResolverFn<T> = () => Promise<T>;

export type DirectiveResolverFn<TResult = Record<PropertyKey, never>, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = (
  next: NextResolverFn<TResult>,
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

/** Mapping of federation types */
export type FederationTypes = {
  Integration: Integration;
  IntegrationCall: IntegrationCall;
  Job: Job;
};

/** Mapping of federation reference types */
export type FederationReferenceTypes = {
  Integration:
    ( { __typename: 'Integration' }
    & GraphQLRecursivePick<FederationTypes['Integration'], {"id":true}> );
  IntegrationCall:
    ( { __typename: 'IntegrationCall' }
    & GraphQLRecursivePick<FederationTypes['IntegrationCall'], {"id":true}> );
  Job:
    ( { __typename: 'Job' }
    & GraphQLRecursivePick<FederationTypes['Job'], {"id":true}> );
};



/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  BeginConsentInput: BeginConsentInput;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  BegunConsent: ResolverTypeWrapper<BegunConsent>;
  BreakerState: BreakerState;
  CacheUse: ResolverTypeWrapper<CacheUse>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  CallCache: CallCache;
  CallFailureCount: ResolverTypeWrapper<CallFailureCount>;
  CallFailureKind: CallFailureKind;
  CallState: CallState;
  CallTiming: ResolverTypeWrapper<CallTiming>;
  Float: ResolverTypeWrapper<Scalars['Float']['output']>;
  ClearIntegrationCacheInput: ClearIntegrationCacheInput;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  ConnectLink: ResolverTypeWrapper<ConnectLinkRow>;
  ConnectLinkState: ConnectLinkState;
  ConnectLinkView: ResolverTypeWrapper<ConnectLinkView>;
  ConsentOutcome: ConsentOutcome;
  ConsentState: ConsentState;
  CreateConnectLinkInput: CreateConnectLinkInput;
  CreateConnectLinkPayload: ResolverTypeWrapper<Omit<CreateConnectLinkPayload, 'connectLink'> & { connectLink?: Maybe<ResolversTypes['ConnectLink']> }>;
  CreateIntegrationInput: CreateIntegrationInput;
  CredentialStatus: ResolverTypeWrapper<CredentialStatus>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  DeleteIntegrationInput: DeleteIntegrationInput;
  DiscoverIntegrationInput: DiscoverIntegrationInput;
  FinishConsentInput: FinishConsentInput;
  Integration: ResolverTypeWrapper<IntegrationRow>;
  IntegrationCall: ResolverTypeWrapper<IntegrationCallRow>;
  IntegrationCallConnection: ResolverTypeWrapper<Omit<IntegrationCallConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversTypes['IntegrationCallEdge']>, nodes: ReadonlyArray<ResolversTypes['IntegrationCall']> }>;
  IntegrationCallEdge: ResolverTypeWrapper<Omit<IntegrationCallEdge, 'node'> & { node: ResolversTypes['IntegrationCall'] }>;
  IntegrationConnection: ResolverTypeWrapper<Omit<IntegrationConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversTypes['IntegrationEdge']>, nodes: ReadonlyArray<ResolversTypes['Integration']> }>;
  IntegrationEdge: ResolverTypeWrapper<Omit<IntegrationEdge, 'node'> & { node: ResolversTypes['Integration'] }>;
  IntegrationHealth: ResolverTypeWrapper<IntegrationHealth>;
  IntegrationKind: ResolverTypeWrapper<IntegrationKind>;
  IntegrationOperation: ResolverTypeWrapper<IntegrationOperation>;
  IntegrationPayload: ResolverTypeWrapper<Omit<IntegrationPayload, 'integration'> & { integration?: Maybe<ResolversTypes['Integration']> }>;
  InvokeIntegrationInput: InvokeIntegrationInput;
  InvokeIntegrationPayload: ResolverTypeWrapper<Omit<InvokeIntegrationPayload, 'call'> & { call?: Maybe<ResolversTypes['IntegrationCall']> }>;
  JSON: ResolverTypeWrapper<Scalars['JSON']['output']>;
  Job: ResolverTypeWrapper<JobNode>;
  Label: ResolverTypeWrapper<Label>;
  LabelInput: LabelInput;
  LabelIntegrationInput: LabelIntegrationInput;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  SetCredentialInput: SetCredentialInput;
  TestIntegrationInput: TestIntegrationInput;
  TestIntegrationPayload: ResolverTypeWrapper<TestIntegrationPayload>;
  UpdateIntegrationInput: UpdateIntegrationInput;
  UserError: ResolverTypeWrapper<UserError>;
  ViewConnectLinkInput: ViewConnectLinkInput;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  BeginConsentInput: BeginConsentInput;
  String: Scalars['String']['output'];
  BegunConsent: BegunConsent;
  CacheUse: CacheUse;
  Int: Scalars['Int']['output'];
  CallFailureCount: CallFailureCount;
  CallTiming: CallTiming;
  Float: Scalars['Float']['output'];
  ClearIntegrationCacheInput: ClearIntegrationCacheInput;
  ID: Scalars['ID']['output'];
  ConnectLink: ConnectLinkRow;
  ConnectLinkView: ConnectLinkView;
  CreateConnectLinkInput: CreateConnectLinkInput;
  CreateConnectLinkPayload: Omit<CreateConnectLinkPayload, 'connectLink'> & { connectLink?: Maybe<ResolversParentTypes['ConnectLink']> };
  CreateIntegrationInput: CreateIntegrationInput;
  CredentialStatus: CredentialStatus;
  Boolean: Scalars['Boolean']['output'];
  DateTime: Scalars['DateTime']['output'];
  DeleteIntegrationInput: DeleteIntegrationInput;
  DiscoverIntegrationInput: DiscoverIntegrationInput;
  FinishConsentInput: FinishConsentInput;
  Integration: IntegrationRow;
  IntegrationCall: IntegrationCallRow;
  IntegrationCallConnection: Omit<IntegrationCallConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversParentTypes['IntegrationCallEdge']>, nodes: ReadonlyArray<ResolversParentTypes['IntegrationCall']> };
  IntegrationCallEdge: Omit<IntegrationCallEdge, 'node'> & { node: ResolversParentTypes['IntegrationCall'] };
  IntegrationConnection: Omit<IntegrationConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversParentTypes['IntegrationEdge']>, nodes: ReadonlyArray<ResolversParentTypes['Integration']> };
  IntegrationEdge: Omit<IntegrationEdge, 'node'> & { node: ResolversParentTypes['Integration'] };
  IntegrationHealth: IntegrationHealth;
  IntegrationKind: IntegrationKind;
  IntegrationOperation: IntegrationOperation;
  IntegrationPayload: Omit<IntegrationPayload, 'integration'> & { integration?: Maybe<ResolversParentTypes['Integration']> };
  InvokeIntegrationInput: InvokeIntegrationInput;
  InvokeIntegrationPayload: Omit<InvokeIntegrationPayload, 'call'> & { call?: Maybe<ResolversParentTypes['IntegrationCall']> };
  JSON: Scalars['JSON']['output'];
  Job: JobNode;
  Label: Label;
  LabelInput: LabelInput;
  LabelIntegrationInput: LabelIntegrationInput;
  Mutation: Record<PropertyKey, never>;
  PageInfo: PageInfo;
  Query: Record<PropertyKey, never>;
  SetCredentialInput: SetCredentialInput;
  TestIntegrationInput: TestIntegrationInput;
  TestIntegrationPayload: TestIntegrationPayload;
  UpdateIntegrationInput: UpdateIntegrationInput;
  UserError: UserError;
  ViewConnectLinkInput: ViewConnectLinkInput;
};

export type BegunConsentResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['BegunConsent'] = ResolversParentTypes['BegunConsent']> = {
  browser?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  location?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type CacheUseResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['CacheUse'] = ResolversParentTypes['CacheUse']> = {
  hits?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  misses?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  revalidated?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  stale?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type CallFailureCountResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['CallFailureCount'] = ResolversParentTypes['CallFailureCount']> = {
  count?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['CallFailureKind'], ParentType, ContextType>;
};

export type CallTimingResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['CallTiming'] = ResolversParentTypes['CallTiming']> = {
  answerMs?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  bodyMs?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  cacheMs?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  pauseMs?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  placeMs?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  rateMs?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  retryMs?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
};

export type ConnectLinkResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['ConnectLink'] = ResolversParentTypes['ConnectLink']> = {
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  createdBy?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  expiresAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  failure?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  integration?: Resolver<ResolversTypes['Integration'], ParentType, ContextType>;
  state?: Resolver<ResolversTypes['ConnectLinkState'], ParentType, ContextType>;
};

export type ConnectLinkViewResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['ConnectLinkView'] = ResolversParentTypes['ConnectLinkView']> = {
  integration?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type CreateConnectLinkPayloadResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['CreateConnectLinkPayload'] = ResolversParentTypes['CreateConnectLinkPayload']> = {
  connectLink?: Resolver<Maybe<ResolversTypes['ConnectLink']>, ParentType, ContextType>;
  path?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type CredentialStatusResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['CredentialStatus'] = ResolversParentTypes['CredentialStatus']> = {
  connectedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  connectedBy?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  expiresAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  isRefreshable?: Resolver<Maybe<ResolversTypes['Boolean']>, ParentType, ContextType>;
  isSet?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  lastError?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  lastErrorAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  refreshedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  scopes?: Resolver<Maybe<ReadonlyArray<ResolversTypes['String']>>, ParentType, ContextType>;
  state?: Resolver<Maybe<ResolversTypes['ConsentState']>, ParentType, ContextType>;
  version?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export type IntegrationResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['Integration'] = ResolversParentTypes['Integration'], FederationReferenceType extends FederationReferenceTypes['Integration'] = FederationReferenceTypes['Integration']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Integration']> | FederationReferenceType, FederationReferenceType, ContextType>;
  calls?: Resolver<ResolversTypes['IntegrationCallConnection'], ParentType, ContextType, Partial<IntegrationCallsArgs>>;
  config?: Resolver<ResolversTypes['JSON'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  credential?: Resolver<ResolversTypes['CredentialStatus'], ParentType, ContextType>;
  health?: Resolver<ResolversTypes['IntegrationHealth'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  labels?: Resolver<ReadonlyArray<ResolversTypes['Label']>, ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  operations?: Resolver<ReadonlyArray<ResolversTypes['IntegrationOperation']>, ParentType, ContextType>;
  updatedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type IntegrationCallResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['IntegrationCall'] = ResolversParentTypes['IntegrationCall'], FederationReferenceType extends FederationReferenceTypes['IntegrationCall'] = FederationReferenceTypes['IntegrationCall']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['IntegrationCall']> | FederationReferenceType, FederationReferenceType, ContextType>;
  attempts?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  batchId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  batchSize?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  breaker?: Resolver<Maybe<ResolversTypes['BreakerState']>, ParentType, ContextType>;
  cache?: Resolver<Maybe<ResolversTypes['CallCache']>, ParentType, ContextType>;
  durationMs?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  error?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  integration?: Resolver<ResolversTypes['Integration'], ParentType, ContextType>;
  operation?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  startedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  state?: Resolver<ResolversTypes['CallState'], ParentType, ContextType>;
  status?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  task?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  timing?: Resolver<Maybe<ResolversTypes['CallTiming']>, ParentType, ContextType>;
};

export type IntegrationCallConnectionResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['IntegrationCallConnection'] = ResolversParentTypes['IntegrationCallConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['IntegrationCallEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['IntegrationCall']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type IntegrationCallEdgeResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['IntegrationCallEdge'] = ResolversParentTypes['IntegrationCallEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['IntegrationCall'], ParentType, ContextType>;
};

export type IntegrationConnectionResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['IntegrationConnection'] = ResolversParentTypes['IntegrationConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['IntegrationEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Integration']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type IntegrationEdgeResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['IntegrationEdge'] = ResolversParentTypes['IntegrationEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Integration'], ParentType, ContextType>;
};

export type IntegrationHealthResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['IntegrationHealth'] = ResolversParentTypes['IntegrationHealth']> = {
  breaker?: Resolver<Maybe<ResolversTypes['BreakerState']>, ParentType, ContextType>;
  cache?: Resolver<ResolversTypes['CacheUse'], ParentType, ContextType>;
  calls?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  failures?: Resolver<ReadonlyArray<ResolversTypes['CallFailureCount']>, ParentType, ContextType>;
  isWhole?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  p50Ms?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  p95Ms?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  ratePerSecond?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  since?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  succeeded?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  underWay?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type IntegrationKindResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['IntegrationKind'] = ResolversParentTypes['IntegrationKind']> = {
  config?: Resolver<ResolversTypes['JSON'], ParentType, ContextType>;
  credential?: Resolver<ResolversTypes['JSON'], ParentType, ContextType>;
  description?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  isDiscoverable?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type IntegrationOperationResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['IntegrationOperation'] = ResolversParentTypes['IntegrationOperation']> = {
  arguments?: Resolver<ResolversTypes['JSON'], ParentType, ContextType>;
  description?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  isBatched?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  result?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType>;
};

export type IntegrationPayloadResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['IntegrationPayload'] = ResolversParentTypes['IntegrationPayload']> = {
  integration?: Resolver<Maybe<ResolversTypes['Integration']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type InvokeIntegrationPayloadResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['InvokeIntegrationPayload'] = ResolversParentTypes['InvokeIntegrationPayload']> = {
  call?: Resolver<Maybe<ResolversTypes['IntegrationCall']>, ParentType, ContextType>;
  result?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export interface JsonScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['JSON'], any> {
  name: 'JSON';
}

export type JobResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['Job'] = ResolversParentTypes['Job'], FederationReferenceType extends FederationReferenceTypes['Job'] = FederationReferenceTypes['Job']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Job']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  integrationCalls?: Resolver<ResolversTypes['IntegrationCallConnection'], ParentType, ContextType, Partial<JobIntegrationCallsArgs>>;
};

export type LabelResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['Label'] = ResolversParentTypes['Label']> = {
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  value?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type MutationResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  beginConsent?: Resolver<Maybe<ResolversTypes['BegunConsent']>, ParentType, ContextType, RequireFields<MutationBeginConsentArgs, 'input'>>;
  clearIntegrationCache?: Resolver<ResolversTypes['IntegrationPayload'], ParentType, ContextType, RequireFields<MutationClearIntegrationCacheArgs, 'input'>>;
  createConnectLink?: Resolver<ResolversTypes['CreateConnectLinkPayload'], ParentType, ContextType, RequireFields<MutationCreateConnectLinkArgs, 'input'>>;
  createIntegration?: Resolver<ResolversTypes['IntegrationPayload'], ParentType, ContextType, RequireFields<MutationCreateIntegrationArgs, 'input'>>;
  deleteIntegration?: Resolver<ResolversTypes['IntegrationPayload'], ParentType, ContextType, RequireFields<MutationDeleteIntegrationArgs, 'input'>>;
  discoverIntegration?: Resolver<ResolversTypes['IntegrationPayload'], ParentType, ContextType, RequireFields<MutationDiscoverIntegrationArgs, 'input'>>;
  finishConsent?: Resolver<ResolversTypes['ConsentOutcome'], ParentType, ContextType, RequireFields<MutationFinishConsentArgs, 'input'>>;
  invokeIntegration?: Resolver<ResolversTypes['InvokeIntegrationPayload'], ParentType, ContextType, RequireFields<MutationInvokeIntegrationArgs, 'input'>>;
  labelIntegration?: Resolver<ResolversTypes['IntegrationPayload'], ParentType, ContextType, RequireFields<MutationLabelIntegrationArgs, 'input'>>;
  setCredential?: Resolver<ResolversTypes['IntegrationPayload'], ParentType, ContextType, RequireFields<MutationSetCredentialArgs, 'input'>>;
  testIntegration?: Resolver<ResolversTypes['TestIntegrationPayload'], ParentType, ContextType, RequireFields<MutationTestIntegrationArgs, 'input'>>;
  updateIntegration?: Resolver<ResolversTypes['IntegrationPayload'], ParentType, ContextType, RequireFields<MutationUpdateIntegrationArgs, 'input'>>;
  viewConnectLink?: Resolver<Maybe<ResolversTypes['ConnectLinkView']>, ParentType, ContextType, RequireFields<MutationViewConnectLinkArgs, 'input'>>;
};

export type PageInfoResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type QueryResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  connectLink?: Resolver<Maybe<ResolversTypes['ConnectLink']>, ParentType, ContextType, RequireFields<QueryConnectLinkArgs, 'id'>>;
  integration?: Resolver<Maybe<ResolversTypes['Integration']>, ParentType, ContextType, Partial<QueryIntegrationArgs>>;
  integrationKinds?: Resolver<ReadonlyArray<ResolversTypes['IntegrationKind']>, ParentType, ContextType>;
  integrations?: Resolver<ResolversTypes['IntegrationConnection'], ParentType, ContextType, Partial<QueryIntegrationsArgs>>;
};

export type TestIntegrationPayloadResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['TestIntegrationPayload'] = ResolversParentTypes['TestIntegrationPayload']> = {
  durationMs?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  isReachable?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type UserErrorResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['UserError'] = ResolversParentTypes['UserError']> = {
  code?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  field?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type Resolvers<ContextType = SubgraphContext> = {
  BegunConsent?: BegunConsentResolvers<ContextType>;
  CacheUse?: CacheUseResolvers<ContextType>;
  CallFailureCount?: CallFailureCountResolvers<ContextType>;
  CallTiming?: CallTimingResolvers<ContextType>;
  ConnectLink?: ConnectLinkResolvers<ContextType>;
  ConnectLinkView?: ConnectLinkViewResolvers<ContextType>;
  CreateConnectLinkPayload?: CreateConnectLinkPayloadResolvers<ContextType>;
  CredentialStatus?: CredentialStatusResolvers<ContextType>;
  DateTime?: GraphQLScalarType;
  Integration?: IntegrationResolvers<ContextType>;
  IntegrationCall?: IntegrationCallResolvers<ContextType>;
  IntegrationCallConnection?: IntegrationCallConnectionResolvers<ContextType>;
  IntegrationCallEdge?: IntegrationCallEdgeResolvers<ContextType>;
  IntegrationConnection?: IntegrationConnectionResolvers<ContextType>;
  IntegrationEdge?: IntegrationEdgeResolvers<ContextType>;
  IntegrationHealth?: IntegrationHealthResolvers<ContextType>;
  IntegrationKind?: IntegrationKindResolvers<ContextType>;
  IntegrationOperation?: IntegrationOperationResolvers<ContextType>;
  IntegrationPayload?: IntegrationPayloadResolvers<ContextType>;
  InvokeIntegrationPayload?: InvokeIntegrationPayloadResolvers<ContextType>;
  JSON?: GraphQLScalarType;
  Job?: JobResolvers<ContextType>;
  Label?: LabelResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  TestIntegrationPayload?: TestIntegrationPayloadResolvers<ContextType>;
  UserError?: UserErrorResolvers<ContextType>;
};

