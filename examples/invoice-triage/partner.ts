import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';

import { archive, sanctions, suppliers } from './partner-data.ts';

/** What the partner received since it started. */
export interface PartnerStats {
  /** Requests for one supplier. */
  lookups: number;
  /** Requests for many suppliers. */
  batchCalls: number;
  /** Suppliers asked for, in both ways. */
  keysAsked: number;
  archiveChecks: number;
  sanctionChecks: number;
  /** Postings received, repetitions included. */
  posts: number;
  /** Postings made: one for each idempotency key. */
  distinctKeys: number;
  /** Requests without the right credential. */
  refused: number;
}

export interface Partner extends AsyncDisposable {
  readonly url: string;
  /** `host:port`, as the egress allowlist takes it. */
  readonly host: string;
  readonly token: string;
  readonly stats: Readonly<PartnerStats>;
}

export interface PartnerOptions {
  /** 0 takes a free port. @default 4010 */
  readonly port?: number;
  /** @default partner-demo-token */
  readonly token?: string;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

interface Request {
  readonly method: string;
  readonly url: URL;
  readonly body: string;
  readonly idempotencyKey: string | undefined;
}

interface Books {
  readonly stats: PartnerStats;
  readonly postings: Map<string, { readonly body: string; readonly entryId: string }>;
}

const maxBodyBytes = 1_000_000;

/** A small outside company: supplier master data, an invoice archive, sanctions lists and a ledger. */
export async function startPartner(options: PartnerOptions = {}): Promise<Partner> {
  const token = options.token ?? 'partner-demo-token';
  const books: Books = { stats: emptyStats(), postings: new Map() };
  const server = createServer((incoming, response) => {
    void handle(incoming, token, books).then(({ status, body }) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 4010, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const host = `127.0.0.1:${String(port)}`;
  return {
    url: `http://${host}`,
    host,
    token,
    stats: books.stats,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function handle(incoming: IncomingMessage, token: string, books: Books): Promise<Answer> {
  if (incoming.headers.authorization !== `Bearer ${token}`) {
    books.stats.refused += 1;
    return problem(401, 'a bearer token is required');
  }
  const body = await readText(incoming);
  if (body === undefined) return problem(413, `more than ${String(maxBodyBytes)} bytes`);
  const key = incoming.headers['idempotency-key'];
  const request: Request = {
    method: incoming.method ?? 'GET',
    url: new URL(incoming.url ?? '/', 'http://partner'),
    body,
    idempotencyKey: typeof key === 'string' ? key : undefined,
  };
  return route(request, books);
}

type Handler = (request: Request, books: Books, names: readonly string[]) => Answer;

const routes: readonly (readonly [method: string, path: RegExp, handler: Handler])[] = [
  ['GET', /^\/stats$/u, (_request, { stats }) => ({ status: 200, body: stats })],
  ['POST', /^\/suppliers\/batch$/u, ({ body }, books) => findSuppliers(body, books)],
  ['GET', /^\/suppliers\/([^/]+)$/u, (_request, books, [id]) => findSupplier(id, books)],
  ['GET', /^\/archive\/([^/]+)\/([^/]+)$/u, (_request, books, names) => findArchived(names, books)],
  ['GET', /^\/sanctions$/u, ({ url }, books) => screen(url.searchParams, books)],
  ['POST', /^\/ledger\/entries$/u, (request, books) => post(request, books)],
];

function route(request: Request, books: Books): Answer {
  for (const [method, path, handler] of routes) {
    const match = method === request.method ? path.exec(request.url.pathname) : null;
    if (match !== null) return handler(request, books, match.slice(1).map(decodeURIComponent));
  }
  return problem(404, 'no such resource');
}

function findSupplier(id: string | undefined, { stats }: Books): Answer {
  stats.lookups += 1;
  stats.keysAsked += 1;
  const supplier = suppliers.find((candidate) => candidate.id === id);
  return supplier === undefined
    ? problem(404, 'no such supplier')
    : { status: 200, body: supplier };
}

function findSuppliers(body: string, { stats }: Books): Answer {
  const ids = idsIn(body);
  if (ids === undefined) return problem(400, 'ids must be an array of texts');
  stats.batchCalls += 1;
  stats.keysAsked += ids.length;
  return {
    status: 200,
    body: { suppliers: suppliers.filter((supplier) => ids.includes(supplier.id)) },
  };
}

function findArchived([supplierId, number]: readonly string[], { stats }: Books): Answer {
  stats.archiveChecks += 1;
  const found = archive.find((entry) => entry.supplierId === supplierId && entry.number === number);
  return found === undefined ? problem(404, 'not in the archive') : { status: 200, body: found };
}

function screen(query: URLSearchParams, { stats }: Books): Answer {
  stats.sanctionChecks += 1;
  const hit = sanctions.find(
    (entry) => entry.name === query.get('name') && entry.country === query.get('country'),
  );
  return { status: 200, body: { isListed: hit !== undefined, list: hit?.list ?? null } };
}

function post({ idempotencyKey, body }: Request, { stats, postings }: Books): Answer {
  if (idempotencyKey === undefined) return problem(400, 'Idempotency-Key is required');
  stats.posts += 1;
  const known = postings.get(idempotencyKey);
  if (known !== undefined) {
    return known.body === body
      ? { status: 200, body: { entryId: known.entryId } }
      : problem(422, 'the key was used with another posting');
  }
  const entryId = `L-${createHash('sha256').update(idempotencyKey).digest('hex').slice(0, 10)}`;
  postings.set(idempotencyKey, { body, entryId });
  stats.distinctKeys = postings.size;
  return { status: 201, body: { entryId } };
}

async function readText(incoming: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBodyBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function idsIn(body: string): readonly string[] | undefined {
  const parsed = tryParse(body);
  if (typeof parsed !== 'object' || parsed === null || !('ids' in parsed)) return undefined;
  const { ids } = parsed;
  return Array.isArray(ids) && ids.every((id) => typeof id === 'string') ? ids : undefined;
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function problem(status: number, detail: string): Answer {
  return { status, body: { status, detail } };
}

function emptyStats(): PartnerStats {
  return {
    lookups: 0,
    batchCalls: 0,
    keysAsked: 0,
    archiveChecks: 0,
    sanctionChecks: 0,
    posts: 0,
    distinctKeys: 0,
    refused: 0,
  };
}

if (import.meta.main) void main();

async function main(): Promise<void> {
  const port = Number(process.env['PORT'] ?? 4010);
  const partner = await startPartner({ port });
  console.log(`partner listens on ${partner.url}, bearer token ${partner.token}`);
}
