import { isJsonObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import type { RunModel, WorkflowDocument } from '../dsl/document.ts';
import { pointer } from '../dsl/finding.ts';
import { listsOf, tasksOf, type LintedTask } from '../dsl/lint/places.ts';
import { isJsonArray } from '../json-text.ts';
import { ownCallOf } from '../dsl/lint/own-calls.ts';

/** A call of an integration whose name is written out. */
export interface IntegrationReference {
  readonly integration: string;
  /** Absent where only an expression knows it. */
  readonly operation?: string;
  readonly arguments?: JsonValue;
  /** Pointer of the call's `with`. */
  readonly path: string;
}

/** Another agent that is started as a child. */
export interface AgentReference {
  readonly namespace: string;
  readonly name: string;
  readonly version: string;
  /** Pointer of `run/workflow`. */
  readonly path: string;
}

export interface SecretReference {
  readonly name: string;
  readonly path: string;
}

/** A member or key that is asked by its id. */
export interface ApproverReference {
  readonly id: string;
  readonly path: string;
}

/** What a definition relies on that stands elsewhere in its tenant; names that only a run will know are left out. */
export interface OutsideReferences {
  readonly integrations: readonly IntegrationReference[];
  readonly agents: readonly AgentReference[];
  readonly secrets: readonly SecretReference[];
  readonly approvers: readonly ApproverReference[];
}

/** Everything a checked document refers to outside itself, in order of the text. */
export function outsideReferences(document: WorkflowDocument): OutsideReferences {
  const tasks = tasksOf(listsOf(document));
  const secrets = document.use?.secrets ?? [];
  return {
    integrations: tasks.flatMap((place) => [
      ...integrationOf(place, document),
      ...agentToolsOf(place, document),
    ]),
    agents: tasks.flatMap(({ task, path }) => ('run' in task ? agentOf(task.run, path) : [])),
    secrets: secrets.map((name, index) => ({ name, path: pointer('/use/secrets', index) })),
    approvers: tasks.flatMap((place) => approversOf(place, document)),
  };
}

function integrationOf(
  { task, path }: LintedTask,
  document: WorkflowDocument,
): IntegrationReference[] {
  if (!('call' in task) || ownCallOf(task.call, document) !== 'integration') return [];
  const { integration, operation, arguments: args } = task.with ?? {};
  if (!isPlain(integration)) return [];
  return [
    {
      integration,
      path: `${path}/with`,
      ...(isPlain(operation) ? { operation } : {}),
      ...(args === undefined ? {} : { arguments: args }),
    },
  ];
}

/** The model of an agent and the operations that are its tools. */
function agentToolsOf(
  { task, path }: LintedTask,
  document: WorkflowDocument,
): IntegrationReference[] {
  if (!('call' in task) || ownCallOf(task.call, document) !== 'agent') return [];
  const { integration = null, operation = null, tools } = task.with ?? {};
  const used = isJsonObject(tools) ? Object.entries(tools) : [];
  return [
    ...named({ integration, operation }, `${path}/with`),
    ...used.flatMap(([name, tool]) =>
      isJsonObject(tool) ? named(tool, pointer(`${path}/with/tools`, name)) : [],
    ),
  ];
}

function named({ integration, operation }: JsonObject, path: string): IntegrationReference[] {
  if (!isPlain(integration)) return [];
  return [{ integration, path, ...(isPlain(operation) ? { operation } : {}) }];
}

/** Ids are compared as the platform writes them, names of groups as they are. */
function asWritten(approver: string): string {
  return approver.startsWith('group:') ? approver : approver.toLowerCase();
}

function approversOf({ task, path }: LintedTask, document: WorkflowDocument): ApproverReference[] {
  if (!('call' in task) || ownCallOf(task.call, document) !== 'approval') return [];
  const { approvers, escalate } = task.with ?? {};
  return [
    ...approversAt(approvers, `${path}/with/approvers`),
    ...(isJsonObject(escalate)
      ? approversAt(escalate['approvers'], `${path}/with/escalate/approvers`)
      : []),
  ];
}

function approversAt(approvers: JsonValue | undefined, path: string): ApproverReference[] {
  if (!isJsonArray(approvers)) return [];
  return approvers.flatMap((id, index) =>
    typeof id === 'string' && /^(?:[\da-f-]{36}$|group:)/i.test(id)
      ? [{ id: asWritten(id), path: pointer(path, index) }]
      : [],
  );
}

function agentOf({ workflow }: RunModel, path: string): AgentReference[] {
  if (workflow === undefined) return [];
  const { namespace, name, version } = workflow;
  return [{ namespace, name, version, path: `${path}/run/workflow` }];
}

function isPlain(value: JsonValue | undefined): value is string {
  return typeof value === 'string' && !value.includes('${');
}
