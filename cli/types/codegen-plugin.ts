import type { AgentTypesConfig } from '../codegen.cjs';
import { agentTypes } from './agent-types.ts';
import { findAgents } from './find-agents.ts';

/** The plugin `operandi/codegen` of GraphQL Code Generator: what `operandi types` writes. */
export async function plugin(
  _schema: unknown,
  _documents: unknown,
  { files = [], url }: AgentTypesConfig,
): Promise<string> {
  return agentTypes(await findAgents(files, url === undefined ? {} : { url }));
}
