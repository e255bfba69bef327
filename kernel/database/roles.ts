import type pg from 'pg';
import { sha256Hex } from '../crypto/hash.ts';
import { AppError } from '../errors.ts';

/** The roles that hold rights in a database; nobody logs in as one, processes log in as members. */
export const roleKinds = ['app', 'worker', 'gateway', 'sealer'] as const;

/** What a role is for: one tenant's rows, all tenants' jobs, looking keys up, sealing the audit log. */
export type RoleKind = (typeof roleKinds)[number];

/** The roles of one database by kind. Each name is a plain identifier. */
export type RoleNames = Readonly<Record<RoleKind, string>>;

/** The advisory lock of `prisma migrate`, so that the two never work at the same time. */
export const MIGRATION_LOCK = 72_707_369;

type Connection = Pick<pg.ClientBase, 'query'>;

/** With the longest prefix below the 63 bytes that the server keeps of a name. */
const MAX_SUFFIX = 40;

/**
 * The names for a database that has none yet: roles belong to the whole server, so each carries the name of its
 * database, and the owner of another one can grant nobody a way in here.
 */
export function roleNamesFor(database: string): RoleNames {
  if (/^[a-z0-9_]+$/.test(database) && database.length <= MAX_SUFFIX) return namesWith(database);
  const readable = database.toLowerCase().replaceAll(/[^a-z0-9_]/g, '_');
  return namesWith(`${readable.slice(0, MAX_SUFFIX - 9)}_${sha256Hex(database).slice(0, 8)}`);
}

function namesWith(suffix: string): RoleNames {
  return {
    app: `operandi_app_${suffix}`,
    worker: `operandi_worker_${suffix}`,
    gateway: `operandi_gateway_${suffix}`,
    sealer: `operandi_sealer_${suffix}`,
  };
}

/** The names that the policies of the database hold, so that a copy under another name keeps working; else new ones. */
export async function readRoleNames(connection: Connection): Promise<RoleNames> {
  const { rows } = await connection.query<{ database: string; app: string | null }>(
    `select current_database() as database, (
       select roles[1]::text from pg_policies
       where schemaname = 'access' and tablename = 'tenant' and policyname = 'tenant') as app`,
  );
  const [{ database, app } = { database: '', app: null }] = rows;
  const suffix = /^operandi_app_([a-z0-9_]+)$/.exec(app ?? '')?.[1];
  return suffix === undefined ? roleNamesFor(database) : namesWith(suffix);
}

/** The SQL of a migration speaks of `operandi_app` and its like; each database has these under its own names. */
export function withRoleNames(sql: string, names: RoleNames): string {
  return sql.replaceAll(/\boperandi_(app|worker|gateway|sealer)\b/g, (found, kind: string) =>
    isRoleKind(kind) ? names[kind] : found,
  );
}

function isRoleKind(kind: string): kind is RoleKind {
  return roleKinds.some((known) => known === kind);
}

/**
 * Makes the roles that are missing, which takes CREATEROLE, and lets the migrator act as them; does nothing where whoever
 * runs the server has made them before. Strangers lose the right to connect that every database gives at first.
 */
export async function ensureRoles(connection: Connection, names: RoleNames): Promise<void> {
  try {
    await connection.query(ENSURE_ROLES.replace('ROLES', listOf(names)));
  } catch (cause) {
    if (!isDenied(cause)) throw cause;
    throw new AppError(
      'FORBIDDEN',
      'this user of the database may not make its roles, or is no member of them: let an administrator of the server ' +
        'run what `operandi migrate --print-roles` prints, then migrate again',
      { cause },
    );
  }
}

/** Says what to do where the login of a process may not act as the role of a transaction; other errors stay as they are. */
export function mapForeignLogin(error: unknown, role: string): unknown {
  const isForeign =
    error instanceof Error && error.message.includes('permission denied to set role');
  if (!isForeign) return error;
  return new AppError(
    'INTERNAL',
    `the login of DATABASE_URL may not act as ${role}: give this process the login of its kind, or make it a member of that role (docs/configuration.md, Logins)`,
    { cause: error },
  );
}

function isDenied(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '42501';
}

function listOf(names: RoleNames): string {
  return roleKinds.map((kind) => `'${names[kind]}'`).join(', ');
}

/** `set role` is tried, as since version 16 who made a role is its member but may not take it. */
const ENSURE_ROLES = `
do $$
declare
  wanted text;
begin
  perform pg_advisory_xact_lock(${MIGRATION_LOCK});
  foreach wanted in array array[ROLES] loop
    if not exists (select from pg_roles where rolname = wanted) then
      begin
        execute format('create role %I nologin', wanted);
      exception
        when duplicate_object or unique_violation then null;
      end;
    end if;
    begin
      execute format('set local role %I', wanted);
      reset role;
    exception
      when insufficient_privilege then execute format('grant %I to current_user', wanted);
    end;
    execute format('grant connect on database %I to %I', current_database(), wanted);
  end loop;
  execute format('revoke connect, temporary on database %I from public', current_database());
end $$`;

/** What an administrator runs beforehand where the migrator may make no roles, for psql. */
export function rolesScript(
  names: RoleNames,
  { database, migrator }: { readonly database: string; readonly migrator: string },
): string {
  const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
  const members = loginsOf(names);
  return [
    '-- Roles that hold rights in this database; nobody logs in as one of them.',
    ...roleKinds.map((kind) => `create role ${names[kind]} nologin;`),
    '',
    '-- The migrator owns the tables. It acts as the others when it makes the first tenant.',
    `grant ${roleKinds.map((kind) => names[kind]).join(', ')} to ${quoted(migrator)};`,
    `alter database ${quoted(database)} owner to ${quoted(migrator)};`,
    '',
    '-- Logins of the processes. Give each a password: \\password NAME',
    ...members.flatMap(({ login, roles }) => [
      `create role ${login} login;`,
      `grant ${roles.join(', ')} to ${login};`,
    ]),
    '',
    '-- Nobody else comes in.',
    `revoke connect, temporary on database ${quoted(database)} from public;`,
    `grant connect on database ${quoted(database)} to ${roleKinds.map((kind) => names[kind]).join(', ')};`,
  ].join('\n');
}

/** The logins that we propose, and of what each is a member. */
function loginsOf(names: RoleNames): { login: string; roles: readonly string[] }[] {
  const { app, worker, gateway, sealer } = names;
  return [
    { login: `${gateway}_login`, roles: [gateway] },
    { login: `${app}_login`, roles: [app, worker] },
    { login: `${worker}_login`, roles: [app, worker, sealer] },
  ];
}
