import { crc32 } from 'node:zlib';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { newKey } from '../../core/access/api-key.ts';
import { createKeyAuthenticator } from '../../core/access/authenticate-key.ts';
import { bootstrap } from '../../core/access/bootstrap.ts';
import { createApiKey } from '../../core/access/create-api-key.ts';
import { permissions } from '../../core/access/permissions.ts';
import { revokeApiKey } from '../../core/access/revoke-api-key.ts';
import { rotateApiKey } from '../../core/access/rotate-api-key.ts';
import type { VerbContext } from '../../core/context.ts';
import { manualClock } from '../../kernel/clock.ts';
import { AppError } from '../../kernel/errors.ts';
import { createTestDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { until } from '../support/until.ts';
import { auditLogOf, contextOfNewTenant, openTestServices } from '../support/verb-context.ts';
import type { TestServices } from '../support/verb-context.ts';

const clock = manualClock(new Date());
const key = { name: 'build', permissions: ['JOBS_READ'] };

let test: TestDatabase;
let services: TestServices;

beforeAll(async () => {
  test = await createTestDatabase();
  services = openTestServices(test.database, { clock });
});

afterAll(async () => {
  await services[Symbol.asyncDispose]();
  await test[Symbol.asyncDispose]();
});

describe('bootstrap', () => {
  it('makes one tenant with one admin key, however many processes start', async () => {
    await using empty = await createTestDatabase();
    const made = await Promise.all([1, 2, 3].map(() => bootstrap(empty)));
    const [first, ...others] = made.filter((one) => one !== undefined);
    expect(others).toEqual([]);
    using keys = createKeyAuthenticator({ ...services, database: empty.database });
    const { actor } = await keys.authenticateKey(first?.key ?? '');
    expect(actor).toMatchObject({ tenantId: first?.tenantId, permissions });
    const log = await auditLogOf(empty.database, actor.tenantId);
    expect(log.map(({ action }) => action)).toEqual(['tenant.create', 'api_key.create']);
    expect(await bootstrap(empty)).toBeUndefined();
  });
});

describe('an API key', () => {
  it('names its tenant and permissions', async () => {
    const context = await contextOfNewTenant(services);
    using keys = createKeyAuthenticator(services);
    const { secret, apiKey } = await createApiKey(context, key);
    expect((await keys.authenticateKey(secret)).actor).toEqual({
      kind: 'api_key',
      id: apiKey.id,
      tenantId: context.actor.tenantId,
      name: 'build',
      permissions: ['JOBS_READ'],
    });
  });

  it('is stored without its secret', async () => {
    const context = await contextOfNewTenant(services);
    const { secret, apiKey } = await createApiKey(context, key);
    const { rows } = await test.database.pool.query<{ text: string }>(
      'select k::text as text from access.api_key k where id = $1',
      [apiKey.id],
    );
    const [, , , secretPart = ''] = secret.split('_');
    expect(secretPart).toHaveLength(56);
    expect(rows[0]?.text).not.toContain(secretPart.slice(0, 48));
    const log = await auditLogOf(test.database, context.actor.tenantId);
    expect(JSON.stringify(log)).not.toContain(secretPart);
  });

  it.each<[string, (secret: string, context: VerbContext, id: string) => string | Promise<string>]>(
    [
      ['nothing', () => ''],
      ['noise', () => 'open sesame'],
      ['a truncated key', (secret) => secret.slice(0, -1)],
      ['a key with a changed checksum', (secret) => changed(secret, secret.length - 1)],
      ['another environment', (secret) => secret.replace(/^opk_[a-z]+_/, 'opk_test_')],
      ['an unknown id', (secret) => changed(secret, 'opk_live_'.length)],
      [
        'the secret of another key',
        async (secret, context) => {
          const other = (await createApiKey(context, key)).secret.split('_').at(-1) ?? '';
          const stem = `${secret.split('_').slice(0, 3).join('_')}_${other.slice(0, 48)}`;
          return `${stem}${crc32(stem).toString(16).padStart(8, '0')}`;
        },
      ],
      [
        'a revoked key',
        async (secret, context, id) => {
          await revokeApiKey(context, { id });
          return secret;
        },
      ],
      ['a key with white space', (secret) => `${secret}\n`],
    ],
  )('is refused as UNAUTHENTICATED for %s, always with one message', async (_, spoil) => {
    const context = await contextOfNewTenant(services);
    using keys = createKeyAuthenticator(services);
    const { secret, apiKey } = await createApiKey(context, key);
    const presented = await spoil(secret, context, apiKey.id);
    await expect(keys.authenticateKey(presented)).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
      message: 'the API key is not valid',
    });
  });

  it('ends at its time, although its row is cached', async () => {
    const context = await contextOfNewTenant(services);
    using keys = createKeyAuthenticator(services);
    const expiresAt = new Date(clock.now().getTime() + 5_000).toISOString();
    const { secret } = await createApiKey(context, { ...key, expiresAt });
    expect((await keys.authenticateKey(secret)).expiresAt?.toISOString()).toBe(expiresAt);
    clock.advance(5_001);
    await expect(keys.authenticateKey(secret)).rejects.toThrow('not valid');
  });

  it('ends at the ring of its revocation in a process that has it cached', async () => {
    const context = await contextOfNewTenant(services);
    using keys = createKeyAuthenticator(services);
    const { secret, apiKey } = await createApiKey(context, key);
    const live = await keys.authenticateKey(secret);
    const revoked = new Promise<unknown>((resolve) => live.onRevoked(resolve));
    await revokeApiKey(context, { id: apiKey.id });
    await revoked;
    await expect(keys.authenticateKey(secret)).rejects.toThrow('not valid');
  });

  it('ends within five seconds when the ring is lost', async () => {
    const context = await contextOfNewTenant(services);
    const deaf = { ...services.doorbell, listen: () => () => undefined, isHealthy: false };
    using keys = createKeyAuthenticator({ ...services, doorbell: deaf });
    const { secret, apiKey } = await createApiKey(context, key);
    await keys.authenticateKey(secret);
    await revokeApiKey(context, { id: apiKey.id });
    await keys.authenticateKey(secret);
    clock.advance(5_000);
    await expect(keys.authenticateKey(secret)).rejects.toThrow('not valid');
  });

  it('lives beside its successor until the overlap ends', async () => {
    const context = await contextOfNewTenant(services);
    using keys = createKeyAuthenticator(services);
    const old = await createApiKey(context, key);
    const live = await keys.authenticateKey(old.secret);
    let isRevoked = false;
    const stop = live.onRevoked(() => (isRevoked = true));
    const { secret } = await rotateApiKey(context, { id: old.apiKey.id, overlapSeconds: 60 });
    await keys.authenticateKey(old.secret);
    await keys.authenticateKey(secret);
    expect(isRevoked).toBe(false);
    stop();
    clock.advance(60_001);
    await expect(keys.authenticateKey(old.secret)).rejects.toThrow('not valid');
    expect((await keys.authenticateKey(secret)).actor.permissions).toEqual(['JOBS_READ']);
  });

  it('is not noted as used by who has another secret', async () => {
    const context = await contextOfNewTenant(services);
    using keys = createKeyAuthenticator(services);
    const { secret, apiKey } = await createApiKey(context, key);
    const wrong = withOtherSecret(secret);
    await expect(keys.authenticateKey(wrong)).rejects.toThrow('not valid');
    const used = async () => {
      const { rows } = await test.database.pool.query<{ at: Date | null }>(
        'select last_used_at as at from access.api_key where id = $1',
        [apiKey.id],
      );
      return rows[0]?.at;
    };
    expect(await used()).toBeNull();
    await keys.authenticateKey(secret);
    await until('the use with its own secret is noted', used);
  });

  it('works on while others fail with it until they are locked out, which its tenant reads once', async () => {
    const context = await contextOfNewTenant(services);
    using keys = createKeyAuthenticator(services);
    const { secret, apiKey } = await createApiKey(context, key);
    const wrong = withOtherSecret(secret);
    const codes: string[] = [];
    for (let attempt = 0; attempt < 15; attempt += 1) {
      await keys.authenticateKey(wrong, '198.51.100.7').catch((error: unknown) => {
        codes.push(error instanceof AppError ? error.code : 'none');
      });
      await keys.authenticateKey(secret, '198.51.100.7');
    }
    expect(codes).toEqual([
      ...Array.from({ length: 10 }, () => 'UNAUTHENTICATED'),
      ...Array.from({ length: 5 }, () => 'RATE_LIMITED'),
    ]);
    const log = await auditLogOf(test.database, context.actor.tenantId);
    const told = log.filter(({ action }) => action === 'api_key.lock_out');
    expect(told).toMatchObject([{ targetId: apiKey.id, data: { address: '198.51.100.7' } }]);
  });

  it('comes in from an address that is locked out, though nobody has seen it yet', async () => {
    const context = await contextOfNewTenant(services);
    using keys = createKeyAuthenticator(services);
    const address = '198.51.100.9';
    const outcomeOf = (secret: string) =>
      keys.authenticateKey(secret, address).then(
        ({ actor }) => actor.id,
        (error: unknown) => (error instanceof AppError ? error.code : 'none'),
      );
    const guess = () => outcomeOf(newKey('live').whole);
    const guesses = [];
    for (let attempt = 0; attempt < 21; attempt += 1) guesses.push(await guess());
    expect(new Set(guesses.slice(0, 20))).toEqual(new Set(['UNAUTHENTICATED']));
    expect(guesses.at(-1)).toBe('RATE_LIMITED');
    clock.advance(250);
    const [first, second] = [await createApiKey(context, key), await createApiKey(context, key)];
    expect(await outcomeOf(first.secret)).toBe(first.apiKey.id);
    expect(await outcomeOf(second.secret)).toBe('RATE_LIMITED');
    clock.advance(250);
    expect(await outcomeOf(second.secret)).toBe(second.apiKey.id);
    expect(await outcomeOf(first.secret)).toBe(first.apiKey.id);
    expect(await guess()).toBe('RATE_LIMITED');
  });

  it('is noted as used to the minute, and no more often', async () => {
    const context = await contextOfNewTenant(services);
    using keys = createKeyAuthenticator(services);
    const { secret, apiKey } = await createApiKey(context, key);
    const used = async () => {
      const { rows } = await test.database.pool.query<{ at: Date | null }>(
        'select last_used_at as at from access.api_key where id = $1',
        [apiKey.id],
      );
      return rows[0]?.at ?? undefined;
    };
    await keys.authenticateKey(secret);
    const at = await until('the use is noted', used);
    expect(at.getTime() % 60_000).toBe(0);
    clock.advance(60_000);
    await keys.authenticateKey(secret);
    await until('the next minute is noted', async () => (await used())?.getTime() !== at.getTime());
  });
});

/** The key with a secret that is not its own, but well formed. */
function withOtherSecret(secret: string): string {
  const stem = `${secret.split('_').slice(0, 3).join('_')}_${'0'.repeat(48)}`;
  return `${stem}${crc32(stem).toString(16).padStart(8, '0')}`;
}

/** The text with another hexadecimal digit at a place. */
function changed(text: string, at: number): string {
  return text.slice(0, at) + (text[at] === '0' ? '1' : '0') + text.slice(at + 1);
}
