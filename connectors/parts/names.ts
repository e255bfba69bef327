import { z } from 'zod';

/** Name of an operation or argument, as definitions write it. */
export const identifier = z
  .string()
  .regex(
    /^[A-Za-z_]\w{0,62}$/u,
    'letters, digits and underscores, not starting with a digit, at most 63',
  );

/** A header that configuration may set. */
export const headerName = z
  .string()
  .regex(/^[\w!#$%&'*+.^`|~-]{1,64}$/u, 'not a header name')
  .refine(
    (name) =>
      !/^(?:host|connection|content-length|transfer-encoding|upgrade|te|trailer|expect|keep-alive)$/iu.test(
        name,
      ),
    {
      message: 'this header belongs to the transport',
    },
  );

/** A JSON pointer (RFC 6901); the empty one means the whole document. */
export const jsonPointer = z.string().regex(/^(?:\/(?:[^~/]|~[01])*)*$/u, 'not a JSON pointer');
