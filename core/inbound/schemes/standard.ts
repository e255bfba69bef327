import { type Scheme, secondsIn, signaturesIn, textAt } from './scheme.ts';

const prefix = 'whsec_';

/** Standard Webhooks 1.0, symmetric signatures: the platform's own webhooks are such. */
export const standard: Scheme = {
  claim({ headers, body }) {
    const { 'webhook-id': id, 'webhook-timestamp': at = '', 'webhook-signature': all } = headers;
    const timestamp = secondsIn(at);
    if (id === undefined || id === '' || timestamp === undefined || all === undefined)
      return undefined;
    const texts = all.split(' ').filter((each) => each.startsWith('v1,'));
    return {
      ...{ algorithm: 'sha256', timestamp, id },
      signed: [`${id}.${at}.`, body],
      signatures: signaturesIn(
        texts.map((text) => text.slice('v1,'.length)),
        'base64',
      ),
    };
  },
  keyOf: (secret) =>
    Buffer.from(secret.startsWith(prefix) ? secret.slice(prefix.length) : secret, 'base64'),
  name: (_message, data) => ({
    type: textAt(data, 'type') ?? 'webhook',
    subject: textAt(data, 'subject'),
  }),
};
