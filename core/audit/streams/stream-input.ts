import { X509Certificate } from 'node:crypto';

import { z } from 'zod';

/** Streams of one tenant at most. */
export const maxStreams = 10;

const certificateAuthority = z
  .string()
  .max(65_536)
  .refine(isCertificate, 'must be certificates in PEM')
  .nullish()
  .transform((text) => text ?? null);

const https = z.strictObject({
  url: z
    .string()
    .max(2_048)
    .refine(isAddress, 'must be an absolute https URL without user name and fragment'),
  /** Of the receiver, where it is none of the usual ones. */
  certificateAuthority,
});

const s3 = z.strictObject({
  /** The integration of kind `s3` that says where and by which credential. */
  integrationId: z.uuid(),
  /** Before every key, after the prefix of the integration. */
  prefix: z
    .string()
    .max(256)
    .regex(/^(?:[\w.-]*[\w-]\/)*$/u, 'must be segments of letters, digits, - _ and . with / behind')
    .nullish()
    .transform((prefix) => prefix ?? 'audit/'),
  /** How long events may wait for others to share an object with them. */
  everySeconds: z
    .int()
    .min(0)
    .max(3_600)
    .nullish()
    .transform((seconds) => seconds ?? 60),
});

const syslog = z.strictObject({
  host: z
    .string()
    .min(1)
    .max(253)
    .regex(/^[\w.:[\]-]+$/u, 'must be a name or an address'),
  port: z
    .int()
    .min(1)
    .max(65_535)
    .nullish()
    .transform((port) => port ?? 6_514),
  certificateAuthority,
  /** 13 is the log audit of RFC 5424. */
  facility: z
    .int()
    .min(0)
    .max(23)
    .nullish()
    .transform((facility) => facility ?? 13),
  /** What the messages name as their host. */
  hostname: z
    .string()
    .max(255)
    .regex(/^[\x21-\x7e]+$/u, 'must be printable ASCII without spaces')
    .nullish()
    .transform((hostname) => hostname ?? 'operandi'),
  /** A larger message goes without the details of its event. */
  maxMessageBytes: z
    .int()
    .min(2_048)
    .max(1_048_576)
    .nullish()
    .transform((bytes) => bytes ?? 8_192),
});

/** How a stream is kept. */
export const streamConfig = z.discriminatedUnion('kind', [
  https.extend({ kind: z.literal('HTTPS') }),
  s3.extend({ kind: z.literal('S3') }),
  syslog.extend({ kind: z.literal('SYSLOG') }),
]);

export type StreamConfig = z.infer<typeof streamConfig>;

const where = { https: https.nullish(), s3: s3.nullish(), syslog: syslog.nullish() };

export const createStreamInput = z
  .strictObject({
    name: z.string().trim().min(1).max(100),
    format: z.enum(['NATIVE', 'OCSF']).nullish(),
    /** Begins after this number; without one, with what is sealed from now on. */
    after: z
      .string()
      .regex(/^\d{1,15}$/, 'must be a number')
      .nullish(),
    ...where,
  })
  .refine(
    ({ https: a, s3: b, syslog: c }) => [a, b, c].filter((one) => one != null).length === 1,
    'one of https, s3 and syslog says where to',
  );

/** The only one of the three that is given. */
export function configOf(input: z.infer<typeof createStreamInput>): StreamConfig {
  if (input.https != null) return { kind: 'HTTPS', ...input.https };
  if (input.s3 != null) return { kind: 'S3', ...input.s3 };
  if (input.syslog != null) return { kind: 'SYSLOG', ...input.syslog };
  throw new Error('an input without a destination was parsed');
}

function isAddress(text: string): boolean {
  const url = URL.parse(text);
  if (url?.protocol !== 'https:') return false;
  return url.username === '' && url.password === '' && url.hash === '';
}

function isCertificate(text: string): boolean {
  try {
    new X509Certificate(text);
    return true;
  } catch {
    return false;
  }
}
