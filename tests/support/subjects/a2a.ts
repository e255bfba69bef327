import { expect } from 'vitest';

import { agentToken, openAgents } from '../../../connectors/testing/a2a-agents.ts';
import type { Endpoint, Subject } from '../../../connectors/conformance/subject.ts';

export async function openEcho(): Promise<Subject> {
  const agents = await openAgents();
  const urlOf = ({ host, port }: Endpoint): string =>
    `http://${host}:${String(port)}/a2a/agents/echo-agent`;
  return {
    kind: 'a2a',
    endpoint: agents.endpoint,
    // The card of this agent names the agent's own port, which is not the proxy's.
    configFor: (endpoint) => ({
      ...{ url: urlOf(endpoint), server: urlOf(endpoint) },
      card: {
        name: 'Echo Agent',
        defaultInputModes: ['text/plain'],
        skills: [{ id: 'echo' }, { id: 'note' }],
      },
      readOnly: ['echo'],
    }),
    discovery: {
      configFor: (endpoint) => ({ url: urlOf(endpoint), server: urlOf(endpoint) }),
    },
    credential: { type: 'bearer', token: agentToken },
    wrongCredential: { type: 'bearer', token: 'canary-bad-token' },
    secrets: [agentToken, 'canary-bad-token'],
    reading: {
      operation: 'echo',
      arguments: { text: 'hello', contextId: 'context-1' },
      value: {
        ...{ text: 'hello', data: [], files: [], state: 'completed', contextId: 'context-1' },
        taskId: expect.any(String) as string,
      },
    },
    writing: { operation: 'note', arguments: { text: 'hello' }, actsOn: 'message/send' },
    badArguments: {
      'arguments.text': { text: 7 },
      'arguments.data': { text: 'hello', data: {} },
      'arguments.other': { text: 'hello', other: 1 },
    },
    badConfigs: {
      url: { url: 'agent' },
      server: { server: 'stdio:agent' },
      'card.skills': { card: { name: 'Eve', skills: [{ id: 'a' }, { id: 'a' }] } },
    },
    [Symbol.asyncDispose]: () => agents[Symbol.asyncDispose](),
  };
}
