import { createHash, createHmac } from 'node:crypto';
import type { ServerResponse } from 'node:http';

import type { Endpoint } from '../conformance/subject.ts';
import { openLoopback, type Seen } from './loopback.ts';

export const s3Credential = {
  type: 'aws',
  accessKeyId: 'AKIACANARY',
  secretAccessKey: 'canary-good-secret-key',
};

interface Kept {
  readonly body: string;
  readonly contentType: string;
}

/** A bucket `papers` in memory, which checks each signature by the published algorithm (SigV4) on its own. */
export interface S3Server extends AsyncDisposable {
  readonly url: string;
  readonly endpoint: Endpoint;
  readonly seen: readonly Seen[];
  readonly objects: Map<string, Kept>;
}

const region = 'eu-test-1';
export const s3Settings = { bucket: 'papers', region };

export async function openS3(): Promise<S3Server> {
  const objects = new Map<string, Kept>();
  const peer = await openLoopback((response, request) => {
    const url = new URL(request.url, peer.url);
    const fault = faultOf(request, url);
    if (fault !== undefined) refuse(response, 403, fault);
    else serve(response, { request, url, objects });
  });
  const { hostname: host, port } = new URL(peer.url);
  return {
    ...{ url: peer.url, endpoint: { host, port: Number(port) }, objects },
    get seen() {
      return peer.seen;
    },
    [Symbol.asyncDispose]: () => peer[Symbol.asyncDispose](),
  };
}

interface Asked {
  readonly request: Seen;
  readonly url: URL;
  readonly objects: Map<string, Kept>;
}

function serve(response: ServerResponse, { request, url, objects }: Asked): void {
  const [, bucket, ...parts] = url.pathname.split('/').map(decodeURIComponent);
  const key = parts.join('/');
  const { method } = request;
  if (bucket !== s3Settings.bucket) {
    refuse(response, 404, 'NoSuchBucket');
    return;
  }
  if (key === '') {
    if (method === 'HEAD') response.end();
    else sendList(response, url, objects);
    return;
  }
  if (method === 'PUT') keep(response, { request, key, objects });
  else if (method === 'DELETE') {
    objects.delete(key);
    response.writeHead(204).end();
  } else sendObject(response, objects.get(key), request);
}

interface Keeping extends Omit<Asked, 'url'> {
  readonly key: string;
}

function keep(response: ServerResponse, { request, key, objects }: Keeping): void {
  const { headers, body } = request;
  if (headers['if-none-match'] === '*' && objects.has(key)) {
    refuse(response, 412, 'PreconditionFailed');
    return;
  }
  objects.set(key, { body, contentType: headers['content-type'] ?? '' });
  response.writeHead(200, { etag: etagOf(body) }).end();
}

function sendObject(
  response: ServerResponse,
  kept: Kept | undefined,
  { method, headers }: Pick<Seen, 'method' | 'headers'>,
): void {
  if (kept === undefined) {
    refuse(response, 404, 'NoSuchKey');
    return;
  }
  const about = { etag: etagOf(kept.body), 'last-modified': 'Wed, 01 Oct 2025 12:00:00 GMT' };
  if (headers['if-none-match'] === about.etag) {
    response.writeHead(304, about).end();
    return;
  }
  const length = { 'content-length': Buffer.byteLength(kept.body) };
  response.writeHead(200, { ...about, ...length, 'content-type': kept.contentType });
  response.end(method === 'HEAD' ? undefined : kept.body);
}

/** Two keys a page, whatever is asked for. */
function sendList(response: ServerResponse, url: URL, objects: Asked['objects']): void {
  const asked = (name: string): string => url.searchParams.get(name) ?? '';
  const all = [...objects.keys()].sort().filter((key) => key.startsWith(asked('prefix')));
  const from = Number(asked('continuation-token'));
  const page = all.slice(from, from + Math.min(2, Number(asked('max-keys'))));
  const isMore = from + page.length < all.length;
  const contents = page.map(
    (key) =>
      `<Contents><Key>${encodeURIComponent(key)}</Key><Size>1</Size><ETag>&quot;e&quot;</ETag><LastModified>2025-10-01T12:00:00.000Z</LastModified></Contents>`,
  );
  const next = isMore
    ? `<NextContinuationToken>${String(from + page.length)}</NextContinuationToken>`
    : '';
  response.writeHead(200, { 'content-type': 'application/xml' });
  response.end(
    `<?xml version="1.0"?>\n<ListBucketResult xmlns="x"><EncodingType>url</EncodingType><IsTruncated>${String(isMore)}</IsTruncated>${contents.join('')}${next}</ListBucketResult>`,
  );
}

function refuse(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { 'content-type': 'application/xml' });
  response.end(
    `<Error><Code>${code}</Code><Message>it says ${code} &amp; no more</Message></Error>`,
  );
}

function etagOf(body: string): string {
  return `"${createHash('md5').update(body).digest('hex')}"`;
}

const hex = (text: string): string => createHash('sha256').update(text).digest('hex');
const mac = (key: Buffer | string, text: string): Buffer =>
  createHmac('sha256', key).update(text).digest();

interface Signed {
  readonly credential: string;
  readonly names: string;
  readonly signature: string;
  readonly date: string;
  readonly hash: string;
}

/** Why a request is not let in. */
function faultOf(request: Seen, url: URL): string | undefined {
  const isPresigned = url.searchParams.has('X-Amz-Signature');
  const given = isPresigned ? ofQuery(url) : ofHeader(request.headers);
  if (given === undefined) return 'AccessDenied';
  const [id, , where, service] = given.credential.split('/');
  if (id !== s3Credential.accessKeyId) return 'InvalidAccessKeyId';
  if (where !== region || service !== 's3') return 'AuthorizationHeaderMalformed';
  if (!isPresigned && given.hash !== hex(request.body)) return 'XAmzContentSHA256Mismatch';
  return signatureOf(request, url, given) === given.signature ? undefined : 'SignatureDoesNotMatch';
}

function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function signatureOf({ method, headers }: Seen, url: URL, given: Signed): string {
  const [, day = '', where = '', service = ''] = given.credential.split('/');
  const sorted = [...url.searchParams.entries()]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort();
  const signed = given.names.split(';').map((name) => `${name}:${String(headers[name])}\n`);
  const path = url.pathname.split('/').map((part) => encode(decodeURIComponent(part)));
  const canonical = [
    ...[method, path.join('/'), sorted.join('&')],
    ...[signed.join(''), given.names, given.hash],
  ].join('\n');
  const scope = `${day}/${where}/${service}/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', given.date, scope, hex(canonical)].join('\n');
  const dayKey = mac(`AWS4${s3Credential.secretAccessKey}`, day);
  const key = mac(mac(mac(dayKey, where), service), 'aws4_request');
  return mac(key, toSign).toString('hex');
}

function ofQuery({ searchParams }: URL): Signed {
  const part = (name: string): string => searchParams.get(`X-Amz-${name}`) ?? '';
  return {
    ...{ credential: part('Credential'), names: part('SignedHeaders'), date: part('Date') },
    ...{ signature: part('Signature'), hash: 'UNSIGNED-PAYLOAD' },
  };
}

function ofHeader({ authorization = '', ...headers }: Seen['headers']): Signed | undefined {
  const match =
    /^AWS4-HMAC-SHA256 Credential=([^,]+), ?SignedHeaders=([^,]+), ?Signature=(\w+)$/.exec(
      authorization,
    );
  if (match === null) return undefined;
  const [, credential = '', names = '', signature = ''] = match;
  const date = String(headers['x-amz-date']);
  return { credential, names, signature, date, hash: String(headers['x-amz-content-sha256']) };
}
