import type pg from 'pg';
import { z } from 'zod';

import { AppError, NotFoundError } from '../../../kernel/errors.ts';
import { newId } from '../../../kernel/ids.ts';
import type { Services } from '../../context.ts';
import { parse } from '../../parse.ts';
import { agentList } from '../agent-list.ts';

type Needs = Pick<Services, 'database'>;

const roleName = z.string().min(1).max(63);
const wish = z.strictObject({
  role: roleName,
  key: z.uuid(),
  agents: agentList.refine(isSaid, 'name the agents'),
});

function isSaid(agents: readonly string[]): boolean {
  return agents.length > 0;
}

/** What a role may do. */
export interface EnqueueGrant {
  readonly tenantId: string;
  readonly role: string;
  readonly keyId: string;
  readonly agents: readonly string[];
}

/**
 * Lets a database role queue jobs of the tenant of a key, as that key and for the agents named. For whoever owns the tables,
 * over their login; roles that see more than their own are refused.
 */
export async function allowEnqueue({ database }: Needs, input: unknown): Promise<EnqueueGrant> {
  const { role, key, agents } = parse(wish, input, '');
  return inOwnTransaction(database.pool, async (client) => {
    const roleId = await harmlessRole(client, role);
    const tenantId = await tenantOfKey(client, key);
    await client.query(
      'update jobs.enqueue_grant set revoked_at = now() where role_name = $1 and revoked_at is null',
      [role],
    );
    await client.query(
      `insert into jobs.enqueue_grant (tenant_id, id, role_name, role_id, key_id, agents) values ($1, $2, $3, $4, $5, $6)`,
      [tenantId, newId(), role, roleId, key, agents],
    );
    await changeRights(client, role, 'grant');
    await note(client, { action: 'enqueue.allow', tenantId, role, data: { role, agents } });
    return { tenantId, role, keyId: key, agents };
  });
}

/** Lets a role queue nothing any more. */
export async function forbidEnqueue({ database }: Needs, role: string): Promise<void> {
  await inOwnTransaction(database.pool, async (client) => {
    const { rows } = await client.query<{ tenantId: string; keyId: string }>(
      `update jobs.enqueue_grant set revoked_at = now() where role_name = $1 and revoked_at is null
       returning tenant_id::text as "tenantId", key_id::text as "keyId"`,
      [role],
    );
    const [grant] = rows;
    if (grant === undefined) throw new NotFoundError('grant of role', role);
    await changeRights(client, role, 'revoke');
    await note(client, { action: 'enqueue.forbid', ...grant, role, data: { role } });
  });
}

async function inOwnTransaction<Result>(
  pool: pg.Pool,
  work: (client: pg.PoolClient) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    const result = await work(client);
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback');
    throw error;
  } finally {
    client.release();
  }
}

/** The id of a role that may log in and is nothing of the platform's; what it could do with more would not be its tenant's alone. */
async function harmlessRole(client: pg.PoolClient, role: string): Promise<number> {
  const { rows } = await client.query<{ id: number; isFit: boolean }>(
    `select oid::int8::int as id, rolcanlogin and not rolsuper and not rolbypassrls and not rolcreaterole and not exists (
       select from pg_policies
       cross join lateral unnest(roles) as held(name) join pg_roles as holder on holder.rolname = held.name
       where schemaname in ('access', 'jobs', 'integrations', 'audit') and pg_has_role(role.oid, holder.oid, 'member')
     ) as "isFit"
     from pg_roles as role where rolname = $1`,
    [role],
  );
  const [found] = rows;
  if (found === undefined) throw new NotFoundError('database role', role);
  if (found.isFit) return found.id;
  throw new AppError(
    'FORBIDDEN',
    `the role ${role} has to be able to log in, and to be neither a superuser nor a member of a role of the platform`,
  );
}

async function tenantOfKey(client: pg.PoolClient, key: string): Promise<string> {
  const { rows } = await client.query<{ tenantId: string; isFit: boolean }>(
    `select tenant_id::text as "tenantId", revoked_at is null and 'JOBS_SUBMIT' = any(permissions) as "isFit"
     from access.api_key where id = $1`,
    [key],
  );
  const [found] = rows;
  if (found === undefined) throw new NotFoundError('API key', key);
  if (!found.isFit)
    throw new AppError('CONFLICT', `the key ${key} is revoked or lacks JOBS_SUBMIT`);
  return found.tenantId;
}

async function changeRights(
  client: pg.PoolClient,
  role: string,
  change: 'grant' | 'revoke',
): Promise<void> {
  const who = `${change === 'grant' ? 'to' : 'from'} ${client.escapeIdentifier(role)}`;
  await client.query(`${change} usage on schema operandi ${who}`);
  await client.query(`${change} execute on function operandi.enqueue_job ${who}`);
  if (change === 'revoke') return;
  const { rows } = await client.query<{ name: string }>('select current_database() as name');
  for (const { name } of rows)
    await client.query(`grant connect on database ${client.escapeIdentifier(name)} ${who}`);
}

interface Noted {
  readonly action: string;
  readonly tenantId: string;
  readonly role: string;
  readonly data: object;
}

async function note(client: pg.PoolClient, { action, tenantId, role, data }: Noted): Promise<void> {
  await client.query(
    `insert into audit.event (tenant_id, id, action, actor_kind, actor_id, actor_name, target_kind, target_id, data)
     values ($1, audit.new_id(), $2, 'system', 'operator', 'operator', 'database_role', $3, $4)`,
    [tenantId, action, role, JSON.stringify(data)],
  );
}
