import { z } from 'zod';

const headerName = z
  .string()
  .max(100)
  .regex(/^[A-Za-z0-9-]+$/, 'must be the name of a header')
  .transform((name) => name.toLowerCase());

const places = /\{(body|timestamp|id)\}/g;

const fields = z
  .strictObject({
    signatureHeader: headerName,
    /** Before the signature in its header, e.g. `sha256=`. */
    prefix: z.string().max(50).default(''),
    algorithm: z.enum(['sha256', 'sha512']).default('sha256'),
    encoding: z.enum(['hex', 'base64']).default('hex'),
    /** What is signed: a text with `{body}` and, where the sender signs them, `{timestamp}` and `{id}`. */
    signed: z.string().max(200).default('{body}'),
    timestampHeader: headerName.optional(),
    idHeader: headerName.optional(),
    /** The type of events: of a header, or of a member of the body. */
    typeHeader: headerName.optional(),
    typeMember: z.string().min(1).max(100).optional(),
    /** The type where those say nothing. */
    type: z.string().min(1).max(200).default('webhook'),
  })
  .superRefine(({ signed, timestampHeader, idHeader }, context) => {
    const named = [...signed.matchAll(places)].map(([, name]) => name);
    const fault = (path: string, message: string) => {
      context.addIssue({ code: 'custom', path: [path], message });
    };
    if (named.filter((name) => name === 'body').length !== 1)
      fault('signed', 'must have {body} once');
    if (named.includes('timestamp') !== (timestampHeader !== undefined))
      fault(
        'timestampHeader',
        'goes with {timestamp} in `signed`: a time that is not signed proves nothing',
      );
    if (named.includes('id') && idHeader === undefined)
      fault('idHeader', 'is needed for {id} in `signed`');
  });

/** How a sender signs that follows no known scheme; null is as good as nothing. */
export const hmacSettings = z.preprocess(
  (given) =>
    typeof given === 'object' && given !== null
      ? Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null))
      : given,
  fields,
);

export type HmacSettings = z.infer<typeof hmacSettings>;

/** What is signed, piece by piece; undefined when a piece is missing. */
export function piecesOf(
  { signed }: HmacSettings,
  values: {
    readonly body: Uint8Array;
    readonly timestamp: string | undefined;
    readonly id: string | undefined;
  },
): readonly (string | Uint8Array)[] | undefined {
  const pieces = signed.split(places).map((piece, index) => {
    // A split by a group has what stands between at even places, and the names at odd ones.
    if (index % 2 === 0) return piece;
    return piece === 'body' ? values.body : piece === 'id' ? values.id : values.timestamp;
  });
  const whole = pieces.filter((piece) => piece !== undefined);
  return whole.length === pieces.length ? whole : undefined;
}
