import type { JsonValue } from '../../kernel/json.ts';
import { typeOfSchema } from './type-of-schema.ts';
import { pascal } from './type-text.ts';

/** What is known of an agent's input and output; a schema that is absent says nothing. */
export interface AgentSchemas {
  readonly namespace: string;
  readonly name: string;
  readonly input?: JsonValue | undefined;
  readonly output?: JsonValue | undefined;
}

const heading = `// Made by \`operandi types\`, which makes it anew: changes by hand are lost.
import '@operandi/sdk';
`;

/** A file of TypeScript by which the SDK knows the agents: `client.agent('order-fulfilment').run(order)` is checked. */
export function agentTypes(agents: readonly AgentSchemas[]): string {
  const sorted = agents.toSorted((one, other) => (fullName(one) < fullName(other) ? -1 : 1));
  const named = sorted.map((agent) => ({ agent, stem: stemOf(agent, sorted) }));
  const declarations = named.flatMap(({ agent, stem }) => [
    typeOfSchema(agent.input ?? true, `${stem}Input`).text,
    typeOfSchema(agent.output ?? true, `${stem}Output`).text,
  ]);
  const entries = named.flatMap(({ agent, stem }) =>
    addressesOf(agent, sorted).map(
      (address) =>
        `    ${JSON.stringify(address)}: { input: ${stem}Input; output: ${stem}Output };`,
    ),
  );
  const module = [
    "declare module '@operandi/sdk' {",
    '  interface Agents {',
    ...entries,
    '  }',
    '}',
  ];
  return [heading, ...declarations, `${module.join('\n')}\n`]
    .join('\n\n')
    .replaceAll('\n\n\n', '\n\n');
}

/** An agent answers to its full name, and to its name alone while no other has it. */
function addressesOf(agent: AgentSchemas, all: readonly AgentSchemas[]): string[] {
  return isUnique(agent, all) ? [fullName(agent), agent.name] : [fullName(agent)];
}

function stemOf(agent: AgentSchemas, all: readonly AgentSchemas[]): string {
  const stem = pascal(isUnique(agent, all) ? agent.name : fullName(agent));
  return /^\d/.test(stem) ? `Agent${stem}` : stem;
}

function isUnique({ name }: AgentSchemas, all: readonly AgentSchemas[]): boolean {
  return all.filter((agent) => pascal(agent.name) === pascal(name)).length === 1;
}

function fullName({ namespace, name }: AgentSchemas): string {
  return `${namespace}/${name}`;
}
