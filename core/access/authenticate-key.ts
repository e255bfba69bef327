import { constantTimeEquals } from '../../kernel/crypto/hash.ts';
import { AppError } from '../../kernel/errors.ts';
import type { Services } from '../context.ts';
import type { Actor } from './actor.ts';
import { environmentOf, isCredentialKind, readKey } from './api-key.ts';
import type { PresentedKey } from './api-key.ts';
import { findKey, touchKey } from './find-key.ts';
import type { KeyRow } from './key-row.ts';
import { createKeyRows } from './key-rows.ts';
import { createFailureCount, createLockOut } from './lock-out.ts';
import type { CountFailure } from './lock-out.ts';
import { recordLockOut } from './record-lock-out.ts';
import { tenantSuspended } from './tenant-suspended.ts';
import { watchCredential } from './watch-credential.ts';

const noHash = new Uint8Array(32);
/** Failed logins in ten minutes before a lock-out begins. */
const freeOfAddress = 20;
const freeOfKey = 10;

/** A credential that is live now. */
export interface AuthenticatedKey {
  readonly actor: Actor;
  /** When it ends, whatever is done with it. */
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

/** Knows API keys, sessions and access tokens. Keeps rows for two seconds; a revoked key's tenant is forgotten at the ring. */
export function createKeyAuthenticator(
  services: AuthenticatorServices,
  count: CountFailure = createFailureCount(services.clock),
): KeyAuthenticator {
  const { database, doorbell, clock, log } = services;
  const rows = createKeyRows<KeyRow>(services, {
    find: (ref) => findKey(database, wantedBy(ref)),
    touch: (row) => touchKey(services, row),
  });
  const addresses = createLockOut({ clock, count, free: freeOfAddress });
  const keys = createLockOut({ clock, count, free: freeOfKey });

  async function rowOf(ref: string, address: string | undefined) {
    const known = rows.peek(ref);
    if (known !== undefined) return known === 'unknown' ? undefined : known;
    // Behind a locked address are others too, whose credential may be new: strangers are looked for, but few.
    if (address !== undefined && !rows.isFamiliar(ref)) addresses.pass(`address ${address}`);
    return await rows.find(ref);
  }

  async function check(presented: string, address?: string): Promise<KeyRow> {
    const { secretHash, ...wanted } = readKey(environmentOf(database), presented);
    const ref = refOf(wanted);
    const row = await rowOf(ref, address);
    const isGenuine = constantTimeEquals(secretHash, row?.secretHash ?? noHash);
    if (row === undefined || !isGenuine || !isLive(row, clock.now())) {
      if (address !== undefined) await noteFailure({ ref, row, address });
      throw new AppError('UNAUTHENTICATED', 'the API key is not valid');
    }
    if (row.isSuspended) throw tenantSuspended();
    return row;
  }

  async function authenticateKey(presented: string, address?: string): Promise<AuthenticatedKey> {
    const row = await check(presented, address);
    const { actor, expiresAt, tenantId, kind } = row;
    rows.noteUse(refOf(row), row);
    return {
      actor,
      // A session is put off by use, so that it is looked at again instead.
      ...(expiresAt === null || kind === 'session' ? {} : { expiresAt }),
      onRevoked: (listener) =>
        watchCredential(
          { doorbell, tenantId, actor, look: async () => (await check(presented)).actor },
          listener,
        ),
    };
  }

  /**
   * Throws RATE_LIMITED instead of counting on while the address or the key is locked out. Counts for keys that there are
   * not, too, so that neither answer nor work tells which there are.
   */
  async function noteFailure({ ref, row, address }: Failure): Promise<void> {
    addresses.check(`address ${address}`);
    keys.check(`key ${ref}`);
    const isFirst = await addresses.fail(`address ${address}`);
    if (isFirst)
      log.warn({ address }, 'logins of an address fail again and again; it is locked out');
    const isLocked = await keys.fail(`key ${ref}`);
    if (row === undefined || !isLocked) return;
    await recordLockOut(services, row, address).catch((error: unknown) => {
      log.error({ err: error, keyId: row.id }, 'a lock-out could not be put on record');
    });
  }

  return { authenticateKey, [Symbol.dispose]: () => rows[Symbol.dispose]() };
}

interface Failure {
  readonly ref: string;
  readonly row: KeyRow | undefined;
  readonly address: string;
}

/** What rows are kept by. */
function refOf({ kind, publicId }: Pick<PresentedKey, 'kind' | 'publicId'>): string {
  return `${kind} ${publicId}`;
}

function wantedBy(ref: string): Pick<PresentedKey, 'kind' | 'publicId'> {
  const [kind, publicId = ''] = ref.split(' ');
  return { kind: isCredentialKind(kind) ? kind : 'key', publicId };
}

function isLive({ isEnded, expiresAt }: KeyRow, now: Date): boolean {
  return !isEnded && (expiresAt === null || expiresAt > now);
}
