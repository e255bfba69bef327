import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { composePlatform } from '../../cli/compose-platform.ts';
import { writeKeyFile } from '../../cli/key-file.ts';
import { createKeyAuthenticator } from '../../core/access/authenticate-key.ts';
import { bootstrap } from '../../core/access/bootstrap.ts';
import { createAdminKey } from '../../core/access/create-admin-key.ts';
import { createApiKey } from '../../core/access/create-api-key.ts';
import { createIdentityProvider } from '../../core/access/create-identity-provider.ts';
import { createRole } from '../../core/access/create-role.ts';
import { inviteMember } from '../../core/access/invite-member.ts';
import { permissions, type Permission } from '../../core/access/permissions.ts';
import { removeMember } from '../../core/access/remove-member.ts';
import { revokeApiKey } from '../../core/access/revoke-api-key.ts';
import { rotateApiKey } from '../../core/access/rotate-api-key.ts';
import { setMemberRole } from '../../core/access/set-member-role.ts';
import { updateRole } from '../../core/access/update-role.ts';
import { readConfig } from '../../kernel/config/config.ts';
import { newId } from '../../kernel/ids.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { silentLog } from '../support/log.ts';
import {
  auditLogOf,
  contextFor,
  contextOfNewTenant,
  openTestServices,
  type TestServices,
} from '../support/verb-context.ts';

let test: TestDatabase;
let services: TestServices;
let folder: string;

beforeAll(async () => {
  test = await createTestDatabase();
  services = openTestServices(test.database);
  folder = await mkdtemp(join(tmpdir(), 'operandi-keys-'));
});

afterAll(async () => {
  await services[Symbol.asyncDispose]();
  await test[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

const admin = { name: 'admin', permissions: [...permissions] };

describe('revoking a key', () => {
  it.each<readonly [what: string, own: readonly Permission[]]>([
    ['manages access only', ['ACCESS_MANAGE']],
    ['lacks one permission', permissions.filter((one) => one !== 'AUDIT_READ')],
  ])('is refused to who %s, and the attempt is on record', async (_, own) => {
    const owner = await contextOfNewTenant(services);
    await createApiKey(owner, admin);
    const { apiKey } = await createApiKey(owner, admin);
    const { tenantId } = owner.actor;
    const context = contextFor(services, tenantId, own);
    await expect(revokeApiKey(context, { id: apiKey.id })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    const log = await auditLogOf(test.database, tenantId);
    expect(log.at(-1)).toMatchObject({ action: 'api_key.revoke', actorId: context.actor.id });
    expect(log.at(-1)?.data['denied']).toBeDefined();
    await revokeApiKey(owner, { id: apiKey.id });
  });
});

describe('the last admin credential', () => {
  const conflict = { code: 'CONFLICT' };

  it('is not revoked, whatever narrower keys there are', async () => {
    const context = await contextOfNewTenant(services);
    const [first, second] = [
      await createApiKey(context, admin),
      await createApiKey(context, admin),
    ];
    await createApiKey(context, { name: 'narrow', permissions: ['ACCESS_MANAGE'] });
    await revokeApiKey(context, { id: first.apiKey.id });
    const last = { id: second.apiKey.id };
    await expect(revokeApiKey(context, last)).rejects.toMatchObject(conflict);
    await createApiKey(context, admin);
    await revokeApiKey(context, last);
  });

  it('stays when two would revoke each other', async () => {
    const context = await contextOfNewTenant(services);
    const keys = [await createApiKey(context, admin), await createApiKey(context, admin)];
    const results = await Promise.allSettled(
      keys.map(({ apiKey }) => revokeApiKey(context, { id: apiKey.id })),
    );
    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  });

  it('stays when a key, a member and a role would lose it at the same moment', async () => {
    const context = await contextOfNewTenant(services);
    const issuer = `https://${newId()}.example`;
    const provider = await createIdentityProvider(context, {
      name: 'Company',
      issuer,
      clientId: 'pages',
    });
    const { apiKey } = await createApiKey(context, admin);
    const role = await createRole(context, { name: 'All', permissions: [...permissions] });
    const members = [];
    for (const subject of ['a', 'b', 'c']) {
      const identity = { providerId: provider.id, subject };
      const person = { email: `${subject}@example.com`, name: subject, role: 'ADMIN', identity };
      members.push((await inviteMember(context, person)).id);
    }
    const [one = '', two = '', three = ''] = members;
    await setMemberRole(context, { id: three, role: 'VIEWER', customRoleId: role.id });
    const results = await Promise.allSettled([
      revokeApiKey(context, { id: apiKey.id }),
      removeMember(context, { id: one }),
      setMemberRole(context, { id: two, role: 'VIEWER' }),
      updateRole(context, { id: role.id, permissions: ['JOBS_READ'] }),
    ]);
    const refused = results.filter(({ status }) => status === 'rejected');
    expect(refused).toMatchObject([{ reason: conflict }]);
  });

  it('is not one that has expired, nor a member who never signed in', async () => {
    const context = await contextOfNewTenant(services);
    const soon = new Date(Date.now() + 60_000).toISOString();
    const passing = await createApiKey(context, { ...admin, expiresAt: soon });
    await test.database.pool.query(
      `update access.api_key set expires_at = now() - interval '1 s' where id = $1`,
      [passing.apiKey.id],
    );
    await inviteMember(context, { email: 'ada@example.com', name: 'Ada', role: 'ADMIN' });
    const { apiKey } = await createApiKey(context, admin);
    await expect(revokeApiKey(context, { id: apiKey.id })).rejects.toMatchObject(conflict);
  });

  it('is not one that was rotated into another, nor one that ends within a day', async () => {
    const context = await contextOfNewTenant(services);
    const soon = new Date(Date.now() + 23 * 3_600_000).toISOString();
    const passing = await createApiKey(context, { ...admin, expiresAt: soon });
    const { apiKey } = await createApiKey(context, admin);
    const first = { id: apiKey.id };
    await expect(revokeApiKey(context, first)).rejects.toMatchObject(conflict);
    const second = await rotateApiKey(context, { ...first, overlapSeconds: 604_800 });
    const third = await rotateApiKey(context, { id: second.apiKey.id, overlapSeconds: 604_800 });
    const last = { id: third.apiKey.id };
    await expect(revokeApiKey(context, last)).rejects.toMatchObject(conflict);
    for (const { id } of [apiKey, second.apiKey, passing.apiKey])
      await revokeApiKey(context, { id });
    await createApiKey(context, admin);
    await revokeApiKey(context, last);
  });

  it('is neither demoted nor removed where it is a member’s', async () => {
    const context = await contextOfNewTenant(services);
    const { id } = await inviteMember(context, {
      email: 'b@example.com',
      name: 'B',
      role: 'ADMIN',
    });
    const issuer = 'https://issuer.example';
    const trusted = { name: 'Company', issuer, clientId: 'pages' };
    await createIdentityProvider(context, trusted);
    await test.database.pool.query(
      `update access.member set subject = 'b', issuer = $2 where id = $1`,
      [id, issuer],
    );
    await expect(setMemberRole(context, { id, role: 'AUTHOR' })).rejects.toMatchObject(conflict);
    await expect(removeMember(context, { id })).rejects.toMatchObject(conflict);
    const { apiKey } = await createApiKey(context, admin);
    await revokeApiKey(context, { id: apiKey.id });
    await createApiKey(context, admin);
    await setMemberRole(context, { id, role: 'AUTHOR' });
  });
});

describe('an admin key made on the machine', () => {
  it('gets into a tenant that nobody gets into any more, and is on record', async () => {
    const { tenantId } = (await contextOfNewTenant(services)).actor;
    let key = '';
    const keep = (made: string) => Promise.resolve(void (key = made));
    const made = await createAdminKey(services, { tenantId, name: 'Rescue', keep });
    using keys = createKeyAuthenticator(services);
    const { actor } = await keys.authenticateKey(key);
    expect(actor).toMatchObject({ id: made.id, tenantId, permissions });
    expect(await auditLogOf(test.database, tenantId)).toMatchObject([
      { action: 'api_key.create', actorId: 'operandi', targetId: made.id },
    ]);
  });

  it('is not made when it cannot be kept, nor for a tenant that is not there or not named', async () => {
    const { tenantId } = (await contextOfNewTenant(services)).actor;
    const name = 'Rescue';
    const full = () => Promise.reject(new Error('disk full'));
    const lost = createAdminKey(services, { tenantId, name, keep: full });
    await expect(lost).rejects.toThrow('disk full');
    expect(await auditLogOf(test.database, tenantId)).toEqual([]);
    const keep = () => Promise.resolve();
    for (const wanted of [newId(), 'x', undefined]) {
      const wish = { tenantId: wanted, name, keep };
      await expect(createAdminKey(services, wish)).rejects.toMatchObject({
        code: wanted === undefined ? 'BAD_USER_INPUT' : 'NOT_FOUND',
      });
    }
  });
});

describe('the first key', () => {
  it('is told by the start that works, after one whose port was taken', async () => {
    await using empty = await createTestDatabase();
    await using stack = new AsyncDisposableStack();
    const other = stack.adopt(
      createServer().listen(0, '127.0.0.1'),
      (server) => void server.close(),
    );
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const start = (PORT: string) => {
      const kept = { ...empty.database, [Symbol.asyncDispose]: () => Promise.resolve() };
      const config = readConfig({ PORT, OPERANDI_DATA_DIR: folder });
      return composePlatform(kept, config, { log: silentLog, signal: AbortSignal.any([]) });
    };
    await expect(start(String(port))).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await using platform = await start('0');
    expect(platform.firstKey).toMatch(/^opk_/);
    const { status } = await fetch(new URL('/health/ready', platform.url));
    expect(status).toBe(200);
  });
});

describe('the file of a key', () => {
  it('is readable for its owner alone and never written over', async () => {
    const path = join(folder, 'first-key');
    await using empty = await createTestDatabase();
    const first = await bootstrap(empty, (key) => writeKeyFile(path, key));
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readFile(path, 'utf8')).toBe(`${first?.key ?? ''}\n`);
    await expect(writeKeyFile(path, 'other')).rejects.toThrow('it is there already');
    expect(await readFile(path, 'utf8')).toBe(`${first?.key ?? ''}\n`);
  });

  it('is not written through a link, whether it leads to a file or nowhere', async () => {
    const [target, link] = [join(folder, 'target'), join(folder, 'link')];
    await symlink(target, link);
    await expect(writeKeyFile(link, 'opk_one')).rejects.toThrow('it is there already');
    await writeFile(target, 'mine');
    await expect(writeKeyFile(link, 'opk_one')).rejects.toThrow('it is there already');
    expect(await readFile(target, 'utf8')).toBe('mine');
  });

  it('stops the first start when it cannot be written, so that the next one makes the key', async () => {
    await using empty = await createTestDatabase();
    const path = join(folder, 'taken');
    await writeFile(path, 'mine');
    await expect(bootstrap(empty, (key) => writeKeyFile(path, key))).rejects.toThrow(
      'there already',
    );
    expect(await bootstrap(empty)).toBeDefined();
  });
});
