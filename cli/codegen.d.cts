/** Settings of the plugin. The key comes from OPERANDI_API_KEY; without it one is who signed in with `operandi login`. */
export interface AgentTypesConfig {
  /** GraphQL endpoint of the platform; OPERANDI_URL without it. */
  readonly url?: string;
  /** Definitions in place of the agents of the platform. */
  readonly files?: readonly string[];
}

/** The plugin `operandi/codegen` of GraphQL Code Generator: what `operandi types` writes. */
export function plugin(
  schema: unknown,
  documents: unknown,
  config: AgentTypesConfig,
): Promise<string>;
