import ipaddr from 'ipaddr.js';

import type { Settings } from '../../kernel/config/settings.ts';

/** Through which proxies outgoing requests leave. */
export type ProxySettings = Settings['proxy'];

/** The proxy for an address, if it has one. */
export function proxyFor(url: URL, settings: ProxySettings): string | undefined {
  const proxy = url.protocol === 'https:' ? settings.https : settings.http;
  if (proxy === undefined) return undefined;
  return settings.except.some((entry) => isMatch(url, entry)) ? undefined : proxy;
}

function isMatch(url: URL, entry: string): boolean {
  if (entry === '*') return true;
  const host = bare(url.hostname);
  if (ipaddr.isValidCIDR(entry)) return isInRange(host, entry);
  const { name, port } = parseEntry(entry);
  if (name === '' || (port !== undefined && port !== portOf(url))) return false;
  return host === name || host.endsWith(`.${name}`);
}

/** `example.com`, `.example.com`, `*.example.com:8443`, `[::1]:443`, `::1`. */
function parseEntry(entry: string) {
  const pattern = /^(?:\*?\.)?(?<name>\[[^\]]+\]|[^:]+|[0-9a-f:]+)(?::(?<port>\d+))?$/i;
  const { name = '', port } = pattern.exec(entry)?.groups ?? {};
  return { name: bare(name.toLowerCase()), port };
}

function isInRange(host: string, range: string): boolean {
  if (!ipaddr.isValid(host)) return false;
  const address = ipaddr.process(host);
  const [network, bits] = ipaddr.parseCIDR(range);
  return address.kind() === network.kind() && address.match([network, bits]);
}

function portOf({ port, protocol }: URL): string {
  if (port !== '') return port;
  return protocol === 'https:' ? '443' : '80';
}

function bare(hostname: string): string {
  return hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
}
