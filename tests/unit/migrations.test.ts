import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

import { migrationFaults } from '../support/migration-faults.ts';

const folder = fileURLToPath(new URL('../../prisma/migrations/', import.meta.url));
/** Those of before were made while nobody had to upgrade without a pause. */
const first = '20261130';

describe('a migration', () => {
  it('can be lived with by processes of the version before: it expands, and contracts in a later version', () => {
    const names = globSync('*/migration.sql', { cwd: folder }).filter((name) => name >= first);
    expect(names.length).toBeGreaterThan(0);
    const faults = names.flatMap((name) =>
      migrationFaults(readFileSync(`${folder}${name}`, 'utf8')).map((fault) => `${name} ${fault}`),
    );
    expect(faults).toEqual([]);
  });

  it.each([
    ['drop table jobs.old;', 'drops a table'],
    ['alter table jobs.job\n  drop column input;', 'drops a column'],
    ['alter table jobs.job drop input;', 'drops a column'],
    ['create index a on jobs.job (b) where c is null;', 'nobody may write'],
    ['alter table jobs.job rename column a to b;', 'renames'],
    ['alter table jobs.job alter column a type text;', 'changes the type'],
    ['alter table jobs.job alter a set not null;', 'may be empty'],
    ['alter table jobs.job add column a int not null;', 'do not fill'],
    ['alter table jobs.job add constraint a check (b > 0);', 'checks every row'],
  ])('is refused: %s', (sql, fault) => {
    expect(migrationFaults(sql)).toEqual([expect.stringContaining(fault)]);
  });

  it.each([
    'alter table jobs.job add column a int not null default 0;',
    'alter table jobs.job add column a int;',
    'alter table jobs.job add constraint a check (b > 0) not valid;',
    'create table jobs.new (a int); \nalter table jobs.new add constraint a check (a > 0);',
    '-- contract: no version since 0.3 reads it.\ndrop table jobs.old;',
    'create function f() returns void language sql as $$ drop table jobs.old; $$;',
    'create table jobs.new (a int);\ncreate unique index b on jobs.new (a);',
    'alter table jobs.job alter a drop not null;',
    'drop trigger a on jobs.job;',
  ])('is fine: %s', (sql) => {
    expect(migrationFaults(sql)).toEqual([]);
  });
});
