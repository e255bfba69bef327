import { z } from 'zod';

import { systemClock } from '../../kernel/clock.ts';
import type { CallContext } from '../connector.ts';
import type { Authorization } from '../egress/authorization.ts';
import { authorizationCodeCredential } from './authorization-code.ts';
import { signAws } from './aws-signature.ts';
import { answerDigest } from './digest.ts';
import { hmacCredential, proveByHmac } from './hmac-proof.ts';
import { oauth2Credential, proveByConsent, proveByToken } from './oauth2-proof.ts';
import type { Proof, ProofServices } from './proof.ts';
import { applyCredential, webCredentials } from './web-credential.ts';

const ascii = z
  .string()
  .min(1)
  .max(4_096)
  .regex(/^[\x21-\x7e]+$/u, 'only printable ASCII without spaces');
const pem = (kind: RegExp) => z.string().max(65_536).regex(kind, 'must be PEM');

/** Credentials that prove each request anew, or the connection. */
export const requestCredentials = [
  ...webCredentials,
  z.strictObject({
    type: z.literal('digest'),
    username: z.string().min(1).max(1_024),
    password: z.string().min(1).max(1_024),
  }),
  z.strictObject({
    type: z.literal('aws'),
    accessKeyId: ascii,
    secretAccessKey: ascii,
    sessionToken: ascii.optional(),
    region: z.string().regex(/^[a-z0-9-]{1,50}$/u),
    service: z.string().regex(/^[a-z0-9-]{1,50}$/u),
  }),
  z.strictObject({
    type: z.literal('certificate'),
    certificate: pem(/-----BEGIN CERTIFICATE-----/u),
    key: pem(/-----BEGIN [A-Z ]*PRIVATE KEY-----/u),
    /** Whom to trust in place of the usual authorities. */
    certificateAuthority: pem(/-----BEGIN CERTIFICATE-----/u).optional(),
  }),
  hmacCredential,
  oauth2Credential,
  authorizationCodeCredential,
] as const;

export const requestCredentialSchema = z.discriminatedUnion('type', requestCredentials);

export type RequestCredential = z.infer<typeof requestCredentialSchema>;

/** How the requests of a call prove who calls. */
export function proofOf(
  services: ProofServices,
  credential: RequestCredential | undefined,
  context: CallContext,
): Proof {
  const identity = String(context.credentialVersion);
  switch (credential?.type) {
    case 'digest':
      return byDigest(credential, identity);
    case 'aws':
      return {
        ...{ headers: {}, secrets: [credential.secretAccessKey] },
        authorization: { identity, headers: (hop) => signAws(hop, credential, now()) },
      };
    case 'hmac':
      return {
        ...{ headers: {}, secrets: [credential.secret] },
        authorization: { identity, headers: (hop) => proveByHmac(hop, credential, now()) },
      };
    case 'certificate': {
      const { certificate: cert, key, certificateAuthority: ca } = credential;
      return { headers: {}, secrets: [key], certificate: { identity, cert, key, ca } };
    }
    case 'oauth2':
      return proveByToken(services, credential, context);
    case 'authorizationCode':
      return proveByConsent(services, credential, context);
    default:
      return applyCredential(credential);
  }
}

function byDigest(
  { username, password }: { readonly username: string; readonly password: string },
  identity: string,
): Proof {
  const authorization: Authorization = {
    identity,
    headers: () => ({}),
    again: ({ headers }, { method, url }) => {
      const target = `${url.pathname}${url.search}`;
      const input = { username, password, method: method.toUpperCase(), target };
      const answer = answerDigest(headers['www-authenticate'], input);
      return Promise.resolve(answer === undefined ? undefined : { authorization: answer });
    },
  };
  return { headers: {}, secrets: [password], authorization };
}

function now(): Date {
  return systemClock.now();
}
