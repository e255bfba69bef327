import { sha256Hex } from '../../kernel/crypto/hash.ts';
import { NotFoundError } from '../../kernel/errors.ts';
import type { JsonValue } from '../../kernel/json.ts';
import { type CallContext, type Connector, defineConnector } from '../connector.ts';
import type { Conversed, Egress } from '../egress/egress.ts';
import { trustOf } from '../parts/authority.ts';
import { connectionOf, timesOf } from '../parts/limits.ts';
import {
  configSchema,
  credentialSchema,
  portOf,
  type SmtpConfig,
  type SmtpCredential,
} from './config.ts';
import { compose, type Composed, messageJsonSchema, parseMessage } from './message.ts';
import type { Handed, SmtpLogin, SmtpSession } from './session.ts';

interface SmtpServices {
  readonly egress: Egress;
}

const resultSchema = {
  type: 'object',
  properties: {
    messageId: { type: 'string' },
    accepted: { type: 'array', items: { type: 'string' } },
    rejected: {
      type: 'array',
      items: {
        type: 'object',
        properties: { address: { type: 'string' }, message: { type: 'string' } },
      },
    },
    response: { type: 'string' },
  },
};

/** Kind `smtp`: one operation, `send`, which hands a message to a mail server. */
export function createSmtpConnector({ egress }: SmtpServices): Connector {
  return defineConnector<SmtpConfig, SmtpCredential>({
    kind: 'smtp',
    description: 'A mail server: `send` hands it a message with texts and attachments.',
    configSchema,
    credentialSchema,
    destinationOf: (config) =>
      `smtp://${config.host.toLowerCase()}:${String(portOf(config))} ${trustOf(config.security, config.certificateAuthority)}`,
    operations: () => [
      {
        name: 'send',
        description: 'Sends an e-mail.',
        arguments: messageJsonSchema,
        result: resultSchema,
        isBatched: false,
      },
    ],
    async invoke(call, context) {
      if (call.operation !== 'send')
        throw new NotFoundError(`Operation of ${context.integrationName}`, call.operation);
      const message = await compose(
        call.config,
        parseMessage(call.config, call.arguments),
        context,
      );
      const sent = await converse(egress, call, {
        context,
        work: (session, mark) => session.send(message, mark),
      });
      const { value, attempts, durationMs } = sent;
      return {
        value: shaped(message, value),
        status: undefined,
        attempts,
        durationMs,
        batch: undefined,
      };
    },
    async testConnection(config, credential, context) {
      const { durationMs } = await converse(
        egress,
        { config, credential },
        {
          context,
          work: (session) => session.reset(),
        },
      );
      return { isReachable: true, message: 'let us in', durationMs };
    },
  });
}

function shaped({ id }: Composed, { accepted, rejected, response }: Handed): JsonValue {
  return {
    ...{ messageId: id, accepted, response },
    rejected: rejected.map(({ address, message }) => ({ address, message })),
  };
}

interface Talk<T> {
  readonly context: CallContext;
  readonly work: (session: SmtpSession, mark: { isSent: boolean }) => Promise<T>;
}

function converse<T>(
  egress: Egress,
  {
    config,
    credential,
  }: { readonly config: SmtpConfig; readonly credential: SmtpCredential | undefined },
  { context, work }: Talk<T>,
): Promise<Conversed<T>> {
  const login: SmtpLogin = { name: context.integrationName, config, credential };
  const { host, limits } = config;
  return egress.converse<SmtpSession, T>(
    connectionOf(limits, context),
    {
      ...{ host, port: portOf(config), identity: identityOf(login, context) },
      ...timesOf(limits, context),
      // A mail server sends a message as often as it gets it.
      isRepeatable: false,
      // Loaded when a mail server is called: most processes never do.
      open: async (place, opening) =>
        await (await import('./session.ts')).openSmtp(login, place, opening),
      work,
    },
    context.signal,
  );
}

/** Everything that a session was opened with; the secret by its digest. */
function identityOf({ config, credential }: SmtpLogin, { credentialVersion }: CallContext): string {
  const { security, certificateAuthority, from } = config;
  return sha256Hex(
    JSON.stringify([security, certificateAuthority, from, credential, credentialVersion]),
  );
}
