import { readFileSync, statSync } from 'node:fs';

import { AppError } from '../../../kernel/errors.ts';
import type { PeerTls, TlsMaterial } from '../../../kernel/tls/peer-tls.ts';
import type { GatewayConfig } from '../../config/config.ts';

/** What TLS to a subgraph is made with, as Node.js takes it. */
export interface ClientTlsMaterial {
  readonly cert?: string | Buffer;
  readonly key?: string | Buffer;
  readonly ca?: string | Buffer;
  readonly minVersion?: 'TLSv1.3';
}

/** By what the gateway proves itself to a subgraph, and knows it; certificates are replaced while it runs. */
export interface ClientTls {
  /** The same object until something changes; for the connections that are opened from now on. */
  current(): ClientTlsMaterial;
}

/** Of the files that the configuration names for a subgraph, else of the platform's own certificates. */
export function clientTlsFor(
  { subgraph, subgraphs }: Pick<GatewayConfig, 'subgraph' | 'subgraphs'>,
  name: string,
  peerTls: PeerTls | undefined,
): ClientTls | undefined {
  const files = subgraphs[name]?.tls ?? subgraph.tls;
  if (files !== undefined) return openClientTls(name, files);
  return peerTls && ofPeer(peerTls);
}

function ofPeer(tls: PeerTls): ClientTls {
  let known: { readonly of: TlsMaterial; readonly material: ClientTlsMaterial } | undefined;
  return {
    current() {
      const of = tls.current();
      if (known?.of !== of) known = { of, material: { ...of, minVersion: 'TLSv1.3' } };
      return known.material;
    },
  };
}

type ClientTlsFiles = NonNullable<GatewayConfig['subgraph']['tls']>;

/** How often the files are looked at, milliseconds. */
const lookMs = 10_000;

/** Opens the files; throws BAD_USER_INPUT with the one that cannot be read. Later ones that cannot leave the old in force. */
export function openClientTls(name: string, files: ClientTlsFiles, everyMs = lookMs): ClientTls {
  const paths = { cert: files.certFile, key: files.keyFile, ca: files.caFile };
  let version = versionOf(Object.values(paths));
  let material = read(name, paths);
  let lookedAt = performance.now();

  function renew(): void {
    const newest = versionOf(Object.values(paths));
    if (newest === version) return;
    try {
      material = read(name, paths);
      version = newest;
    } catch {
      // Half written: the next look finds the rest.
    }
  }

  return {
    current() {
      const now = performance.now();
      if (now - lookedAt >= everyMs) {
        lookedAt = now;
        renew();
      }
      return material;
    },
  };
}

type Paths = Readonly<Record<'cert' | 'key' | 'ca', string | undefined>>;

function read(name: string, paths: Paths): ClientTlsMaterial {
  return Object.fromEntries(
    Object.entries(paths).flatMap(([part, path]) =>
      path === undefined ? [] : [[part, readOf(name, path)] as const],
    ),
  );
}

function readOf(name: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    const message = `The TLS file ${path} of subgraph "${name}" cannot be read`;
    throw new AppError('BAD_USER_INPUT', message, { cause });
  }
}

function versionOf(paths: readonly (string | undefined)[]): string {
  return paths.map((path) => (path === undefined ? '' : modifiedAt(path))).join();
}

function modifiedAt(path: string): string {
  return String(statSync(path, { throwIfNoEntry: false })?.mtimeMs);
}
