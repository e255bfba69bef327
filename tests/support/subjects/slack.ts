import { openSlack, slackToken } from '../../../connectors/testing/slack-api.ts';
import type { Subject } from '../../../connectors/conformance/subject.ts';

export async function openWorkspace(): Promise<Subject> {
  const api = await openSlack();
  return {
    kind: 'slack',
    endpoint: api.endpoint,
    configFor: ({ host, port }) => ({ baseUrl: `http://${host}:${String(port)}/api` }),
    credential: { type: 'bearer', token: slackToken },
    wrongCredential: { type: 'bearer', token: 'xoxb-canary-bad-token' },
    secrets: [slackToken, 'xoxb-canary-bad-token'],
    reading: {
      operation: 'findUserByEmail',
      arguments: { email: 'ada@example.com' },
      value: { id: 'U1', name: 'ada' },
    },
    writing: {
      operation: 'postMessage',
      arguments: { channel: 'C1', text: 'hello' },
      actsOn: 'hello',
    },
    badArguments: {
      'arguments.email': { email: 7 },
      'arguments.other': { email: 'ada@example.com', other: 1 },
    },
    badConfigs: {
      baseUrl: { baseUrl: 'slack.com' },
      'allow.0': { allow: ['inviteEverybody'] },
    },
    [Symbol.asyncDispose]: () => api[Symbol.asyncDispose](),
  };
}
