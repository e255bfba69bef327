import type pg from 'pg';
import { bad, doubtful, good, type Check } from './diagnosis.ts';

type Pool = Pick<pg.Pool, 'query'>;

/** Who may read what. */
export function rightChecks(pool: Pool): readonly Check[] {
  return [
    { name: 'rights/login', look: () => lookAtLogin(pool) },
    { name: 'rights/row-level-security', look: () => lookAtPolicies(pool) },
  ];
}

interface Login {
  readonly name: string;
  readonly mayAll: boolean;
  readonly owns: boolean;
}

async function lookAtLogin(pool: Pool) {
  const { rows } = await pool.query<Login>(
    `select rolname as name, rolsuper or rolbypassrls as "mayAll", exists (
       select from pg_class where relowner = pg_roles.oid
         and relnamespace = to_regnamespace('jobs')) as owns
     from pg_roles where rolname = current_user`,
  );
  const { name, mayAll, owns } = rows[0] ?? { name: '?', mayAll: false, owns: false };
  const remedy = 'give each process a login of its own (docs/configuration.md, Logins)';
  if (mayAll) return doubtful(`${name} passes row-level security over`, remedy);
  if (owns) return doubtful(`${name} owns the tables`, remedy);
  return good(`${name} owns nothing and is held by row-level security`);
}

async function lookAtPolicies(pool: Pool) {
  const { rows } = await pool.query<{ name: string }>(
    `select c.oid::regclass::text as name from pg_class c
     where c.relkind in ('r', 'p') and not (c.relrowsecurity and c.relforcerowsecurity)
       and c.relnamespace::regnamespace::text in ('access', 'jobs', 'integrations', 'audit')
       -- Public keys, which are nobody's.
       and c.oid is distinct from to_regclass('audit.signing_key')
     order by 1`,
  );
  if (rows.length === 0) return good('every table is held by it');
  const names = rows.map(({ name }) => name).join(', ');
  return bad(
    `not forced on ${names}`,
    'somebody has switched it off: alter table … force row level security',
  );
}
