import { expect } from 'vitest';

import { connectorOf } from '../../core/integrations/connectors.ts';
import { openConnectors } from '../../core/integrations/open-connectors.ts';
import type { JsonValue } from '../../kernel/json.ts';
import { mailPassword, openMailServer } from '../testing/mail-server.ts';
import { describeConnector } from './conformance.ts';
import type { Subject } from './subject.ts';

describeConnector('smtp', openMail, (egress) => connectorOf(openConnectors(egress), 'smtp'));

async function openMail(): Promise<Subject> {
  const server = await openMailServer();
  const message = { to: ['ada@example.com'], subject: 'Hello', text: 'It is done.' };
  return {
    kind: 'smtp',
    endpoint: server.endpoint,
    configFor: ({ host, port }) => ({
      ...{ host, port, security: 'off' },
      from: { address: 'agent@operandi.example', name: 'Agent' },
    }),
    credential: { type: 'password', username: 'agent', password: mailPassword },
    wrongCredential: { type: 'password', username: 'agent', password: 'canary-bad-password' },
    secrets: [mailPassword, 'canary-bad-password'],
    // A mail server is asked for nothing else.
    reading: {
      operation: 'send',
      arguments: message,
      value: {
        messageId: expect.stringMatching(/^<[0-9a-f-]{36}@operandi\.example>$/) as JsonValue,
        accepted: ['ada@example.com'],
        rejected: [],
        response: '250 kept',
      },
    },
    writing: { operation: 'send', arguments: message, actsOn: '\r\n.\r\n' },
    badArguments: {
      'arguments.to': { ...message, to: [] },
      'arguments.subject': { ...message, subject: 'Hello\r\nBcc: eve@example.com' },
      'arguments.to.0': { ...message, to: ['ada@example.com\r\nRCPT TO:<eve@example.com>'] },
      'arguments.text': { to: message.to, subject: message.subject },
    },
    badConfigs: {
      host: { host: 'a b' },
      security: { security: 'maybe' },
      'from.address': { from: { address: 'nobody' } },
    },
    hasLargeAnswers: false,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
