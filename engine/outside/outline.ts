import type { JsonValue } from '../../kernel/json.ts';
import type { ScheduleModel, WorkflowDocument } from '../dsl/document.ts';
import { outsideReferences } from './references.ts';

/** Names of one kind that are looked up for one definition; those beyond are not judged. */
const maxNames = 200;

/** What a definition refers to, each name once. */
export interface OutsideNames {
  readonly integrations: readonly string[];
  readonly secrets: readonly string[];
  /** Ids of those who may decide. */
  readonly approvers: readonly string[];
  readonly agents: readonly AgentName[];
  /** Which of the agents' versions. */
  readonly versions: readonly string[];
}

export interface AgentName {
  readonly namespace: string;
  readonly name: string;
}

/** What has to be known of a checked definition to publish it, without its tasks. */
export interface Publishable {
  readonly document: WorkflowDocument['document'];
  readonly schedule?: ScheduleModel | undefined;
  readonly inputSchema?: JsonValue | undefined;
  readonly outputSchema?: JsonValue | undefined;
}

/** What a definition refers to outside itself, few enough to be looked up. */
export function outsideNames(document: WorkflowDocument): OutsideNames {
  const { integrations, secrets, agents, approvers } = outsideReferences(document);
  const byAddress = new Map(agents.map((each) => [`${each.namespace}/${each.name}`, each]));
  return {
    integrations: distinct(integrations.map(({ integration }) => integration)),
    secrets: distinct(secrets.map(({ name }) => name)),
    approvers: distinct(approvers.map(({ id }) => id)),
    agents: [...byAddress.values()]
      .slice(0, maxNames)
      .map(({ namespace, name }) => ({ namespace, name })),
    versions: distinct(agents.map(({ version }) => version)),
  };
}

export function publishable({ document, schedule, input, output }: WorkflowDocument): Publishable {
  return {
    document,
    schedule,
    inputSchema: input?.schema?.document,
    outputSchema: output?.schema?.document,
  };
}

function distinct(names: readonly string[]): readonly string[] {
  return [...new Set(names)].slice(0, maxNames);
}
