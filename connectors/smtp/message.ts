import MailComposer from 'nodemailer/lib/mail-composer';
import { z } from 'zod';

import { sha256Hex } from '../../kernel/crypto/hash.ts';
import { RefusedError } from '../../kernel/errors.ts';
import type { JsonObject } from '../../kernel/json.ts';
import type { CallContext } from '../connector.ts';
import { jsonSchemaOf } from '../parts/json-schema.ts';
import type { SmtpConfig } from './config.ts';
import { addressSchema, domainOf, linePattern, mailboxSchema } from './mailbox.ts';

const recipients = z.array(z.union([addressSchema, mailboxSchema])).max(1000);

const attachment = z.strictObject({
  filename: z
    .string()
    .min(1)
    .max(255)
    .regex(/^[^\p{Cc}/\\]+$/u, 'a name without slashes'),
  contentType: z
    .string()
    .max(127)
    .regex(/^[\w.+-]+\/[\w.+-]+$/, 'a media type')
    .default('application/octet-stream'),
  base64: z.base64(),
});

const messageSchema = z
  .strictObject({
    to: recipients.min(1),
    cc: recipients.optional(),
    bcc: recipients.optional(),
    replyTo: z.union([addressSchema, mailboxSchema]).optional(),
    subject: z.string().max(500).regex(linePattern, 'one line'),
    text: z.string().optional(),
    html: z.string().optional(),
    attachments: z.array(attachment).max(50).optional(),
  })
  .refine(({ text, html }) => text !== undefined || html !== undefined, {
    path: ['text'],
    message: 'give a text, html, or both',
  });

/** What is to be sent. */
export type Message = z.infer<typeof messageSchema>;

/** A message as it goes over the line, and to whom. */
export interface Composed {
  readonly id: string;
  readonly bytes: Buffer;
  readonly from: string;
  readonly to: readonly string[];
}

/** JSON Schema of a message. */
export const messageJsonSchema: JsonObject = {
  ...jsonSchemaOf(messageSchema),
  anyOf: [{ required: ['text'] }, { required: ['html'] }],
};

/** Refuses what is no message, with every fault. */
export function parseMessage(config: SmtpConfig, given: JsonObject): Message {
  const present = Object.entries(given).filter(([, value]) => value !== null);
  const parsed = messageSchema.safeParse(Object.fromEntries(present));
  if (!parsed.success)
    throw refused(
      parsed.error.issues.map(({ path, message }) => [path.map(String).join('.'), message]),
    );
  const faults = [...recipientFaults(config, parsed.data), ...sizeFaults(config, parsed.data)];
  if (faults.length > 0) throw refused(faults);
  return parsed.data;
}

type Fault = readonly [field: string, message: string];

function recipientFaults(
  { maxRecipients, recipientDomains }: SmtpConfig,
  message: Message,
): Fault[] {
  const addresses = addressesOf(message);
  if (addresses.length > maxRecipients)
    return [['to', `has more than ${String(maxRecipients)} recipients, Cc and Bcc included`]];
  if (recipientDomains === undefined) return [];
  const allowed = new Set(recipientDomains.map((domain) => domain.toLowerCase()));
  return (['to', 'cc', 'bcc'] as const).flatMap((field) =>
    (message[field] ?? []).flatMap((recipient, index): Fault[] => {
      const domain = domainOf(addressOf(recipient));
      return allowed.has(domain)
        ? []
        : [[`${field}.${String(index)}`, `${domain} may not be written to`]];
    }),
  );
}

function sizeFaults(
  { maxMessageBytes }: SmtpConfig,
  { text = '', html = '', attachments = [] }: Message,
): Fault[] {
  const bytes =
    Buffer.byteLength(text) +
    Buffer.byteLength(html) +
    attachments.reduce((sum, { base64 }) => sum + Buffer.byteLength(base64, 'base64'), 0);
  return bytes <= maxMessageBytes
    ? []
    : [
        [
          'attachments',
          `make a message of more than ${String(maxMessageBytes)} bytes with the texts`,
        ],
      ];
}

function refused(faults: readonly Fault[]): RefusedError {
  return new RefusedError(
    'BAD_USER_INPUT',
    faults.map(([name, message]) => {
      const field = name === '' ? 'arguments' : `arguments.${name}`;
      return { code: 'BAD_USER_INPUT', field, message: `${field} ${message}` };
    }),
  );
}

/** The message on the line. Equal idempotency keys give equal ids, by which mailboxes know a message that comes twice. */
export async function compose(
  { from }: SmtpConfig,
  message: Message,
  context: CallContext,
): Promise<Composed> {
  const id = `<${idOf(context)}@${domainOf(from.address)}>`;
  const { to, cc = [], bcc = [], replyTo, subject, text, html, attachments = [] } = message;
  const composer = new MailComposer({
    from: mailbox(from),
    to: to.map(mailbox),
    cc: cc.map(mailbox),
    bcc: bcc.map(mailbox),
    ...(replyTo === undefined ? {} : { replyTo: mailbox(replyTo) }),
    ...{ subject, messageId: id },
    ...(text === undefined ? {} : { text }),
    ...(html === undefined ? {} : { html }),
    attachments: attachments.map(({ filename, contentType, base64 }) => ({
      ...{ filename, contentType, content: Buffer.from(base64, 'base64') },
    })),
    // Nothing of a message is read from elsewhere.
    ...{ disableFileAccess: true, disableUrlAccess: true },
  });
  const bytes = await composer.compile().build();
  return { id, bytes, from: from.address, to: addressesOf(message) };
}

function idOf({ tenantId, integrationId, idempotencyKey }: CallContext): string {
  if (idempotencyKey === undefined) return crypto.randomUUID();
  return sha256Hex(JSON.stringify([tenantId, integrationId, idempotencyKey])).slice(0, 40);
}

type Recipient = Message['to'][number];

function mailbox(recipient: Recipient): { readonly name: string; readonly address: string } {
  return typeof recipient === 'string'
    ? { name: '', address: recipient }
    : { name: recipient.name ?? '', address: recipient.address };
}

function addressOf(recipient: Recipient): string {
  return typeof recipient === 'string' ? recipient : recipient.address;
}

function addressesOf({ to, cc = [], bcc = [] }: Message): readonly string[] {
  return [...new Set([...to, ...cc, ...bcc].map(addressOf))];
}
