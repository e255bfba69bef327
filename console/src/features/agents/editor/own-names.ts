import type { Word } from './schema-walk.ts';
import type { Place } from './place.ts';

/** What a tenant has that definitions name. */
export interface OwnNames {
  readonly agents: () => Promise<readonly KnownAgent[]>;
  readonly integrations: () => Promise<readonly KnownIntegration[]>;
  /** Of an integration by its name. */
  readonly operations: (integration: string) => Promise<readonly KnownOperation[]>;
}

export interface KnownAgent {
  readonly namespace: string;
  readonly name: string;
}

export interface KnownIntegration {
  readonly name: string;
  readonly kind: string;
}

export interface KnownOperation {
  readonly name: string;
  readonly description: string | null;
  /** JSON Schema. */
  readonly arguments: unknown;
}

/** Values that name something of the tenant's, at a key of a place. */
export async function ownValuesAt(
  names: OwnNames,
  { path, siblings }: Place,
  key: string,
): Promise<readonly Word[]> {
  const last = path.at(-1);
  if (key === 'integration') return (await names.integrations()).map(wordOfIntegration);
  if (key === 'operation') {
    const operations = await operationsOf(names, siblings.get('integration'));
    return operations.map(({ name, description }) => ({ name, about: description ?? undefined }));
  }
  if (last !== 'workflow' || path.at(-2) !== 'run') return [];
  const agents = await names.agents();
  const namespace = bare(siblings.get('namespace'));
  if (key === 'namespace') return unique(agents.map((agent) => agent.namespace));
  if (key !== 'name') return [];
  const fitting = agents.filter((agent) => namespace === '' || agent.namespace === namespace);
  return fitting.map((agent) => ({ name: agent.name, about: agent.namespace }));
}

/** Keys that an operation of the tenant's has for its arguments. */
export async function ownKeysAt(
  names: OwnNames,
  { path, siblings, around }: Place,
): Promise<readonly Word[]> {
  if (path.at(-1) !== 'arguments') return [];
  const call = around.at(-1);
  const operations = await operationsOf(names, call?.get('integration'));
  const operation = bare(call?.get('operation'));
  const schema = operations.find(({ name }) => name === operation)?.arguments;
  return Object.entries(membersOf(membersOf(schema)['properties']))
    .filter(([name]) => !siblings.has(name))
    .map(([name, member]) => {
      const { description } = membersOf(member);
      return { name, about: typeof description === 'string' ? description : undefined };
    });
}

async function operationsOf(names: OwnNames, integration: string | undefined) {
  const name = bare(integration);
  return name === '' ? [] : names.operations(name);
}

function wordOfIntegration({ name, kind }: KnownIntegration): Word {
  return { name, about: kind };
}

function unique(names: readonly string[]): readonly Word[] {
  return [...new Set(names)].map((name) => ({ name, about: undefined }));
}

/** A plain or quoted scalar as it is meant. */
function bare(text = ''): string {
  return text.replace(/^(['"])(.*)\1$/, '$2');
}

function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
