import { z } from 'zod';

import { IntegrationError } from '../../connectors/errors.ts';
import type { FetchedToken, TokenKey, TokenStore, TokenWish } from '../../connectors/ports.ts';
import { createCache } from '../../kernel/cache.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Keyring } from '../../kernel/crypto/keyring.ts';
import type { Database } from '../../kernel/database/database.ts';
import { outlast } from '../../kernel/database/outlast.ts';
import { AppError, type ErrorCode, errorCatalogue } from '../../kernel/errors.ts';
import { newId } from '../../kernel/ids.ts';
import { sleep } from '../../kernel/retry/sleep.ts';
import { endConsent, endOf, keepRefreshed, refreshTokenFor } from './consents.ts';
import { openToken, sealToken } from './sealed-token.ts';

interface Services {
  readonly database: Pick<Database, 'asSystem'>;
  readonly keyring: Keyring;
  readonly clock: Clock;
}

/** Longer than any fetch may take: after it the claim of a process that was lost is nobody's. */
const claimSeconds = 45;
/** How long a failure stands before the token endpoint is asked again, by whichever process. */
const failureSeconds = 5;
const lookMs = 50;
const maxTokens = 1_000;
const dayMs = 86_400_000;

/** One token for all processes: it is kept sealed in the database, and fetched by whoever claims to. */
export function createTokenStore(services: Services): TokenStore {
  const cache = createCache<FetchedToken>({ max: maxTokens, ttlMs: dayMs, clock: services.clock });
  return {
    async get({ refused, ...owner }, { signal, ...way }) {
      const key = JSON.stringify(owner);
      const known = cache.get(key);
      const isGood = known !== undefined && known.expiresAt > services.clock.now().getTime();
      if (!isGood || known.value === refused) cache.delete(key);
      // Shared by all who wait here, so it does not end with the first of them.
      const loading = cache.getOrLoad(key, () => load(services, { ...owner, refused }, way));
      return (await untilGone(loading, signal)).value;
    },
  };
}

function untilGone<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const leave = () => reject(signal.reason as Error);
  if (signal.aborted) leave();
  signal.addEventListener('abort', leave, { once: true });
  return Promise.race([work, promise]).finally(() => signal.removeEventListener('abort', leave));
}

type Way = Omit<TokenWish, 'signal'>;

async function load(services: Services, key: TokenKey, way: Way): Promise<FetchedToken> {
  const claim = newId();
  for (;;) {
    const seen = await outlast(() => look(services, key, { claim, way }));
    switch (seen.kind) {
      case 'token':
        return seen.token;
      case 'failed':
        throw seen.error;
      case 'outdated':
        return await way.fetch();
      case 'claimed':
        return await fetchClaimed(services, { ...{ key, claim, way }, ...seen });
      case 'waiting':
        await sleep(lookMs);
    }
  }
}

type Seen =
  | { readonly kind: 'token'; readonly token: FetchedToken }
  | { readonly kind: 'failed'; readonly error: AppError }
  | { readonly kind: 'claimed'; readonly refreshToken?: string }
  | { readonly kind: 'waiting' | 'outdated' };

interface Row {
  readonly version: number;
  readonly sealed: unknown;
  readonly expiresAt: Date | null;
  readonly isLive: boolean;
  readonly isClaimed: boolean;
  readonly hasFailed: boolean;
  readonly failure: unknown;
}

/** What is there, or the right to fetch it. */
function look(
  { database, keyring }: Services,
  key: TokenKey,
  { claim, way }: Pick<Claimed, 'claim' | 'way'>,
): Promise<Seen> {
  const { tenantId, integrationId, credentialVersion } = key;
  return database.asSystem(async (tx) => {
    await tx.$executeRaw`
      insert into integrations.access_token (tenant_id, integration_id)
      values (${tenantId}::uuid, ${integrationId}::uuid) on conflict do nothing`;
    const [row] = await tx.$queryRaw<readonly Row[]>`
      select credential_version as version, sealed, expires_at as "expiresAt", failure,
        coalesce(expires_at > now(), false) as "isLive",
        coalesce(claimed_until > now(), false) as "isClaimed",
        coalesce(failed_at > now() - ${failureSeconds} * interval '1 second', false) as "hasFailed"
      from integrations.access_token
      where tenant_id = ${tenantId}::uuid and integration_id = ${integrationId}::uuid for update`;
    const seen = row === undefined ? { kind: 'outdated' as const } : judge(keyring, key, row);
    const isAsking = seen.kind === 'claimed' || seen.kind === 'outdated';
    // Told in the same way to all, and before anything is claimed, where nobody may ask.
    const refreshed =
      isAsking && way.isConsented === true
        ? { refreshToken: await refreshTokenFor(tx, keyring, key) }
        : {};
    if (seen.kind !== 'claimed') return seen;
    await tx.$executeRaw`
      update integrations.access_token set claim = ${claim}::uuid, credential_version = ${credentialVersion},
        claimed_until = now() + ${claimSeconds} * interval '1 second', sealed = null, expires_at = null,
        failed_at = null, failure = null
      where tenant_id = ${tenantId}::uuid and integration_id = ${integrationId}::uuid`;
    return { ...seen, ...refreshed };
  });
}

/** What a row comes to for who holds its lock; `claimed` where it is there to be claimed. */
function judge(keyring: Keyring, key: TokenKey, row: Row): Seen {
  if (row.version > key.credentialVersion) return { kind: 'outdated' };
  if (row.version < key.credentialVersion) return { kind: 'claimed' };
  const token = tokenIn(keyring, key, row);
  if (token !== undefined && token.value !== key.refused) return { kind: 'token', token };
  if (row.hasFailed) return { kind: 'failed', error: errorOf(row.failure) };
  return { kind: row.isClaimed ? 'waiting' : 'claimed' };
}

function tokenIn(keyring: Keyring, key: TokenKey, row: Row): FetchedToken | undefined {
  const { isLive, sealed, expiresAt } = row;
  if (!isLive || sealed === null || expiresAt === null) return undefined;
  return { value: openToken(keyring, key, sealed), expiresAt: expiresAt.getTime() };
}

interface Claimed {
  readonly key: TokenKey;
  readonly claim: string;
  readonly way: Way;
  readonly refreshToken?: string;
}

async function fetchClaimed(services: Services, claimed: Claimed): Promise<FetchedToken> {
  try {
    const token = await claimed.way.fetch(claimed.refreshToken);
    await outlast(() => keep(services, claimed, token));
    return token;
  } catch (error) {
    if (error instanceof AppError) await outlast(() => note(services, claimed, error));
    throw error;
  }
}

/** With the refresh token that came along: from then on the one before may be good for nothing. */
function keep(
  { database, keyring }: Services,
  { key, claim, way }: Claimed,
  token: FetchedToken,
): Promise<void> {
  const { tenantId, integrationId } = key;
  const sealed = sealToken(keyring, key, token.value);
  return database.asSystem(async (tx) => {
    const kept = await tx.$executeRaw`
      update integrations.access_token set sealed = ${JSON.stringify(sealed)}::jsonb,
        expires_at = ${endOf(token)}, claim = null, claimed_until = null
      where tenant_id = ${tenantId}::uuid and integration_id = ${integrationId}::uuid and claim = ${claim}::uuid`;
    if (kept > 0 && way.isConsented === true) await keepRefreshed(tx, keyring, { key, token });
  });
}

function note({ database }: Services, { key, claim }: Claimed, error: AppError): Promise<void> {
  const { tenantId, integrationId } = key;
  const { code, message, retryAfterMs } = error;
  const { status, isRetryable, endsConsent } =
    error instanceof IntegrationError
      ? error
      : { status: undefined, isRetryable: false, endsConsent: false };
  const failure = JSON.stringify({ code, message, status, isRetryable, retryAfterMs });
  return database.asSystem(async (tx) => {
    const noted = await tx.$executeRaw`
      update integrations.access_token set failed_at = now(), failure = ${failure}::jsonb,
        claim = null, claimed_until = null
      where tenant_id = ${tenantId}::uuid and integration_id = ${integrationId}::uuid and claim = ${claim}::uuid`;
    if (noted > 0 && endsConsent) await endConsent(tx, key, error);
  });
}

const failureShape = z.object({
  code: z.string(),
  message: z.string(),
  status: z.int().optional(),
  isRetryable: z.boolean(),
  retryAfterMs: z.number().optional(),
});

/** As it was where it happened. */
function errorOf(failure: unknown): AppError {
  const { code, message, status, isRetryable, retryAfterMs } = failureShape.parse(failure);
  if (code === 'INTEGRATION_FAILED' || !isCode(code))
    return new IntegrationError(message, { status, isRetryable, retryAfterMs, attempts: 0 });
  return new AppError(code, message);
}

function isCode(code: string): code is ErrorCode {
  return Object.hasOwn(errorCatalogue, code);
}
