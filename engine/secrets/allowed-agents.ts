/** An agent as lists of agents name it. */
export interface AgentName {
  readonly namespace: string;
  readonly name: string;
}

/** True when a list of `namespace.name`, `namespace.*` and `*` includes the agent. */
export function includesAgent(agents: readonly string[], { namespace, name }: AgentName): boolean {
  return [`${namespace}.${name}`, `${namespace}.*`, '*'].some((each) => agents.includes(each));
}
