import { constantTimeEquals } from '../../kernel/crypto/hash.ts';
import { AppError } from '../../kernel/errors.ts';
import type { Services } from '../context.ts';
import type { Actor } from './actor.ts';
import { environmentOf, readKey } from './api-key.ts';
import type { KeyRow } from './find-key.ts';
import { cacheMs, createKeyRows } from './key-rows.ts';
import { createFailureCount, createLockOut } from './lock-out.ts';
import type { CountFailure } from './lock-out.ts';
import { isPermission } from './permissions.ts';
import { recordLockOut } from './record-lock-out.ts';
import { revokedChannel } from './revoked.ts';

const suspended = 'the tenant is suspended; ask whoever runs the platform';
const noHash = new Uint8Array(32);
/** Failed logins in ten minutes before a lock-out begins. */
const freeOfAddress = 20;
const freeOfKey = 10;

/** A key that is live now. */
export interface AuthenticatedKey {
  readonly actor: Actor;
  readonly expiresAt?: Date;
  /** Calls the listener once, with why, when the key has ended before its time; returns the way to stop. */
  onRevoked(listener: (why: AppError) => void): () => void;
}

/** Tells who presents a key; dispose it to end its listening. */
export interface KeyAuthenticator extends Disposable {
  /**
   * Every flaw of a key is the same UNAUTHENTICATED; FORBIDDEN for a good key of a suspended tenant, and RATE_LIMITED for an address or a key that fails again and
   * again. A good key is never locked out by what others do with it or beside it.
   */
  authenticateKey(presented: string, address?: string): Promise<AuthenticatedKey>;
}

type AuthenticatorServices = Pick<Services, 'database' | 'doorbell' | 'clock' | 'log'>;

/** Keeps rows for two seconds; a revoked key's tenant is forgotten at the ring. */
export function createKeyAuthenticator(
  services: AuthenticatorServices,
  count: CountFailure = createFailureCount(services.clock),
): KeyAuthenticator {
  const { database, doorbell, clock, log } = services;
  const rows = createKeyRows(services);
  const addresses = createLockOut({ clock, count, free: freeOfAddress });
  const keys = createLockOut({ clock, count, free: freeOfKey });

  async function rowOf(publicId: string, address: string | undefined) {
    const known = rows.peek(publicId);
    // Who is locked out makes us look for nobody but those who have been here before.
    if (address !== undefined && typeof known !== 'object' && !rows.isFamiliar(publicId)) {
      addresses.check(`address ${address}`);
    }
    return known === 'unknown' ? undefined : (known ?? (await rows.find(publicId)));
  }

  async function authenticateKey(presented: string, address?: string): Promise<AuthenticatedKey> {
    const { publicId, secretHash } = readKey(environmentOf(database), presented);
    const row = await rowOf(publicId, address);
    const isGenuine = constantTimeEquals(secretHash, row?.secretHash ?? noHash);
    if (row === undefined || !isGenuine || !isLive(row, clock.now())) {
      if (address !== undefined) await noteFailure(row, address);
      throw new AppError('UNAUTHENTICATED', 'the API key is not valid');
    }
    if (row.tenant.suspendedAt !== null) throw new AppError('FORBIDDEN', suspended);
    rows.noteUse(row);
    return {
      actor: actorOf(row),
      ...(row.expiresAt === null ? {} : { expiresAt: row.expiresAt }),
      onRevoked: (listener) =>
        watchKey({ doorbell, row, look: () => authenticateKey(presented) }, listener),
    };
  }

  /** Throws RATE_LIMITED instead of counting on while the address or the key is locked out. */
  async function noteFailure(row: KeyRow | undefined, address: string): Promise<void> {
    addresses.check(`address ${address}`);
    if (row !== undefined) keys.check(`key ${row.publicId}`);
    const isFirst = await addresses.fail(`address ${address}`);
    if (isFirst)
      log.warn({ address }, 'logins of an address fail again and again; it is locked out');
    if (row === undefined || !(await keys.fail(`key ${row.publicId}`))) return;
    await recordLockOut(services, row, address).catch((error: unknown) => {
      log.error({ err: error, keyId: row.id }, 'a lock-out could not be put on record');
    });
  }

  return { authenticateKey, [Symbol.dispose]: () => rows[Symbol.dispose]() };
}

interface Watched {
  readonly doorbell: Services['doorbell'];
  readonly row: KeyRow;
  /** Fails once the key has ended. */
  readonly look: () => Promise<unknown>;
}

// A ring only says that something changed, and may be lost: the key itself is looked at again.
function watchKey({ doorbell, row, look }: Watched, listener: (why: AppError) => void): () => void {
  const check = () => {
    look().catch((error: unknown) => {
      if (!(error instanceof AppError) || !isEnd(error)) return;
      stop();
      listener(error);
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

function isEnd({ code }: AppError): boolean {
  return code === 'UNAUTHENTICATED' || code === 'FORBIDDEN';
}

function isLive({ revokedAt, expiresAt }: KeyRow, now: Date): boolean {
  return revokedAt === null && (expiresAt === null || expiresAt > now);
}

function actorOf({ id, tenantId, name, permissions }: KeyRow): Actor {
  return { kind: 'api_key', id, tenantId, name, permissions: permissions.filter(isPermission) };
}
