import { createCache } from '../../kernel/cache.ts';
import { constantTimeEquals } from '../../kernel/crypto/hash.ts';
import { AppError } from '../../kernel/errors.ts';
import type { Services } from '../context.ts';
import type { Actor } from './actor.ts';
import { environmentOf, readKey } from './api-key.ts';
import { findKey, touchKey } from './find-key.ts';
import type { KeyRow } from './find-key.ts';
import { isPermission } from './permissions.ts';
import { revokedChannel } from './revoked.ts';

// A row may be this old when the next look begins, so a lost ring costs at most twice as much.
const cacheMs = 2_000;
const maxCached = 10_000;
const noHash = new Uint8Array(32);

/** A key that is live now. */
export interface AuthenticatedKey {
  readonly actor: Actor;
  readonly expiresAt?: Date;
  /** Calls the listener once when the key has ended before its time; returns the way to stop. */
  onRevoked(listener: () => void): () => void;
}

/** Tells who presents a key; dispose it to end its listening. */
export interface KeyAuthenticator extends Disposable {
  /** Every flaw of a key is the same UNAUTHENTICATED, after the same steps. */
  authenticateKey(presented: string): Promise<AuthenticatedKey>;
}

type AuthenticatorServices = Pick<Services, 'database' | 'doorbell' | 'clock' | 'log'>;

/** Keeps rows for two seconds; a revoked key's tenant is forgotten at the ring. */
export function createKeyAuthenticator(services: AuthenticatorServices): KeyAuthenticator {
  const { database, doorbell, clock } = services;
  const rows = createCache<KeyRow | undefined>({ max: maxCached, ttlMs: cacheMs, clock });
  const tenants = new Map<string, { readonly publicIds: Set<string>; readonly stop: () => void }>();

  function watch({ tenantId, publicId }: KeyRow): void {
    const known = tenants.get(tenantId);
    const publicIds = known?.publicIds ?? new Set();
    publicIds.add(publicId);
    if (known !== undefined) return;
    const stop = doorbell.listen(revokedChannel(tenantId), () => {
      for (const one of publicIds) rows.delete(one);
      publicIds.clear();
    });
    tenants.set(tenantId, { publicIds, stop });
  }

  async function load(publicId: string): Promise<KeyRow | undefined> {
    const row = await findKey(database, publicId);
    if (row === undefined) return undefined;
    watch(row);
    touchKey(services, row);
    return row;
  }

  async function authenticateKey(presented: string): Promise<AuthenticatedKey> {
    const { publicId, secretHash } = readKey(environmentOf(database), presented);
    const row = await rows.getOrLoad(publicId, load);
    const isGenuine = constantTimeEquals(secretHash, row?.secretHash ?? noHash);
    if (row === undefined || !isGenuine || !isLive(row, clock.now())) {
      throw new AppError('UNAUTHENTICATED', 'the API key is not valid');
    }
    return {
      actor: actorOf(row),
      ...(row.expiresAt === null ? {} : { expiresAt: row.expiresAt }),
      onRevoked: (listener) => onRevoked(row, presented, listener),
    };
  }

  // A ring only says that something changed, and may be lost: the key itself is looked at again.
  function onRevoked(row: KeyRow, presented: string, listener: () => void): () => void {
    const check = () => {
      authenticateKey(presented).catch((error: unknown) => {
        if (!(error instanceof AppError) || error.code !== 'UNAUTHENTICATED') return;
        stop();
        listener();
      });
    };
    const stopListening = doorbell.listen(revokedChannel(row.tenantId), check);
    const timer = setInterval(check, cacheMs).unref();
    const stop = () => {
      stopListening();
      clearInterval(timer);
    };
    return stop;
  }

  return {
    authenticateKey,
    [Symbol.dispose]() {
      for (const { stop } of tenants.values()) stop();
      tenants.clear();
      rows.clear();
    },
  };
}

function isLive({ revokedAt, expiresAt }: KeyRow, now: Date): boolean {
  return revokedAt === null && (expiresAt === null || expiresAt > now);
}

function actorOf({ id, tenantId, name, permissions }: KeyRow): Actor {
  return { kind: 'api_key', id, tenantId, name, permissions: permissions.filter(isPermission) };
}
