import { expect } from 'vitest';

import type { JsonValue } from '../../kernel/json.ts';
import type { Endpoint, Subject } from './subject.ts';

/** A mail server, and what is peculiar to it. */
export interface MailPeer extends AsyncDisposable {
  readonly endpoint: Endpoint;
  readonly username: string;
  readonly password: string;
  /** What it says of a message that it has taken. */
  readonly taken: RegExp;
}

/** Sends a message to a server that lets nobody in without a password. */
export function mailSubject({ username, password, taken, ...server }: MailPeer): Subject {
  const message = { to: ['ada@example.com'], subject: 'Hello', text: 'It is done.' };
  return {
    kind: 'smtp',
    endpoint: server.endpoint,
    configFor: ({ host, port }) => ({
      ...{ host, port, security: 'off' },
      from: { address: 'agent@operandi.example', name: 'Agent' },
    }),
    credential: { type: 'password', username, password },
    wrongCredential: { type: 'password', username, password: 'canary-bad-password' },
    secrets: [password, 'canary-bad-password'],
    // A mail server is asked for nothing else.
    reading: {
      operation: 'send',
      arguments: message,
      value: {
        messageId: expect.stringMatching(/^<[0-9a-f-]{36}@operandi\.example>$/) as JsonValue,
        accepted: ['ada@example.com'],
        rejected: [],
        response: expect.stringMatching(taken) as JsonValue,
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
