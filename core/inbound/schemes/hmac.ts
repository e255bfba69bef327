import { piecesOf } from './hmac-settings.ts';
import { plainKey, type Scheme, secondsIn, signaturesIn, textAt } from './scheme.ts';

/** Any sender that signs by HMAC, as its settings say. */
export const hmac: Scheme = {
  claim({ headers, body }, settings) {
    if (settings === undefined) return undefined;
    const { signatureHeader, prefix, algorithm, encoding, timestampHeader, idHeader } = settings;
    const header = headers[signatureHeader] ?? '';
    const told = timestampHeader === undefined ? undefined : headers[timestampHeader];
    const id = idHeader === undefined ? undefined : headers[idHeader];
    const timestamp = secondsIn(told);
    const signed = piecesOf(settings, { body, timestamp: told, id });
    if (!header.startsWith(prefix) || signed === undefined) return undefined;
    if (timestampHeader !== undefined && timestamp === undefined) return undefined;
    const signatures = signaturesIn([header.slice(prefix.length)], encoding);
    const isIdSigned = settings.signed.includes('{id}');
    return { algorithm, signed, signatures, timestamp, id: isIdSigned ? id : undefined };
  },
  keyOf: plainKey,
  name({ headers }, data, settings) {
    const { typeHeader, typeMember, idHeader, type = 'webhook' } = settings ?? {};
    const told =
      (typeHeader === undefined ? undefined : headers[typeHeader]) ??
      (typeMember === undefined ? undefined : textAt(data, typeMember));
    const deliveryId = idHeader === undefined ? undefined : headers[idHeader];
    return { type: told ?? type, deliveryId };
  },
};
