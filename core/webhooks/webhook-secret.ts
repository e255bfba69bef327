import { createHmac, randomBytes } from 'node:crypto';

import type { Keyring, SealedSecret } from '../../kernel/crypto/keyring.ts';
import { sealedSecret } from '../../kernel/crypto/sealed-secret.ts';

/** Which secret: a sealed one moved to another tenant, endpoint or version does not open. */
export interface WebhookSecretKey {
  readonly tenantId: string;
  readonly id: string;
  readonly version: number;
}

const prefix = 'whsec_';
const secretBytes = 32;

/** A new signing secret as Standard Webhooks writes them: `whsec_` and the base64 of 32 random bytes. */
export function newWebhookSecret(): string {
  return `${prefix}${randomBytes(secretBytes).toString('base64')}`;
}

export function sealWebhookSecret(
  keyring: Keyring,
  key: WebhookSecretKey,
  secret: string,
): SealedSecret {
  return keyring.seal(secret, aadOf(key));
}

/** Opens what `sealWebhookSecret` sealed. */
export function openWebhookSecret(
  keyring: Keyring,
  key: WebhookSecretKey,
  sealed: unknown,
): string {
  return Buffer.from(keyring.open(sealedSecret.parse(sealed), aadOf(key))).toString();
}

/** What is signed: the id and the time as they are sent, and the body byte for byte. */
export interface SignedMessage {
  readonly id: string;
  /** Seconds since 1970. */
  readonly timestamp: number;
  readonly body: string;
}

/** The value of `webhook-signature`: one signature for each live secret, newest first. */
export function signaturesOf(message: SignedMessage, secrets: readonly string[]): string {
  const { id, timestamp, body } = message;
  return secrets
    .map((secret) => {
      const key = Buffer.from(secret.slice(prefix.length), 'base64');
      const signed = `${id}.${String(timestamp)}.${body}`;
      return `v1,${createHmac('sha256', key).update(signed).digest('base64')}`;
    })
    .join(' ');
}

function aadOf({ tenantId, id, version }: WebhookSecretKey): string {
  return `${tenantId}:webhook:${id}:${String(version)}`;
}
