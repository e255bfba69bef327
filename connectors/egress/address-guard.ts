import { lookup as resolveName } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';

import ipaddr from 'ipaddr.js';
import { LRUCache } from 'lru-cache';

import { AppError } from '../../kernel/errors.ts';

/** All addresses of a name. */
export type Resolve = (hostname: string) => Promise<readonly string[]>;

/** Keeps requests away from addresses that are not public. */
export interface AddressGuard {
  /** Refuses what can be seen from the text: scheme, user info, literal addresses in any spelling. */
  check(url: URL): void;
  /** Refuses a name that has an address which is not public; one that cannot be looked up here passes. */
  checkName(url: URL): Promise<void>;
  /** The address to connect to for a host of any spelling; refuses one that has an address which is not public. */
  pin(host: string, port: number): Promise<string>;
  /** Name resolution for the sockets of one origin: an address is checked by the very look-up that connects to it. */
  lookupFor(url: URL): LookupFunction;
}

interface AllowedHost {
  readonly host: string;
  readonly port: string | undefined;
}

interface Origin {
  readonly host: string;
  readonly port: string;
}

/** Origins that were checked and are remembered. */
const maxOrigins = 1_000;
const globalUnicast = ipaddr.parseCIDR('2000::/3');

/** `allow` lists `host` or `host:port` that may be private. */
export function createAddressGuard(
  allow: readonly string[],
  resolve: Resolve = resolveAll,
): AddressGuard {
  const allowed = allow.map(parseAllowed);
  const isAllowed = (host: string, port: string): boolean => isListed(allowed, { host, port });
  const isAcceptable = (address: string, origin: Origin): boolean =>
    isPublic(address) || isAllowed(origin.host, origin.port) || isAllowed(address, origin.port);
  // A name that there is not and one of the inner network get one answer: it tells nothing of that network.
  const addressesOf = async (name: string, url: URL): Promise<readonly string[]> => {
    const { host, port } = originOf(url);
    return await resolve(name).catch((error: unknown) => {
      throw isNoName(error) && !isAllowed(host, port) ? blocked(url) : error;
    });
  };
  const isFit = rememberFit(
    (origin) => !ipaddr.isValid(origin.host) || isAcceptable(origin.host, origin),
  );

  return {
    check(url) {
      checkShape(url);
      if (!isFit(url)) throw blocked(url);
    },
    async checkName(url) {
      const origin = originOf(url);
      if (ipaddr.isValid(origin.host)) return;
      const addresses = await resolve(origin.host).catch(() => []);
      if (!addresses.every((address) => isAcceptable(address, origin))) throw blocked(url);
    },
    async pin(host, port) {
      const url = placeOf(host, port);
      const origin = originOf(url);
      const isLiteral = ipaddr.isValid(origin.host);
      const found = isLiteral ? [origin.host] : await addressesOf(origin.host, url);
      const [first] = found.every((address) => isAcceptable(address, origin)) ? found : [];
      if (first === undefined) throw blocked(url);
      return first;
    },
    lookupFor(url) {
      const origin = originOf(url);
      return (hostname, options, callback) => {
        const entries = addressesOf(hostname, url).then((addresses) => {
          if (addresses.length === 0) throw new Error(`${hostname} has no address`);
          if (!addresses.every((address) => isAcceptable(address, origin))) throw blocked(url);
          return addresses.map(asEntry);
        });
        entries.then(
          (found) => {
            const [first] = found;
            if (options.all === true || first === undefined) callback(null, found);
            else callback(null, first.address, first.family);
          },
          (error: unknown) => {
            callback(error instanceof Error ? error : new Error(String(error)), []);
          },
        );
      };
    },
  };
}

function isListed(allowed: readonly AllowedHost[], { host, port }: Origin): boolean {
  return allowed.some(
    (entry) => entry.host === host && (entry.port === undefined || entry.port === port),
  );
}

/** What can be seen from the text of an origin never changes. */
function rememberFit(isFit: (origin: Origin) => boolean): (url: URL) => boolean {
  const seen = new LRUCache<string, boolean>({ max: maxOrigins });
  return (url) => {
    const known = seen.get(url.origin) ?? isFit(originOf(url));
    seen.set(url.origin, known);
    return known;
  };
}

function asEntry(address: string) {
  return { address, family: ipaddr.parse(address).kind() === 'ipv6' ? 6 : 4 };
}

function checkShape(url: URL): void {
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new AppError('EGRESS_BLOCKED', `only http and https may be called, not ${url.protocol}`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new AppError(
      'EGRESS_BLOCKED',
      `the address of ${url.host} carries user info; set a credential instead`,
    );
  }
}

/** A host and a port in the one spelling that URLs have. */
function placeOf(host: string, port: number): URL {
  const name = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
  const url = URL.parse(`http://${name}:${String(port)}/`);
  const isPlain = url?.pathname === '/' && url.username === '' && url.search === '';
  if (url !== null && isPlain) return url;
  throw new AppError('BAD_USER_INPUT', 'the host to call is no name and no address', {
    path: 'host',
  });
}

/** Services of cloud hosts for their own machines, in public address space. */
const innerServices: ReadonlySet<string> = new Set(['168.63.129.16']);

// Everything with a purpose of its own (loopback, private, link-local, mapped, NAT64, 6to4 …) is not `unicast`.
// Of IPv6 only 2000::/3 is given out; outside of it ipaddr.js calls e.g. the IPv4-compatible ::7f00:1 unicast.
function isPublic(text: string): boolean {
  const address = ipaddr.process(text);
  if (address.range() !== 'unicast' || innerServices.has(address.toString())) return false;
  return address.kind() === 'ipv4' || address.match(globalUnicast);
}

function originOf(url: URL): Origin {
  const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port;
  return { host: bare(url.hostname), port };
}

function parseAllowed(entry: string): AllowedHost {
  const match = /^(?<host>\[[^\]]+\]|[^:]+)(?::(?<port>\d{1,5}))?$/u.exec(entry.trim());
  const host = match?.groups?.['host'];
  if (host === undefined || !URL.canParse(`http://${host}`)) {
    throw new AppError('BAD_USER_INPUT', `${JSON.stringify(entry)} is not host or host:port`);
  }
  return { host: bare(new URL(`http://${host}`).hostname), port: match?.groups?.['port'] };
}

function bare(hostname: string): string {
  return hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
}

// The address behind a name stays unsaid: it would describe the inner network to the caller.
function blocked(url: URL): AppError {
  return new AppError(
    'EGRESS_BLOCKED',
    `${url.host} has no public address and is not on the list of allowed hosts`,
  );
}

function isNoName(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOTFOUND';
}

async function resolveAll(hostname: string): Promise<readonly string[]> {
  const entries = await resolveName(hostname, { all: true, order: 'verbatim' });
  return entries.map((entry) => entry.address);
}
