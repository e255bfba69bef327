import { z } from 'zod';

import { limitsSchema } from '../parts/limits.ts';
import { domainPattern, mailboxSchema } from './mailbox.ts';

export const configSchema = z.strictObject({
  host: z
    .string()
    .max(253)
    .regex(/^[\w.:[\]-]+$/u, 'a name or an address'),
  port: z.int().min(1).max(65_535).optional(),
  /** `starttls` (port 587) and `tls` (465) refuse a server without a certificate for the host; `off` (587) sends all in the open. */
  security: z.enum(['starttls', 'tls', 'off']).default('starttls'),
  /** Certificates (PEM) of the authority that signs the server's, where it is none of the usual ones. */
  certificateAuthority: z.string().max(65_536).optional(),
  /** Who sends; no message names another. */
  from: mailboxSchema,
  /** Domains that may be written to. Absent: all of them. */
  recipientDomains: z
    .array(z.string().max(253).regex(domainPattern, 'a domain'))
    .min(1)
    .max(1000)
    .optional(),
  /** Recipients of a message, To, Cc and Bcc together. */
  maxRecipients: z.int().min(1).max(1000).default(50),
  /** Of the texts and the attachments of a message together. */
  maxMessageBytes: z
    .int()
    .min(1)
    .max(50 * 1024 * 1024)
    .default(10 * 1024 * 1024),
  limits: limitsSchema,
});

export const credentialSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('none') }),
  z.strictObject({
    type: z.literal('password'),
    username: z.string().min(1).max(1024),
    password: z.string().min(1).max(1024),
  }),
]);

export type SmtpConfig = z.infer<typeof configSchema>;
export type SmtpCredential = z.infer<typeof credentialSchema>;

/** The port of a configuration, or the usual one. */
export function portOf({ port, security }: SmtpConfig): number {
  return port ?? (security === 'tls' ? 465 : 587);
}
