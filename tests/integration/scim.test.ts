import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

import type { Platform } from '../../cli/compose-platform.ts';
import { createApiKey } from '../../core/access/create-api-key.ts';
import { inviteMember } from '../../core/access/invite-member.ts';
import { removeMember } from '../../core/access/remove-member.ts';
import type { Permission } from '../../core/access/permissions.ts';
import type { VerbContext } from '../../core/context.ts';
import { publishAgent } from '../../core/jobs/publish-agent.ts';
import { submitJob } from '../../core/jobs/submit-job.ts';
import { openReadySocket } from '../../gateway/testing/text-socket.ts';
import { newId } from '../../kernel/ids.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { jobState } from '../support/jobs.ts';
import { servePlatform, signedInMember } from '../support/served-platform.ts';
import { until } from '../support/until.ts';
import {
  auditLogOf,
  contextFor,
  contextOfNewTenant,
  openTestServices,
  type TestServices,
} from '../support/verb-context.ts';

const stack = new AsyncDisposableStack();
let test: TestDatabase;
let services: TestServices;
let platform: Platform;

beforeAll(async () => {
  test = stack.use(await createTestDatabase());
  services = stack.use(openTestServices(test.database));
  platform = stack.use(await servePlatform(test.database));
});
afterAll(() => stack.disposeAsync());

const user = z.looseObject({
  id: z.string(),
  userName: z.string(),
  active: z.boolean(),
  displayName: z.string(),
  externalId: z.string().optional(),
});
const list = z.object({
  totalResults: z.int(),
  startIndex: z.int(),
  itemsPerPage: z.int(),
  Resources: z.array(user),
});

interface Directory {
  readonly context: VerbContext;
  readonly token: string;
  readonly ask: (method: string, path: string, body?: unknown) => Promise<Answer>;
}

interface Answer {
  readonly status: number;
  readonly type: string | null;
  readonly body: unknown;
}

async function askAs(
  ...[token, method, path, body]: [string, string, string, unknown?]
): Promise<Answer> {
  const response = await fetch(new URL(`/scim/v2${path}`, platform.url), {
    method,
    headers: {
      ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/scim+json' }),
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    body: text === '' ? null : JSON.parse(text),
  };
}

async function newDirectory(permissions: Permission[] = ['ACCESS_PROVISION']): Promise<Directory> {
  const context = await contextOfNewTenant(services);
  // Who may do everything beside those whom the directory knows.
  await createApiKey(context, { name: 'admin', permissions: context.actor.permissions });
  const { secret: token } = await createApiKey(context, { name: 'Okta', permissions });
  return { context, token, ask: (...wish) => askAs(token, ...wish) };
}

const ada = {
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
  userName: 'ada@example.com',
};
const made = async ({ ask }: Directory, more: object = {}) =>
  user.parse((await ask('POST', '/Users', { ...ada, ...more })).body);
const find = async ({ ask }: Directory, query: string) =>
  list.parse((await ask('GET', `/Users?${query}`)).body);
const patch = (...operations: object[]) => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations: operations,
});
const memberRow = async (id: string) => {
  const { rows } = await test.database.pool.query<{ role: string; live: boolean }>(
    'select role::text, removed_at is null as live from access.member where id = $1',
    [id],
  );
  return rows[0];
};

describe('provisioning by SCIM', () => {
  it('creates, finds, reads, changes and deactivates a user', async () => {
    const directory = await newDirectory();
    const { ask } = directory;
    const created = await ask('POST', '/Users', {
      ...ada,
      externalId: '00u1',
      name: { givenName: 'Ada', familyName: 'Lovelace' },
      active: true,
      title: 'Countess',
    });
    expect(created).toMatchObject({ status: 201, type: 'application/scim+json; charset=utf-8' });
    const { id } = user.parse(created.body);
    expect(created.body).toMatchObject({
      ...{ ...ada, displayName: 'Ada Lovelace', externalId: '00u1', active: true },
      meta: { location: new URL(`/scim/v2/Users/${id}`, platform.url).href },
    });
    expect(await find(directory, 'filter=userName eq "ADA@example.com"')).toMatchObject({
      ...{ totalResults: 1, startIndex: 1, itemsPerPage: 1, Resources: [{ id }] },
    });
    expect(await find(directory, 'filter=externalId eq "00u1"')).toMatchObject({ totalResults: 1 });
    expect(await find(directory, 'filter=userName eq "eve@example.com"')).toMatchObject({
      ...{ totalResults: 0, Resources: [] },
    });
    const replaced = await ask('PUT', `/Users/${id}`, { ...ada, displayName: 'Countess' });
    expect(replaced).toMatchObject({ status: 200, body: { displayName: 'Countess' } });
    expect(replaced.body).not.toHaveProperty('externalId');
    expect(await ask('DELETE', `/Users/${id}`)).toMatchObject({ status: 204, body: null });
    expect((await ask('GET', `/Users/${id}`)).body).toMatchObject({ active: false });
    expect(await memberRow(id)).toEqual({ role: 'VIEWER', live: false });
    const acts = await auditLogOf(test.database, directory.context.actor.tenantId);
    expect(acts.filter(({ action }) => action === 'member.provision')).toMatchObject([
      { targetId: id, data: { isNew: true } },
      { targetId: id, data: { changed: ['name', 'externalId'] } },
      { targetId: id, data: { changed: ['removedAt', 'jobsPolicy'], isActive: false } },
    ]);
  });

  it.each<[string, object, object]>([
    ['as Entra ID says it', { op: 'Replace', path: 'active', value: 'False' }, { active: false }],
    ['as Okta says it', { op: 'replace', value: { active: false } }, { active: false }],
    [
      'with its schema',
      { op: 'replace', path: 'urn:ietf:params:scim:schemas:core:2.0:User:active', value: false },
      { active: false },
    ],
    [
      'by paths as names',
      { op: 'Add', value: { 'name.formatted': 'A. L.', 'urn:x:title': 'C' } },
      { displayName: 'A. L.', active: true },
    ],
    [
      'by parts of the name',
      { op: 'replace', path: 'name', value: { familyName: 'L' } },
      { displayName: 'L' },
    ],
    [
      'by address',
      { op: 'replace', path: 'emails[type eq "work"].value', value: 'a@b.example' },
      { userName: 'a@b.example' },
    ],
  ])('patches a user %s', async (_, operation, expected) => {
    const directory = await newDirectory();
    const { id } = await made(directory);
    const answer = await directory.ask('PATCH', `/Users/${id}`, patch(operation));
    expect(answer).toMatchObject({ status: 200, body: expected });
  });

  it('takes an address longer than a name may be', async () => {
    const userName = `${'a'.repeat(60)}@${'b'.repeat(60)}.example`;
    expect(await made(await newDirectory(), { userName })).toMatchObject({ userName });
  });

  it('pages by index', async () => {
    const directory = await newDirectory();
    for (const letter of ['c', 'a', 'b'])
      await made(directory, { userName: `${letter}@x.example` });
    const page = await find(directory, 'startIndex=2&count=1');
    expect(page).toMatchObject({ totalResults: 3, startIndex: 2, itemsPerPage: 1 });
    expect(page.Resources[0]?.userName).toBe('b@x.example');
    expect(await find(directory, 'count=0')).toMatchObject({ totalResults: 3, Resources: [] });
    expect(await find(directory, 'startIndex=-5&count=9999')).toMatchObject({ startIndex: 1 });
  });

  it.each<[string, string, string, unknown, number, string | undefined]>([
    [
      'a second user of an address',
      'POST',
      '/Users',
      { ...ada, userName: 'ADA@example.com' },
      409,
      'uniqueness',
    ],
    ['a user without a name', 'POST', '/Users', {}, 400, 'invalidValue'],
    ['no address', 'POST', '/Users', { userName: 'ada' }, 400, 'invalidValue'],
    ['what is no JSON', 'POST', '/Users', '{', 400, 'invalidSyntax'],
    ['a huge body', 'POST', '/Users', { ...ada, title: 'x'.repeat(70_000) }, 413, undefined],
    ['another filter', 'GET', '/Users?filter=userName co "a"', undefined, 400, 'invalidFilter'],
    [
      'a filter without an end',
      'GET',
      '/Users?filter=userName eq "a',
      undefined,
      400,
      'invalidFilter',
    ],
    ['a page that is no number', 'GET', '/Users?count=ten', undefined, 400, 'invalidValue'],
    ['somebody unknown', 'GET', `/Users/${newId()}`, undefined, 404, undefined],
    [
      'what is no id',
      'PATCH',
      '/Users/1',
      patch({ op: 'add', path: 'active', value: true }),
      404,
      undefined,
    ],
    [
      'a change of somebody unknown',
      'PUT',
      `/Users/${newId()}`,
      { ...ada, userName: 'e@x.example' },
      404,
      undefined,
    ],
    ['groups', 'GET', '/Groups', undefined, 404, undefined],
    ['bulk', 'POST', '/Bulk', {}, 405, undefined],
  ])('refuses %s in the form of SCIM', async (...[, method, path, body, status, scimType]) => {
    const directory = await newDirectory();
    await made(directory);
    const answer = await directory.ask(method, path, body);
    expect(answer).toMatchObject({
      status,
      body: {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
        status: String(status),
        ...(scimType === undefined ? {} : { scimType }),
      },
    });
  });

  it.each<[string, object, string]>([
    ['an unknown operation', patch({ op: 'test', path: 'active', value: true }), 'invalidSyntax'],
    ['no operations', patch(), 'invalidSyntax'],
    ['a flag that is none', patch({ op: 'replace', path: 'active', value: 'no' }), 'invalidValue'],
    ['a removal of everything', patch({ op: 'remove' }), 'invalidPath'],
    ['a removal of the name', patch({ op: 'remove', path: 'userName' }), 'mutability'],
  ])('refuses a patch with %s, and changes nothing', async (_, body, scimType) => {
    const directory = await newDirectory();
    const { id } = await made(directory);
    const answer = await directory.ask('PATCH', `/Users/${id}`, body);
    expect(answer).toMatchObject({ status: 400, body: { scimType } });
    expect(await memberRow(id)).toMatchObject({ live: true });
  });

  it('says what it does of the protocol', async () => {
    const { ask } = await newDirectory();
    expect((await ask('GET', '/ServiceProviderConfig')).body).toMatchObject({
      patch: { supported: true },
      bulk: { supported: false },
    });
    expect((await ask('GET', '/ResourceTypes/User')).body).toMatchObject({ endpoint: '/Users' });
    const name = 'urn:ietf:params:scim:schemas:core:2.0:User';
    expect((await ask('GET', `/Schemas/${name}`)).body).toMatchObject({ id: name });
    expect((await ask('GET', '/Schemas')).body).toMatchObject({ totalResults: 1 });
  });
});

describe('the token of a directory', () => {
  it('is needed, and a key without the permission is none', async () => {
    expect(await askAs('', 'GET', '/Users')).toMatchObject({
      status: 401,
      body: { status: '401' },
    });
    expect(await askAs('opk_dev_x_y', 'GET', '/Users')).toMatchObject({ status: 401 });
    const wide = await newDirectory(['ACCESS_MANAGE', 'ACCESS_READ']);
    expect(await wide.ask('GET', '/ServiceProviderConfig')).toMatchObject({ status: 403 });
    expect(await wide.ask('POST', '/Users', ada)).toMatchObject({ status: 403 });
  });

  it('reaches nothing else', async () => {
    const { token } = await newDirectory();
    const query = '{ members { nodes { id } } }';
    const response = await fetch(platform.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query }),
    });
    expect(await response.text()).toContain('FORBIDDEN');
  });

  it('sees and changes nobody of another tenant', async () => {
    const [own, other] = [await newDirectory(), await newDirectory()];
    const { id } = await made(other);
    expect(await find(own, 'filter=userName eq "ada@example.com"')).toMatchObject({
      totalResults: 0,
    });
    expect(await own.ask('GET', `/Users/${id}`)).toMatchObject({ status: 404 });
    expect(await own.ask('DELETE', `/Users/${id}`)).toMatchObject({ status: 404 });
    expect(await own.ask('PUT', `/Users/${id}`, ada)).toMatchObject({ status: 404 });
    expect(await memberRow(id)).toMatchObject({ live: true });
    expect(await own.ask('POST', '/Users', ada)).toMatchObject({ status: 201 });
  });
});

describe('a member whom a directory deactivates', () => {
  it('is out at once: sessions, sockets and jobs', async () => {
    const directory = await newDirectory();
    const { member, secret } = await signedInMember(directory.context, { role: 'OPERATOR' });
    const { context } = directory;
    const definition = `document: { dsl: '1.0.3', namespace: t, name: wait, version: '1.0.0' }\ndo: [{ a: { wait: PT1H } }]`;
    await publishAgent(context, { definition });
    const own = contextFor(services, context.actor.tenantId);
    const self = { ...own, actor: { ...own.actor, id: member.id } };
    const { jobId } = await submitJob(self, { agent: 't/wait' });
    const client = await openReadySocket(platform.url.replace('http', 'ws'), {
      authorization: `Bearer ${secret}`,
    });
    const query = 'subscription { jobChanges { cursor } }';
    client.send({ type: 'subscribe', id: '1', payload: { query } });
    const off = patch({ op: 'Replace', path: 'active', value: 'False' });
    expect(await directory.ask('PATCH', `/Users/${member.id}`, off)).toMatchObject({ status: 200 });
    expect(await client.closed).toMatchObject({ code: 4403 });
    expect((await jobState(test.database.pool, jobId)).state).toBe('CANCELLED');
    const viewer = async () => {
      const response = await fetch(platform.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${secret}` },
        body: '{"query":"{ viewer { id } }"}',
      });
      return (await response.text()).includes('UNAUTHENTICATED');
    };
    await until('the session is over', viewer);
    const on = patch({ op: 'Replace', path: 'active', value: 'True' });
    expect(await directory.ask('PATCH', `/Users/${member.id}`, on)).toMatchObject({
      ...{ status: 200, body: { active: true } },
    });
    // Who comes back is a viewer, and has to sign in.
    expect(await memberRow(member.id)).toEqual({ role: 'VIEWER', live: true });
    const { rows } = await test.database.pool.query(
      'select from access.session where member_id = $1 and ended_at is null',
      [member.id],
    );
    expect(rows).toEqual([]);
  });

  it('comes back without the sessions that they had when an admin removed them', async () => {
    const directory = await newDirectory();
    const { member, secret } = await signedInMember(directory.context, { role: 'OPERATOR' });
    await removeMember(directory.context, { id: member.id });
    const on = patch({ op: 'replace', path: 'active', value: true });
    expect(await directory.ask('PATCH', `/Users/${member.id}`, on)).toMatchObject({ status: 200 });
    const response = await fetch(platform.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${secret}` },
      body: '{"query":"{ viewer { id } }"}',
    });
    expect(await response.text()).toContain('UNAUTHENTICATED');
  });

  it('stays where nobody else could let anybody in', async () => {
    const directory = await newDirectory();
    const { member } = await signedInMember(directory.context, { role: 'ADMIN' });
    await test.database.pool.query(
      `update access.api_key set revoked_at = now() where tenant_id = $1 and name = 'admin'`,
      [directory.context.actor.tenantId],
    );
    const answer = await directory.ask('DELETE', `/Users/${member.id}`);
    expect(answer).toMatchObject({ status: 409, body: { scimType: 'mutability' } });
    expect(await memberRow(member.id)).toMatchObject({ live: true });
  });

  it('keeps no address that somebody else has meanwhile', async () => {
    const directory = await newDirectory();
    const first = await made(directory);
    await directory.ask('DELETE', `/Users/${first.id}`);
    const second = await made(directory);
    expect(second.id).not.toBe(first.id);
    const on = patch({ op: 'replace', path: 'active', value: true });
    expect(await directory.ask('PATCH', `/Users/${first.id}`, on)).toMatchObject({
      ...{ status: 409, body: { scimType: 'uniqueness' } },
    });
    expect(await find(directory, 'filter=userName eq "ada@example.com"')).toMatchObject({
      ...{ totalResults: 1, Resources: [{ id: second.id }] },
    });
  });

  it('gives nobody the place of an admin who was invited: the address stays', async () => {
    const directory = await newDirectory();
    const { id } = await inviteMember(directory.context, {
      ...{ email: 'boss@example.com', name: 'Boss', role: 'ADMIN' },
    });
    const take = patch({ op: 'replace', path: 'userName', value: 'eve@example.com' });
    expect(await directory.ask('PATCH', `/Users/${id}`, take)).toMatchObject({ status: 409 });
    expect(await find(directory, 'filter=userName eq "eve@example.com"')).toMatchObject({
      totalResults: 0,
    });
  });

  it('is one of many created at once under one address', async () => {
    const directory = await newDirectory();
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => directory.ask('POST', '/Users', ada)),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([
      201,
      ...Array<number>(7).fill(409),
    ]);
  });
});
