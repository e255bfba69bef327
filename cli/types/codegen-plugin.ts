import { agentTypes } from './agent-types.ts';
import { findAgents } from './find-agents.ts';

/** Settings of the plugin. The key comes from OPERANDI_API_KEY; without it one is who signed in with `operandi login`. */
export interface AgentTypesConfig {
  /** GraphQL endpoint of the platform; OPERANDI_URL without it. */
  readonly url?: string;
  /** Definitions in place of the agents of the platform. */
  readonly files?: readonly string[];
}

/** The plugin `operandi/codegen` of GraphQL Code Generator: what `operandi types` writes. */
export async function plugin(
  _schema: unknown,
  _documents: unknown,
  { files = [], url }: AgentTypesConfig,
): Promise<string> {
  return agentTypes(await findAgents(files, url === undefined ? {} : { url }));
}
