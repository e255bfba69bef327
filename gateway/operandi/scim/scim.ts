import type { IncomingMessage } from 'node:http';
import type { Logger } from 'pino';

import { AppError } from '../../../kernel/errors.ts';
import { isId } from '../../../kernel/ids.ts';
import { parseOutsideJson, type JsonObject, type JsonValue } from '../../../kernel/json.ts';
import type { PageGate } from '../../admit/ask.ts';
import type { Identity } from '../../admit/identity.ts';
import { clientAddress } from '../../listen/http/client-address.ts';
import type { Page } from '../../listen/http/server.ts';
import { readSmallBody } from '../read-small-body.ts';
import {
  listResponse,
  maxScimPage,
  resourceTypes,
  schemas,
  serviceProviderConfig,
} from './scim-documents.ts';
import { errorPage, ScimError, scimPage } from './scim-error.ts';
import { readFilter } from './scim-filter.ts';
import { findMembers, getMember, provision, type AskMembers } from './scim-members.ts';
import { readPatch } from './scim-patch.ts';
import { presentUser, readUser } from './scim-user.ts';

/** What provisioning by SCIM needs. */
export interface ScimOptions {
  readonly log: Logger;
  /** Where the gateway is reached; undefined: at the address that is asked. */
  readonly publicUrl: string | undefined;
  readonly trustedHops: number;
}

interface Asked {
  readonly url: URL;
  readonly request: IncomingMessage;
  /** Of all that is served here, for `location`. */
  readonly base: string;
  readonly ask: AskMembers;
}

const prefix = '/scim/v2';
const maxBodyBytes = 65_536;
const maxStartIndex = 1_000_000;

/** Serves `/scim/v2/…` (RFC 7644) over the API; undefined for other paths. */
export function createScim(
  options: ScimOptions,
): (url: URL, request: IncomingMessage, gate: PageGate) => Promise<Page | undefined> {
  return async (url, request, gate) => {
    if (url.pathname !== prefix && !url.pathname.startsWith(`${prefix}/`)) return undefined;
    const { requestId } = gate;
    const leaving = new AbortController();
    request.once('close', () => leaving.abort());
    try {
      const address = clientAddress(request, options.trustedHops);
      const identity = await identityOf(request, gate, { address, signal: leaving.signal });
      const ask: AskMembers = (query, variables) =>
        gate.ask({
          ...{ query, variables, identity, address, requestId },
          signal: AbortSignal.timeout(patienceMs),
        });
      return await serve({ url, request, ask, base: baseOf(options, request) });
    } catch (error) {
      return errorPage(error, { log: options.log, requestId });
    }
  };
}

const patienceMs = 30_000;

/** The bearer alone counts: a browser that is signed in is no directory. */
async function identityOf(
  { headers: { authorization } }: IncomingMessage,
  { identify }: PageGate,
  asking: { readonly address: string; readonly signal: AbortSignal },
): Promise<Identity> {
  if (authorization === undefined)
    throw new AppError('UNAUTHENTICATED', 'send the key of the directory as bearer token');
  const identity = await identify({ authorization }, asking);
  if (identity.scopes?.includes('ACCESS_PROVISION') === true) return identity;
  throw new AppError('FORBIDDEN', 'this needs the permission ACCESS_PROVISION');
}

function baseOf({ publicUrl }: ScimOptions, { headers, socket }: IncomingMessage): string {
  if (publicUrl !== undefined) return `${new URL(publicUrl).origin}${prefix}`;
  return `${'encrypted' in socket ? 'https' : 'http'}://${headers.host ?? 'localhost'}${prefix}`;
}

async function serve(asked: Asked): Promise<Page> {
  const { url, request, base } = asked;
  const [kind = '', id, ...more] = url.pathname.slice(prefix.length + 1).split('/');
  if (more.length > 0) throw noResource();
  if (kind === 'Users') return await (id === undefined ? serveUsers(asked) : serveUser(asked, id));
  if (request.method !== 'GET') throw new ScimError(405, 'it can only be read');
  if (kind === 'ServiceProviderConfig') return scimPage(200, serviceProviderConfig(base));
  return serveDocuments({ ResourceTypes: resourceTypes(base), Schemas: schemas(base) }, kind, id);
}

type Documents = Readonly<Record<string, readonly JsonObject[]>>;

function serveDocuments(documents: Documents, kind: string, id: string | undefined): Page {
  const all = Object.hasOwn(documents, kind) ? documents[kind] : undefined;
  if (all === undefined) throw noResource();
  if (id === undefined)
    return scimPage(200, listResponse(all, { total: all.length, startIndex: 1 }));
  // Ids of schemas have colons, which some write by their number.
  const wanted = id.replaceAll(/%3a/gi, ':');
  const found = all.find((document) => document['id'] === wanted);
  if (found === undefined) throw noResource();
  return scimPage(200, found);
}

async function serveUsers({ url, request, base, ask }: Asked): Promise<Page> {
  if (request.method === 'POST') {
    const member = await provision(ask, readUser(await readBody(request)));
    const user = presentUser(member, base);
    const page = scimPage(201, user);
    return { ...page, headers: { ...page.headers, location: `${base}/Users/${member.id}` } };
  }
  if (request.method !== 'GET') throw new ScimError(405, 'users are listed and created here');
  const query = url.searchParams;
  const startIndex = Math.min(Math.max(numberIn(query, 'startIndex') ?? 1, 1), maxStartIndex);
  const count = Math.min(Math.max(numberIn(query, 'count') ?? 100, 0), maxScimPage);
  const filter = readFilter(query.get('filter'));
  const { totalCount, nodes } = await findMembers(ask, { ...filter, startIndex, count });
  const users = nodes.map((member) => presentUser(member, base));
  return scimPage(200, listResponse(users, { total: totalCount, startIndex }));
}

async function serveUser({ request, base, ask }: Asked, id: string): Promise<Page> {
  if (!isId(id)) throw noResource();
  switch (request.method) {
    case 'GET':
      return scimPage(200, presentUser(await getMember(ask, id), base));
    case 'PUT': {
      const wish = readUser(await readBody(request));
      return scimPage(200, presentUser(await provision(ask, { id, ...wish }), base));
    }
    case 'PATCH': {
      const wish = readPatch(await readBody(request));
      return scimPage(200, presentUser(await provision(ask, { id, ...wish }), base));
    }
    case 'DELETE':
      await provision(ask, { id, isActive: false });
      return { ...scimPage(204, {}), body: '' };
    default:
      throw new ScimError(405, 'use GET, PUT, PATCH or DELETE');
  }
}

async function readBody(request: IncomingMessage): Promise<JsonValue> {
  const type = request.headers['content-type'] ?? '';
  if (!/^application\/(scim\+)?json\s*(;|$)/i.test(type))
    throw new ScimError(415, 'send content-type application/scim+json', 'invalidSyntax');
  const text = await readSmallBody(request, maxBodyBytes);
  try {
    return parseOutsideJson(text);
  } catch {
    throw new ScimError(400, 'the body is not JSON', 'invalidSyntax');
  }
}

function numberIn(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  const number = Number(text);
  if (Number.isInteger(number)) return number;
  throw new ScimError(400, `${name} is a whole number`, 'invalidValue');
}

function noResource(): ScimError {
  return new ScimError(404, 'there is no such resource');
}
