import { createHmac } from 'node:crypto';

import { Webhook } from 'standardwebhooks';

/** A message as a sender signs it. */
export interface SignedMessage {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Signing {
  readonly secret: string;
  readonly body: string;
  /** Of the sender's clock. @default now */
  readonly at?: Date;
  /** Of the delivery. */
  readonly id?: string;
}

const seconds = (at: Date) => String(Math.floor(at.getTime() / 1_000));
const hex = (secret: string, text: string) =>
  createHmac('sha256', secret).update(text).digest('hex');
const json = { 'content-type': 'application/json' };

/** Signed by the library of Standard Webhooks itself. */
export function signStandard({ secret, body, at = new Date(), id = 'msg_1' }: Signing) {
  return {
    headers: {
      ...json,
      'webhook-id': id,
      'webhook-timestamp': seconds(at),
      'webhook-signature': new Webhook(secret).sign(id, at, body),
    },
    body,
  } satisfies SignedMessage;
}

/** As GitHub's documentation describes it. */
export function signGithub({ secret, body, id = 'delivery-1' }: Signing, event = 'issues') {
  return {
    headers: {
      ...json,
      'x-github-event': event,
      'x-github-delivery': id,
      'x-hub-signature-256': `sha256=${hex(secret, body)}`,
    },
    body,
  } satisfies SignedMessage;
}

/** As Slack's documentation describes it. */
export function signSlack({ secret, body, at = new Date() }: Signing, type = json['content-type']) {
  return {
    headers: {
      'content-type': type,
      'x-slack-request-timestamp': seconds(at),
      'x-slack-signature': `v0=${hex(secret, `v0:${seconds(at)}:${body}`)}`,
    },
    body,
  } satisfies SignedMessage;
}

/** As Stripe's documentation describes it. */
export function signStripe({ secret, body, at = new Date() }: Signing) {
  const signature = hex(secret, `${seconds(at)}.${body}`);
  return {
    headers: {
      ...json,
      'stripe-signature': `t=${seconds(at)},v1=${signature},v0=${'0'.repeat(64)}`,
    },
    body,
  } satisfies SignedMessage;
}
