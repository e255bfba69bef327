import { plainKey, type Scheme, signaturesIn, textAt } from './scheme.ts';

const prefix = 'sha256=';

/** GitHub: the body alone is signed, neither a time nor the id of the delivery. */
export const github: Scheme = {
  claim({ headers, body }) {
    const signature = headers['x-hub-signature-256'];
    if (signature?.startsWith(prefix) !== true) return undefined;
    return {
      ...{ algorithm: 'sha256', timestamp: undefined, id: undefined },
      signed: [body],
      signatures: signaturesIn([signature.slice(prefix.length)], 'hex'),
    };
  },
  keyOf: plainKey,
  name({ headers }, data) {
    const event = headers['x-github-event'] ?? 'webhook';
    const action = textAt(data, 'action');
    return {
      type: ['com.github', event, ...(action === undefined ? [] : [action])].join('.'),
      subject: textAt(data, 'repository', 'full_name') ?? textAt(data, 'organization', 'login'),
      deliveryId: headers['x-github-delivery'],
    };
  },
};
