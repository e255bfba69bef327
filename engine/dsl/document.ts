import type { JsonObject, JsonValue } from '../../kernel/json.ts';

/**
 * The shapes of a document that has passed the official schema. They are views on plain JSON: nothing is
 * copied or normalised, so `$workflow.definition` and `$task.definition` are what the author wrote.
 */
export type WorkflowDocument = JsonObject & {
  readonly document: DocumentHead;
  readonly input?: InputModel;
  readonly use?: Use;
  readonly do: TaskList;
  readonly timeout?: TimeoutModel | string;
  readonly output?: OutputModel;
  readonly schedule?: ScheduleModel;
  readonly evaluate?: { readonly language?: string; readonly mode?: 'strict' | 'loose' };
};

export type DocumentHead = {
  readonly dsl: string;
  readonly namespace: string;
  readonly name: string;
  readonly version: string;
  readonly title?: string;
  readonly summary?: string;
  readonly tags?: JsonObject;
  readonly metadata?: JsonObject;
};

export type Use = {
  readonly authentications?: { readonly [name: string]: AuthenticationModel };
  readonly catalogs?: { readonly [name: string]: { readonly endpoint: EndpointModel } };
  readonly errors?: { readonly [name: string]: ErrorModel };
  readonly extensions?: readonly { readonly [name: string]: ExtensionModel }[];
  readonly functions?: { readonly [name: string]: Task };
  readonly retries?: { readonly [name: string]: RetryModel };
  readonly secrets?: readonly string[];
  readonly timeouts?: { readonly [name: string]: TimeoutModel };
};

/** A list of one-key objects: name → task. */
export type TaskList = readonly { readonly [name: string]: Task }[];

export type InputModel = { readonly schema?: SchemaModel; readonly from?: string | JsonObject };
export type OutputModel = { readonly schema?: SchemaModel; readonly as?: string | JsonObject };
export type SchemaModel = {
  readonly format?: string;
  readonly document?: JsonValue;
  readonly resource?: ResourceModel;
};
export type ResourceModel = { readonly name?: string; readonly endpoint: EndpointModel };
export type EndpointModel =
  string | { readonly uri: string; readonly authentication?: AuthenticationModel };
export type AuthenticationModel = { readonly [scheme: string]: JsonValue };
export type DurationModel = string | DurationParts;
export type DurationParts = {
  readonly days?: number;
  readonly hours?: number;
  readonly minutes?: number;
  readonly seconds?: number;
  readonly milliseconds?: number;
};
export type TimeoutModel = { readonly after: DurationModel };
export type ErrorModel = {
  readonly type: string;
  readonly status: number;
  readonly instance?: string;
  readonly title?: string;
  readonly detail?: string;
};
export type RetryModel = {
  readonly when?: string;
  readonly exceptWhen?: string;
  readonly delay?: DurationModel;
  readonly backoff?: {
    readonly constant?: JsonObject;
    readonly linear?: JsonObject;
    readonly exponential?: JsonObject;
  };
  readonly jitter?: { readonly from: DurationModel; readonly to: DurationModel };
  readonly limit?: {
    readonly attempt?: { readonly count?: number; readonly duration?: DurationModel };
    readonly duration?: DurationModel;
  };
};
export type ExtensionModel = {
  readonly extend: string;
  readonly when?: string;
  readonly before?: TaskList;
  readonly after?: TaskList;
};

export type EventFilterModel = {
  readonly with: JsonObject;
  readonly correlate?: {
    readonly [key: string]: { readonly from: string; readonly expect?: string };
  };
};
export type StrategyModel = {
  readonly all?: readonly EventFilterModel[];
  readonly any?: readonly EventFilterModel[];
  readonly one?: EventFilterModel;
  readonly until?: string | StrategyModel;
};
export type ReadMode = 'data' | 'envelope' | 'raw';
export type IteratorModel = {
  readonly item?: string;
  readonly at?: string;
  readonly do?: TaskList;
  readonly output?: OutputModel;
  readonly export?: OutputModel;
};
export type ScheduleModel = {
  readonly every?: DurationModel;
  readonly cron?: string;
  readonly after?: DurationModel;
  readonly on?: StrategyModel;
  readonly read?: ReadMode;
};

/** What every task may carry. */
export type TaskBase = {
  readonly if?: string;
  readonly input?: InputModel;
  readonly output?: OutputModel;
  readonly export?: OutputModel;
  readonly timeout?: TimeoutModel | string;
  readonly then?: string;
  readonly metadata?: JsonObject;
};

export type CallTask = TaskBase & { readonly call: string; readonly with?: JsonObject };
/** What `call: asyncapi` listens to. */
export type SubscriptionModel = {
  readonly filter?: string;
  readonly consume: {
    readonly amount?: number;
    readonly while?: string;
    readonly until?: string;
    readonly for?: DurationModel;
  };
  readonly foreach?: IteratorModel;
};
export type DoTask = TaskBase & { readonly do: TaskList };
export type EmitTask = TaskBase & {
  readonly emit: { readonly event: { readonly with?: JsonObject } };
};
export type ForTask = TaskBase & {
  readonly for: {
    readonly each?: string;
    readonly in: string | readonly JsonValue[];
    readonly at?: string;
  };
  readonly while?: string;
  readonly do: TaskList;
};
export type ForkTask = TaskBase & {
  readonly fork: { readonly branches: TaskList; readonly compete?: boolean };
};
export type ListenTask = TaskBase & {
  readonly listen: { readonly to: StrategyModel; readonly read?: ReadMode };
  readonly foreach?: IteratorModel;
};
export type RaiseTask = TaskBase & { readonly raise: { readonly error: ErrorModel | string } };
export type RunTask = TaskBase & { readonly run: RunModel };
export type RunModel = {
  readonly await?: boolean;
  readonly return?: 'stdout' | 'stderr' | 'code' | 'all' | 'none';
  readonly container?: JsonObject;
  readonly script?: JsonObject;
  readonly shell?: JsonObject;
  readonly workflow?: {
    readonly namespace: string;
    readonly name: string;
    readonly version: string;
    readonly input?: JsonObject;
  };
};
export type SetTask = TaskBase & { readonly set: JsonObject | string };
export type SwitchTask = TaskBase & {
  readonly switch: readonly {
    readonly [name: string]: { readonly when?: string; readonly then: string };
  }[];
};
export type TryTask = TaskBase & { readonly try: TaskList; readonly catch: CatchModel };
export type CatchModel = {
  readonly errors?: { readonly with?: ErrorFilterModel };
  readonly as?: string;
  readonly when?: string;
  readonly exceptWhen?: string;
  readonly retry?: RetryModel | string;
  readonly do?: TaskList;
  readonly then?: string;
};
export type ErrorFilterModel = {
  readonly type?: string;
  readonly status?: number;
  readonly instance?: string;
  readonly title?: string;
  readonly detail?: string;
  /** Spelling of an earlier revision. */
  readonly details?: string;
};
export type WaitTask = TaskBase & { readonly wait: DurationModel };

export type Task =
  | CallTask
  | DoTask
  | EmitTask
  | ForTask
  | ForkTask
  | ListenTask
  | RaiseTask
  | RunTask
  | SetTask
  | SwitchTask
  | TryTask
  | WaitTask;

/** The keys by which a task's kind is told; `for` before `do`, as a `for` has both. */
export const taskKinds = [
  'call',
  'emit',
  'for',
  'fork',
  'listen',
  'raise',
  'run',
  'set',
  'switch',
  'try',
  'wait',
  'do',
] as const;

export type TaskKind = (typeof taskKinds)[number];

/** The calls that the DSL itself knows, in the order of its schema; every other one is of a function. */
export const builtInCalls = ['asyncapi', 'grpc', 'http', 'openapi', 'a2a', 'mcp'] as const;

/** Kind of a task, undefined when no kind key is there. */
export function kindOf(task: object): TaskKind | undefined {
  return taskKinds.find((kind) => Object.hasOwn(task, kind));
}

/** Name and task of one item of a task list. */
export function entryOf<T>(item: Readonly<Record<string, T>>): {
  readonly name: string;
  readonly value: T;
} {
  for (const [name, value] of Object.entries(item)) return { name, value };
  throw new TypeError('an item of a task list has exactly one key');
}

/** A document the schema has accepted has this shape: the one place where checked JSON becomes typed. */
export function asWorkflowDocument(checked: JsonObject): WorkflowDocument {
  return checked as WorkflowDocument;
}

/** What a call of AsyncAPI listens to; undefined for one that sends. Checked by the same schema. */
export function subscriptionOf(task: Task): SubscriptionModel | undefined {
  return 'call' in task && task.call === 'asyncapi'
    ? (task.with?.['subscription'] as SubscriptionModel | undefined)
    : undefined;
}

/** The same for a single task (fetched functions); checked by the same schema. */
export function asTask(checked: JsonObject): Task {
  return checked as unknown as Task;
}
