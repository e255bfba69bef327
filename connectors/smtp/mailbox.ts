import { z } from 'zod';

// Patterns without look-ahead: they are in the JSON Schema of `send`, which is checked in linear time.

/** A domain of letters, digits and dashes; other scripts are written in their ASCII form. */
export const domainPattern =
  /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$/;

/** The dot-atom of RFC 5322 § 3.2.3: no quotes, comments, lists or control characters can be meant by it. */
const addressPattern =
  /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,64}(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,64})*@[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$/;

/** One line, which can begin no header of its own. */
export const linePattern = /^[^\p{Cc}\u2028\u2029]*$/u;

/** An address alone. */
export const addressSchema = z.string().max(254).regex(addressPattern, 'an e-mail address');

/** Who sends or gets a message. */
export const mailboxSchema = z.strictObject({
  address: addressSchema,
  name: z.string().max(200).regex(linePattern, 'one line').optional(),
});

/** The domain of an address, in lower case. */
export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase();
}
