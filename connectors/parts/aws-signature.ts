import type { AwsV4Signer } from 'aws4fetch';

import { sha256Hex } from '../../kernel/crypto/hash.ts';

/** Whose keys, and for which service of which region. */
export interface AwsKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
  readonly region: string;
  readonly service: string;
}

/** A request as it leaves. */
export interface AwsRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | undefined;
}

/** Proxies change or drop these. */
const unsigned = ['authorization', 'user-agent', 'accept-encoding', 'connection', 'expect'];
const added = ['authorization', 'x-amz-date', 'x-amz-security-token', 'x-amz-content-sha256'];

/** What AWS Signature Version 4 adds to the headers of a request: it is over the others, the query and the body. */
export async function signAws(
  { method, url, body, ...request }: AwsRequest,
  keys: AwsKeys,
  now: Date,
): Promise<Readonly<Record<string, string>>> {
  const headers = Object.fromEntries(
    Object.entries(request.headers).filter(([name]) => !unsigned.includes(name.toLowerCase())),
  );
  // S3 wants the digest said, and then the body is not looked at again.
  const content =
    keys.service === 's3'
      ? { headers: { ...headers, 'x-amz-content-sha256': sha256Hex(body ?? '') } }
      : { headers, body: typeof body === 'object' ? Uint8Array.from(body) : body };
  const signer = await signerOf(keys, now, { method, url: url.href, ...content });
  const signed = await signer.sign();
  return Object.fromEntries([...signed.headers].filter(([name]) => added.includes(name)));
}

/** An address that is good by itself until `X-Amz-Expires` seconds have passed, which it has in its query. */
export async function presignAws(
  { method, url }: Pick<AwsRequest, 'method' | 'url'>,
  keys: AwsKeys,
  now: Date,
): Promise<string> {
  const signer = await signerOf(keys, now, { method, url: url.href, signQuery: true });
  return (await signer.sign()).url.href;
}

type SignerOptions = ConstructorParameters<typeof AwsV4Signer>[0];
type Asked = Pick<SignerOptions, 'method' | 'url' | 'headers' | 'body' | 'signQuery'>;

/** Loaded when something is signed: most processes never do. */
async function signerOf({ sessionToken, ...keys }: AwsKeys, now: Date, asked: Asked) {
  const { AwsV4Signer: Signer } = await import('aws4fetch');
  const session = sessionToken === undefined ? {} : { sessionToken };
  const datetime = now.toISOString().replaceAll(/[-:]|\.\d+/gu, '');
  return new Signer({ ...keys, ...session, ...asked, datetime, allHeaders: true });
}
