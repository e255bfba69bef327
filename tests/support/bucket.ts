import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { signAws } from '../../connectors/parts/aws-signature.ts';
import type { WarehouseBucket } from '../../kernel/config/warehouse-bucket.ts';

/** A bucket in memory that keeps bytes, holds to conditions of writes, and takes nothing that is not signed. */
export interface TestBucket extends AsyncDisposable {
  readonly settings: WarehouseBucket;
  readonly objects: Map<string, Buffer>;
  /** Answers a request by this status in place of what it asks. */
  fault: ((method: string, key: string) => number | undefined) | undefined;
}

const credential = { accessKeyId: 'AKIATEST', secretAccessKey: 'not-told' };
const region = 'eu-test-1';
const folder = '/warehouse/';

export async function openTestBucket(): Promise<TestBucket> {
  const objects = new Map<string, Buffer>();
  const server = createServer((request, response) => {
    void bodyOf(request).then(async (body) => {
      const url = new URL(request.url ?? '', bucket.settings.url);
      const key = decodeURIComponent(url.pathname.slice(folder.length));
      const { method = '' } = request;
      const status = bucket.fault?.(method, key);
      if (!(await isSigned(request, url, body))) response.writeHead(403).end();
      else if (status !== undefined) response.writeHead(status).end();
      else if (key === '') list(response, url, objects);
      else serve(response, { request, key, body, objects });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${String(port)}${folder}lake/`;
  const bucket: TestBucket = {
    ...{ settings: { url, region, credential }, objects, fault: undefined },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return bucket;
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function isSigned(request: IncomingMessage, url: URL, body: Buffer): Promise<boolean> {
  const { authorization = '', 'x-amz-date': date = '' } = request.headers;
  const [, names = ''] = /SignedHeaders=([^,]+)/.exec(authorization) ?? [];
  const signed = names.split(';').filter((name) => name.startsWith('if-'));
  const headers = Object.fromEntries(
    signed.map((name) => [name, String(request.headers[name])] as const),
  );
  const at = String(date).replace(/^(....)(..)(..)T(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z');
  const keys = { ...credential, region, service: 's3' };
  const asked = { method: request.method ?? '', url, headers, body };
  return (await signAws(asked, keys, new Date(at)))['authorization'] === authorization;
}

interface Asked {
  readonly request: IncomingMessage;
  readonly key: string;
  readonly body: Buffer;
  readonly objects: Map<string, Buffer>;
}

function serve(response: ServerResponse, { request, key, body, objects }: Asked): void {
  const known = objects.get(key);
  const { method, headers } = request;
  if (method === 'DELETE') {
    objects.delete(key);
    response.writeHead(204).end();
  } else if (method === 'PUT') {
    const etag = headers['if-match'];
    const isRefused =
      (headers['if-none-match'] === '*' && known !== undefined) ||
      (etag !== undefined && (known === undefined || etagOf(known) !== etag));
    if (!isRefused) objects.set(key, body);
    response.writeHead(isRefused ? 412 : 200, { etag: etagOf(body) }).end();
  } else if (known === undefined) response.writeHead(404).end();
  else response.writeHead(200, { etag: etagOf(known) }).end(known);
}

/** Three keys a page. */
function list(response: ServerResponse, url: URL, objects: Asked['objects']): void {
  const prefix = url.searchParams.get('prefix') ?? '';
  const from = Number(url.searchParams.get('continuation-token') ?? '0');
  const all = [...objects.keys()].filter((key) => key.startsWith(prefix)).toSorted();
  const page = all.slice(from, from + 3);
  const next = from + page.length;
  const more = `<IsTruncated>${String(next < all.length)}</IsTruncated><NextContinuationToken>${String(next)}</NextContinuationToken>`;
  const contents = page.map((key) => `<Contents><Key>${key}</Key></Contents>`);
  response.end(
    `<?xml version="1.0"?><ListBucketResult>${contents.join('')}${more}</ListBucketResult>`,
  );
}

function etagOf(body: Buffer): string {
  return `"${createHash('md5').update(body).digest('hex')}"`;
}
