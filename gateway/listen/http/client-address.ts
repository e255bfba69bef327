import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

import ipaddr from 'ipaddr.js';

/**
 * Whom limits by address count a request for: the peer, or what the last of `trustedHops` own proxies says of it.
 * Of IPv6 the network stands for the host, as one host has all of its addresses.
 */
export function clientAddress(
  { headers, socket }: Pick<IncomingMessage, 'headers' | 'socket'>,
  trustedHops: number,
): string {
  const forwarded = headers['x-forwarded-for'];
  const claimed = trustedHops > 0 && typeof forwarded === 'string' ? forwarded.split(',') : [];
  // Each proxy adds whom it was asked by; what stands before the entries of our own is the client's to invent.
  const told = claimed.at(-trustedHops)?.trim() ?? '';
  return ownerOf(told) ?? ownerOf(socket.remoteAddress ?? '') ?? 'unknown';
}

const networkParts = 4;

/** Undefined for what is no address. */
export function ownerOf(address: string): string | undefined {
  // Asked first, as the library finds out by errors that it throws and catches: most requests tell of nobody.
  if (isIP(address) === 0) return undefined;
  const parsed = ipaddr.process(address);
  if (parsed instanceof ipaddr.IPv4) return parsed.toString();
  const network = parsed.parts.slice(0, networkParts).map((part) => part.toString(16));
  return `${network.join(':')}::/64`;
}
