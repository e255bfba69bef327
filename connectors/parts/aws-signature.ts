import { createHash, createHmac } from 'node:crypto';

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

const algorithm = 'AWS4-HMAC-SHA256';
/** Proxies change or drop these. */
const unsigned = new Set([
  'authorization',
  'user-agent',
  'accept-encoding',
  'connection',
  'expect',
]);

/** The headers of AWS Signature Version 4, over all headers, the query and the digest of the body. */
export function signAws(
  { method, url, headers, body }: AwsRequest,
  { accessKeyId, secretAccessKey, sessionToken, region, service }: AwsKeys,
  now: Date,
): Readonly<Record<string, string>> {
  const time = now.toISOString().replaceAll(/[-:]|\.\d+/gu, '');
  const day = time.slice(0, 8);
  const digest = hex(body ?? '');
  const added = {
    'x-amz-date': time,
    // S3 wants it said; to the others it does no harm.
    ...(service === 's3' ? { 'x-amz-content-sha256': digest } : {}),
    ...(sessionToken === undefined ? {} : { 'x-amz-security-token': sessionToken }),
  };
  const signed = signedHeaders({ ...headers, ...added, host: url.host });
  const names = signed.map(([name]) => name).join(';');
  const canonical = [
    method.toUpperCase(),
    pathOf(url, service),
    queryOf(url),
    ...signed.map(([name, value]) => `${name}:${value}`),
    '',
    names,
    digest,
  ].join('\n');
  const scope = `${day}/${region}/${service}/aws4_request`;
  const key = [day, region, service, 'aws4_request'].reduce<Buffer>(
    mac,
    Buffer.from(`AWS4${secretAccessKey}`),
  );
  const signature = mac(key, [algorithm, time, scope, hex(canonical)].join('\n')).toString('hex');
  const credential = `Credential=${accessKeyId}/${scope}`;
  const authorization = `${algorithm} ${credential}, SignedHeaders=${names}, Signature=${signature}`;
  return { ...added, authorization };
}

function signedHeaders(
  headers: Readonly<Record<string, string>>,
): readonly (readonly [string, string])[] {
  return Object.entries(headers)
    .map(([name, value]) => [name.toLowerCase(), value.trim().replaceAll(/ +/gu, ' ')] as const)
    .filter(([name]) => !unsigned.has(name))
    .sort(([left], [right]) => order(left, right));
}

/** Segments are encoded as they are sent, and once more for every service but S3. */
function pathOf({ pathname }: URL, service: string): string {
  return pathname
    .split('/')
    .map((segment) => encoded(service === 's3' ? decoded(segment) : segment))
    .join('/');
}

function queryOf({ search }: URL): string {
  const pairs = search
    .slice(1)
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const [name = '', ...rest] = pair.split('=');
      return [plain(name), plain(rest.join('='))] as const;
    });
  return pairs
    .map(([name, value]) => [encoded(name), encoded(value)] as const)
    .sort(([a, x], [b, y]) => order(a, b) || order(x, y))
    .map((pair) => pair.join('='))
    .join('&');
}

/** As servers read a query: `+` is a space. */
function plain(text: string): string {
  return decoded(text.replaceAll('+', ' '));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function encoded(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/gu,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

// By code points: the order of a language is another.
function order(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

function hex(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

function mac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
