import { readFile } from 'node:fs/promises';
import { loadDefinition } from '../../engine/load-definition.ts';
import {
  AgentDefinitionsDocument,
  type AgentDefinitionsQuery,
  type Client,
} from '../../sdk/src/index.ts';
import { connect, type Connection } from '../connection.ts';
import { findingLine } from '../finding-line.ts';
import type { AgentSchemas } from './agent-types.ts';

/** The agents of definitions; without any, those of the platform. */
export async function findAgents(
  files: readonly string[],
  connection: Connection,
): Promise<AgentSchemas[]> {
  if (files.length > 0) return await agentsOfFiles(files);
  await using client = connect(connection);
  return await agentsOfTenant(client);
}

/** The agents of the tenant, by their current versions; archived ones are left out. */
async function agentsOfTenant(client: Client): Promise<AgentSchemas[]> {
  const found: AgentSchemas[] = [];
  for (let after: string | null = null; ;) {
    const { agents }: AgentDefinitionsQuery = await client.request(AgentDefinitionsDocument, {
      after,
    });
    // From the text, in which properties stand in the order of their author.
    for (const { namespace, name, current } of agents.nodes)
      found.push(schemasOf(current.definition, `${namespace}/${name}`));
    if (!agents.pageInfo.hasNextPage) return found;
    after = agents.pageInfo.endCursor;
  }
}

/** The agents that definitions would be published as. */
export function agentsOfFiles(files: readonly string[]): Promise<AgentSchemas[]> {
  return Promise.all(files.map(async (file) => schemasOf(await readFile(file), file)));
}

function schemasOf(text: string | Uint8Array, place: string): AgentSchemas {
  const { definition, findings } = loadDefinition(text, { isPublished: typeof text === 'string' });
  if (definition === undefined)
    throw new Error(findings.map((finding) => findingLine(place, finding)).join('\n'));
  const { document, input, output } = definition.document;
  const { namespace, name } = document;
  const schemas = { input: input?.schema?.document, output: output?.schema?.document };
  return { namespace, name, ...schemas };
}
