import { plainKey, type Scheme, secondsIn, signaturesIn, textAt } from './scheme.ts';

/** Stripe: `t=…,v1=…`, several `v1` while a secret is rolled. */
export const stripe: Scheme = {
  claim({ headers, body }) {
    const parts = (headers['stripe-signature'] ?? '').split(',').map((part) => part.trim());
    const valuesOf = (name: string) =>
      parts
        .filter((part) => part.startsWith(`${name}=`))
        .map((part) => part.slice(name.length + 1));
    const [at = ''] = valuesOf('t');
    const timestamp = secondsIn(at);
    const signatures = valuesOf('v1');
    if (timestamp === undefined || signatures.length === 0) return undefined;
    return {
      ...{ algorithm: 'sha256', timestamp, id: undefined },
      signed: [`${at}.`, body],
      signatures: signaturesIn(signatures, 'hex'),
    };
  },
  keyOf: plainKey,
  name: (_message, data) => ({
    type: `com.stripe.${textAt(data, 'type') ?? 'webhook'}`,
    id: textAt(data, 'id'),
    subject: textAt(data, 'data', 'object', 'id'),
  }),
};
