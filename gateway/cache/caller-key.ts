import { createHash } from 'node:crypto';

import type { Identity } from '../admit/identity.ts';
import type { OperationRequest } from '../operation.ts';

/** By what the private part of a caller is known. */
export type PrivateId = 'identity' | { readonly claim: string };

/** What the rules about headers and callers say for one subgraph. */
export interface CallerRules {
  readonly privateId: PrivateId;
  /** Headers on which public answers do not depend, in lower case. */
  readonly ignoredHeaders: ReadonlySet<string>;
  /** Plugins see all of a request and may make of it what they like. */
  readonly seesAllHeaders: boolean;
}

/** Who asks one subgraph, as far as what it answers may depend on it. */
export interface CallerKey {
  /** Those with the same are answered alike, as far as the answer is public. */
  readonly open: string;
  /** The caller alone; undefined where nothing says who it is. */
  readonly own: string | undefined;
  /** A header that the rules ignore was sent: only what says that it is public is. */
  readonly needsPublic: boolean;
}

/** Differ from request to request and mean nothing to the answer. */
export const headersOfRequest: ReadonlySet<string> = new Set([
  'x-request-id',
  'traceparent',
  'tracestate',
]);

type Headers = Readonly<Record<string, string>>;

/** Names a caller by tenant and by all that the subgraph is sent about them. */
export function callerKey(request: OperationRequest, sent: Headers, rules: CallerRules): CallerKey {
  const { identity } = request;
  const parts: string[] = [identity.tenantId ?? ''];
  let needsPublic = false;
  let isVouchedFor = rules.seesAllHeaders;
  for (const name of Object.keys(sent).toSorted()) {
    if (headersOfRequest.has(name)) continue;
    // What vouches for a caller is fresh for each request: the identity stands for it.
    if (name.startsWith('x-operandi-')) isVouchedFor = true;
    else if (rules.ignoredHeaders.has(name)) needsPublic = true;
    else parts.push(name, sent[name] ?? '');
  }
  parts.push(isVouchedFor ? identity.key : '');
  if (rules.seesAllHeaders) parts.push(JSON.stringify(meaningful(request.headers)));
  const open = digest(parts);
  const own = privatePart(identity, rules.privateId);
  return { open, needsPublic, own: own === undefined ? undefined : digest([open, ...own]) };
}

/** Another issuer's subject of the same name is somebody else. */
function privatePart(identity: Identity, id: PrivateId): readonly string[] | undefined {
  const { isAuthenticated, key, claims } = identity;
  if (!isAuthenticated) return undefined;
  if (id === 'identity') return ['identity', key];
  const value = claims?.[id.claim];
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const issuer = claims?.['iss'];
  return ['claim', typeof issuer === 'string' ? issuer : '', id.claim, typeof value, String(value)];
}

const meaningless = new Set(['content-length', 'connection', 'user-agent', 'host']);

function meaningful(headers: Headers): readonly (readonly [string, string])[] {
  return Object.entries(headers)
    .filter(([name]) => !meaningless.has(name) && !headersOfRequest.has(name))
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
}

/** One name for a list of texts: as JSON no two lists look alike. */
export function digest(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
}
