import { readFileSync } from 'node:fs';
import { createSecureContext, type TLSSocket } from 'node:tls';
import type { Logger } from '../logger.ts';

/** Files by which processes of the platform know each other. */
export interface PeerTlsFiles {
  readonly certFile: string;
  readonly keyFile: string;
  /** Who signs the certificates of the other processes. */
  readonly caFile: string;
  /** Names of certificates whose owners may call this process. */
  readonly peers: readonly string[];
}

/** What TLS needs, as the files have it now. */
export interface TlsMaterial {
  readonly cert: string;
  readonly key: string;
  readonly ca: string;
}

/** Certificates of this process, which may change while it runs. */
export interface PeerTls extends Disposable {
  readonly peers: readonly string[];
  current(): TlsMaterial;
  onChange(listener: (material: TlsMaterial) => void): void;
}

/** Between two looks at the files, milliseconds. */
const lookMs = 5_000;

/** Reads the files, which must fit together; new ones that do not are told of, and the old ones stay. */
export function openPeerTls(
  files: PeerTlsFiles,
  { log, everyMs = lookMs }: { readonly log: Logger; readonly everyMs?: number },
): PeerTls {
  let current = read(files);
  let failed = '';
  const listeners = new Set<(material: TlsMaterial) => void>();

  function look(): void {
    try {
      const next = read(files);
      failed = '';
      if (isSame(next, current)) return;
      current = next;
      for (const listener of listeners) listener(next);
      log.info('certificates reloaded');
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (message !== failed) log.error({ err: error }, 'the new certificates cannot be used');
      failed = message;
    }
  }

  // By their content: folders of secrets change by links that no watcher sees.
  const timer = setInterval(look, everyMs);
  timer.unref();
  return {
    peers: files.peers,
    current: () => current,
    onChange: (listener) => void listeners.add(listener),
    [Symbol.dispose]: () => clearInterval(timer),
  };
}

/** True when the other side has shown a certificate of the platform's that names it as one of the peers. */
export function isPeer(socket: object, peers: readonly string[]): boolean {
  if (!isTls(socket) || !socket.authorized) return false;
  const certificate = socket.getPeerX509Certificate();
  const exactly = { subject: 'never', wildcards: false, partialWildcards: false } as const;
  return peers.some((name) => certificate?.checkHost(name, exactly) !== undefined);
}

function isTls(socket: object): socket is TLSSocket {
  return 'getPeerX509Certificate' in socket;
}

function read({ certFile, keyFile, caFile }: PeerTlsFiles): TlsMaterial {
  const [cert, key, ca] = [certFile, keyFile, caFile].map((path) => readFileSync(path, 'utf8'));
  const material = { cert: cert ?? '', key: key ?? '', ca: ca ?? '' };
  createSecureContext(material);
  return material;
}

function isSame(left: TlsMaterial, right: TlsMaterial): boolean {
  return left.cert === right.cert && left.key === right.key && left.ca === right.ca;
}
