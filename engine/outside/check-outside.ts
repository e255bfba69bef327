import { isJsonObject, type JsonObject } from '../../kernel/json.ts';
import { didYouMean } from '../../kernel/nearest.ts';
import type { WorkflowDocument } from '../dsl/document.ts';
import { pointer, type Finding, type Remark, type Severity } from '../dsl/finding.ts';
import { parseSource } from '../dsl/source.ts';
import { includesAgent, type AgentName } from '../secrets/allowed-agents.ts';
import { defaultLimits } from '../limits.ts';
import { checkArguments } from './check-arguments.ts';
import {
  outsideReferences,
  type AgentReference,
  type ApproverReference,
  type IntegrationReference,
  type SecretReference,
} from './references.ts';

/** What a tenant has of that to which a definition refers, by name; what was not looked up is not judged. */
export interface OutsideFacts {
  readonly integrations: readonly IntegrationFact[];
  readonly secrets: readonly SecretFact[];
  readonly agents: readonly AgentFact[];
  /** Members and keys by id, groups by `group:<name>`; those that have ended do not exist. */
  readonly approvers: readonly NamedFact[];
}

export interface NamedFact {
  readonly name: string;
  readonly exists: boolean;
}

/** `agents`: those that may use it; absent where it does not exist. */
export interface SecretFact extends NamedFact {
  readonly agents?: readonly string[];
}

export interface IntegrationFact extends NamedFact {
  /** JSON Schemas of the arguments by operation; absent where this process does not know the kind. */
  readonly operations?: { readonly [operation: string]: JsonObject };
}

/** `name` is `namespace/name`. */
export interface AgentFact extends NamedFact {
  readonly isArchived: boolean;
  /** Those of the versions that were asked for. */
  readonly versions: readonly string[];
}

export interface OutsideCheck {
  readonly source: string;
  readonly document: WorkflowDocument;
  readonly facts: OutsideFacts;
  /** Of findings about what may still come: an integration, an operation, a secret, an agent. */
  readonly missing: Severity;
}

/**
 * What is wrong with a checked definition in the tenant where it is to run, with its place in the text. Arguments that an
 * operation does not take are always an error: the operation is there, and refuses them.
 */
export function checkOutside({ source, document, facts, missing }: OutsideCheck): Finding[] {
  const { integrations, secrets, agents, approvers } = outsideReferences(document);
  const isLoose = document.evaluate?.mode === 'loose';
  const known = indexes(facts);
  const remarks = [
    ...secrets.flatMap((each) => checkSecret(each, known.secrets, document.document)),
    ...integrations.flatMap((each) =>
      checkIntegration(each, known.integrations.get(each.integration), isLoose),
    ),
    ...approvers.flatMap((each) => checkApprover(each, known.approvers)),
    ...agents.flatMap((each) => (isItself(each, document) ? [] : checkAgent(each, known.agents))),
  ].map((remark) => ({ ...remark, severity: remark.severity ?? missing }));
  if (remarks.length === 0) return [];
  const { locate } = parseSource(source, defaultLimits);
  return remarks.slice(0, maxFindings).map(locate);
}

/** More say nothing that these do not. */
const maxFindings = 200;

type Unjudged = Omit<Remark, 'severity'> & { readonly severity?: Severity };

function indexes({ integrations, secrets, agents, approvers }: OutsideFacts) {
  const byName = <Fact extends NamedFact>(facts: readonly Fact[]): ReadonlyMap<string, Fact> =>
    new Map(facts.map((fact) => [fact.name, fact]));
  return {
    integrations: byName(integrations),
    secrets: byName(secrets),
    agents: byName(agents),
    approvers: byName(approvers),
  };
}

function checkSecret(
  { name, path }: SecretReference,
  secrets: ReadonlyMap<string, SecretFact>,
  agent: AgentName,
): Unjudged[] {
  const { exists = true, agents } = secrets.get(name) ?? {};
  if (agents !== undefined && !includesAgent(agents, agent))
    return [
      {
        id: 'outside/secret-agents',
        path,
        message: `the secret ${JSON.stringify(name)} is not for the agent ${agent.namespace}.${agent.name}`,
        hint: 'Name the agent with updateSecret before the first job; a job that reads it fails until then.',
      },
    ];
  if (exists) return [];
  return [
    {
      id: 'outside/secret',
      path,
      message: `the secret ${JSON.stringify(name)} is not set`,
      hint: 'Set it before the first job; a job that reads it fails until then.',
    },
  ];
}

/** An id is given once and never again: who is not there now will not come. A group that is not there is nobody. */
function checkApprover(
  { id, path }: ApproverReference,
  approvers: ReadonlyMap<string, NamedFact>,
): Unjudged[] {
  if (approvers.get(id)?.exists !== false) return [];
  return [
    {
      id: 'outside/approver',
      severity: 'error',
      path,
      ...(id.startsWith('group:')
        ? { message: `there is no ${id}`, hint: 'Make the group first, or correct its name.' }
        : {
            message: `there is no member or key ${id}`,
            hint: 'Give the id of a member or key that has not ended, a role, or group:NAME.',
          }),
    },
  ];
}

function checkIntegration(
  { integration, operation, arguments: args, path }: IntegrationReference,
  fact: IntegrationFact | undefined,
  isLoose: boolean,
): Unjudged[] {
  if (fact === undefined) return [];
  if (!fact.exists)
    return [
      {
        id: 'outside/integration',
        path: `${path}/integration`,
        message: `there is no integration ${JSON.stringify(integration)}`,
        hint: 'Create it before the first job, or correct the name.',
      },
    ];
  const { operations } = fact;
  if (operation === undefined || operations === undefined) return [];
  const schema = Object.hasOwn(operations, operation) ? operations[operation] : undefined;
  if (schema === undefined) return [noOperation({ integration, operation, path }, operations)];
  const given = args ?? {};
  if (!isJsonObject(given)) return [];
  const at = args === undefined ? path : `${path}/arguments`;
  return checkArguments(given, schema, isLoose).map(({ name, message, hint }) => ({
    id: 'outside/arguments',
    severity: 'error',
    path: name === undefined ? at : pointer(at, name),
    message: `${operation} of ${integration}: ${message}`,
    hint,
  }));
}

function noOperation(
  { integration, operation = '', path }: IntegrationReference,
  operations: object,
): Unjudged {
  const names = Object.keys(operations);
  return {
    id: 'outside/operation',
    path: `${path}/operation`,
    message: `the integration ${integration} has no operation ${JSON.stringify(operation)}`,
    hint: didYouMean(operation, names) ?? `It has ${names.slice(0, 10).join(', ')}.`,
  };
}

/** A definition may start itself: by the time that a job of it runs it is published. */
function isItself(
  { namespace, name, version }: AgentReference,
  { document }: WorkflowDocument,
): boolean {
  return (
    namespace === document.namespace &&
    name === document.name &&
    (version === 'latest' || version === document.version)
  );
}

function checkAgent(
  { namespace, name: bare, version, path }: AgentReference,
  agents: ReadonlyMap<string, AgentFact>,
): Unjudged[] {
  const name = `${namespace}/${bare}`;
  const fact = agents.get(name);
  if (fact === undefined) return [];
  const told = (at: string, message: string): Unjudged[] => [
    {
      id: 'outside/agent',
      path: `${path}/${at}`,
      message,
      hint: 'Publish it before the first job, or correct the name.',
    },
  ];
  if (!fact.exists) return told('name', `there is no agent ${JSON.stringify(name)}`);
  if (fact.isArchived) return told('name', `the agent ${JSON.stringify(name)} is archived`);
  if (version === 'latest' || fact.versions.includes(version)) return [];
  return told('version', `the agent ${JSON.stringify(name)} has no version ${version}`);
}
