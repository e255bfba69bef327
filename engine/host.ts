import type { JsonObject, JsonValue } from '../kernel/json.ts';

/** Where in a job an effect happens: unique per execution of a task, equal on every replay. */
export interface EffectContext {
  /** Journal key, e.g. `/do/2/loop@3/do/0/post`: task pointer with iterations and attempts (`@n`). */
  readonly key: string;
  /** JSON pointer of the task in the definition, e.g. `/do/2/loop/do/0/post`. */
  readonly task: string;
  /** The key as the outside knows the effect: another one where a redrive makes it happen anew. */
  readonly outsideKey: string;
  /** Stable across replays of the same attempt. */
  readonly idempotencyKey: string;
  /** What outside systems take as idempotency key: also the same for tries that may repeat what an earlier one did. */
  readonly peerKey: string;
  /** True where a timeout of the author's rules: of the task, of what holds it or of an attempt. */
  readonly isTimed: boolean;
  /** Aborted when the job is cancelled, a timeout strikes or the worker loses its lease. */
  readonly signal: AbortSignal;
}

/**
 * One call that leaves the engine, with evaluated arguments. Kinds:
 * - `http`: `with` is an `HttpRequest`, the answer an `HttpAnswer`;
 * - `grpc`: `{uri, proto, service, method, arguments, idempotencyKey, authentication?}`, the answer is the message, or the list of a stream;
 * - `mcp`: `{server, method, parameters, protocolVersion?, client?}` to a program of the operator, the answer is its result;
 * - `asyncapi`: `{document, operation | channel, message, …}` is sent, the answer is null; `{subscription, …}` answers a list of
 *   messages, an empty one when `dueAt` has come, or null where the channel is not listened to yet and `document` is missing;
 * - `resource`: `{uri, authentication?}`, the answer `{content: string, contentType?: string}`;
 * - `authorization`: `{authentication}`, the answer `{scheme, parameter}` (only asked when an expression reads it);
 * - `integration`: `{integration, operation, arguments, cache?}`, the answer is the operation's result;
 * - `workflow`: `{namespace, name, version, input}`, starts a child that nobody waits for; the answer is ignored;
 * - `process`: `{container | script | shell, return}`, only where the operator allows it; the answer `{code, stdout, stderr}`.
 */
export interface CallRequest {
  readonly kind:
    | 'http'
    | 'grpc'
    | 'mcp'
    | 'asyncapi'
    | 'resource'
    | 'authorization'
    | 'integration'
    | 'workflow'
    | 'process';
  readonly with: JsonObject;
}

/** What `CallRequest.with` carries for kind `http`; everything is evaluated, the body is serialised. */
export type HttpRequest = {
  readonly method: string;
  /** Absolute, query included. */
  readonly uri: string;
  readonly headers: { readonly [name: string]: string };
  readonly body?: string;
  /** `follow`: at most 20 hops, credentials dropped across origins. `manual`: a 3xx is an answer. */
  readonly redirect: 'follow' | 'manual';
  readonly authentication?: Authentication;
};

/** What the host answers to kind `http`, whatever the status; no answer at all is a thrown `WorkflowError`. */
export type HttpAnswer = {
  readonly request: {
    readonly method: string;
    readonly uri: string;
    readonly headers: { readonly [name: string]: string };
  };
  readonly statusCode: number;
  readonly headers: { readonly [name: string]: string };
  readonly bodyBase64: string;
};

/** An authentication policy with names resolved, secrets filled in and expressions evaluated. */
export type Authentication =
  | { readonly scheme: 'basic' | 'digest'; readonly username: string; readonly password: string }
  | { readonly scheme: 'bearer'; readonly token: string }
  | { readonly scheme: 'oauth2' | 'oidc'; readonly properties: JsonObject };

/** A CloudEvent (CloudEvents 1.0, JSON format). */
export type CloudEvent = JsonObject & {
  readonly id: string;
  readonly source: string;
  readonly type: string;
};

/** A job stands still until this moment. */
export type TimerWait = {
  readonly kind: 'timer';
  readonly key: string;
  readonly task: string;
  readonly dueAt: number;
  /** The run's time when it was set. */
  readonly setAt: number;
  /** True when it ends something that takes too long: it begins anew when the job is redriven. */
  readonly isDeadline?: boolean;
};

/**
 * What is known beforehand of the events that a filter matches: values as text by their place in the event (`type`,
 * `data/order/id`). An event that differs in one of them cannot match; without any, every event may.
 */
export type EventHint = { readonly [place: string]: string };

/** What makes an event the one it is. */
export type EventRef = { readonly source: string; readonly id: string };

/** The n-th event (from 0) delivered to one listener; answered by a `CloudEvent`. */
export type EventWait = {
  readonly kind: 'event';
  readonly key: string;
  readonly task: string;
  /** Equal for all events of one execution of a listen task; the host keeps arrival order per listener. */
  readonly listener: string;
  readonly position: number;
  /** Events that match none of these (see `isCandidate`) need not be delivered; the engine matches exactly. */
  readonly hints: readonly EventHint[];
  /**
   * What the job had consumed when the task began to listen, the newest last: of the events that came before, these are
   * not for it. With `maxConsumed` of them, all that came before the first are not either. Absent: none.
   */
  readonly consumed?: readonly EventRef[];
  /** True when any event that matches ends the listening: no other is for it. */
  readonly isLast?: true;
};

/** How many consumed events a wait names. */
export const maxConsumed = 500;

/** A human decision; answered by an `ApprovalDecision`. */
export type ApprovalWait = {
  readonly kind: 'approval';
  readonly key: string;
  readonly task: string;
  readonly title: string;
  readonly description?: string;
  /** Ids of members and keys, and names of roles, one of which has to fit. Absent: not asked. */
  readonly approvers?: readonly string[];
  /** The role that whoever decides has to have. */
  readonly role?: string;
  /** True when nobody decides who has submitted the job. */
  readonly fourEyes?: true;
  /** How many have to approve. Absent: one. */
  readonly quorum?: number;
  readonly data?: JsonValue;
  /** Whoever may decide is reminded each time so many milliseconds have passed. */
  readonly remindEveryMs?: number;
  /** Who may decide, too, when nobody has for so many milliseconds. */
  readonly escalation?: { readonly afterMs: number; readonly approvers: readonly string[] };
  /** How long a decision can be taken back, milliseconds; the job goes on after that. */
  readonly undoMs?: number;
  /** JSON Schema of what whoever approves fills in. */
  readonly form?: JsonObject;
  /** Until when a decision counts, epoch milliseconds; the engine raises the timeout itself. */
  readonly dueAt?: number;
  /** The run's time when that was set. */
  readonly setAt?: number;
};

/** The end of a child workflow; answered by a `ChildOutcome`. */
export type ChildWait = {
  readonly kind: 'child';
  readonly key: string;
  readonly task: string;
  readonly workflow: {
    readonly namespace: string;
    readonly name: string;
    readonly version: string;
  };
  readonly input: JsonValue;
};

/** Somebody cancels the job: the run then undoes what it has done. It holds up nothing, and nobody is told that it is there. */
export type CancelWait = { readonly kind: 'cancel'; readonly key: string; readonly task: string };

/** What somebody outside has to answer. */
export type OutsideWait = EventWait | ApprovalWait | ChildWait | CancelWait;

/** Why a branch of a job stands still. */
export type Wait = TimerWait | Exclude<OutsideWait, CancelWait>;

/** Answer to an `ApprovalWait`; it becomes the output of the task as it is. */
export type ApprovalDecision = {
  readonly decision: 'approved' | 'rejected';
  readonly decidedBy?: string;
  /** Id of the member or key. */
  readonly decidedById?: string;
  readonly decidedAt?: string;
  readonly comment?: string;
  /** What was filled in, as the form of the question wants it. */
  readonly data?: JsonValue;
};

/** Answer to a `ChildWait`; `error` is a `WorkflowProblem`. */
export type ChildOutcome = { readonly output: JsonValue } | { readonly error: JsonObject };

/**
 * Everything the interpreter cannot compute by itself. Results are journaled by the interpreter, never by the host.
 * A method throws a `WorkflowError` for a failure that the definition may catch; any other error ends the run
 * without an outcome, and a later run starts again from the journal.
 */
export interface Host {
  /** Wall-clock time, milliseconds since the epoch. */
  now(): number;
  /** Resolves after `ms` or, early, when the signal aborts. Only asked for waits up to `limits.inlineWaitMs`. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  /** Performs an outside call. */
  call(request: CallRequest, effect: EffectContext): Promise<JsonValue>;
  /** The value of a YAML or JSON text from elsewhere, read within a budget; `configuration` when it is neither. */
  readDocument(text: string, effect: EffectContext): Promise<JsonValue>;
  /** Publishes an event of the definition's author (`emit`); the id is the same on every replay. */
  emit(event: CloudEvent, effect: EffectContext): Promise<void>;
  /** Value of a secret, or undefined when it does not exist or is not allowed. Never journaled. */
  secret(name: string): Promise<JsonValue | undefined>;
  /**
   * Makes a wait known outside (approval row, child job, subscription; once per key, asked again on every run)
   * and answers it if the answer is there already. Undefined parks the branch.
   */
  ask(wait: OutsideWait, effect: EffectContext): Promise<JsonValue | undefined>;
}
