import { describe, expect, it } from 'vitest';

import { statementFault } from './statement.ts';

describe('statements', () => {
  it.each([
    'select 1',
    '  (select 1) union (select 2)',
    '-- a note\nselect 1',
    '/* a; note */ with a as (select 1) select * from a;',
    "select 'it''s; not another' as text",
    'select "a;b" from t',
    'select `a;b` from t',
    'values (1)',
  ])('that read are taken: %s', (statement) => {
    expect(statementFault(statement, 'read')).toBeUndefined();
  });

  it.each([
    ['insert into t values (1)', 'begins with'],
    ["copy t to program 'id'", 'begins with'],
    ['do $$ begin end $$', 'begins with'],
    ['set role admin', 'begins with'],
    ['-- select\ndrop table t', 'begins with'],
    ['select 1; drop table t', 'one statement'],
    ['select 1 /* x */ ; /* y */ select 2', 'one statement'],
    ["select ';' ; select 2", 'one statement'],
    ["select 1 into outfile '/tmp/x'", 'write files'],
    ['select 1 INTO /* */ DUMPFILE "x"', 'write files'],
    ['select /*!50000 1 */', 'executed'],
    ['select /*M!100000 1 */', 'executed'],
    ['select \0', 'NUL'],
    ['', 'begins with'],
  ])('that do more are refused: %s', (statement, fault) => {
    expect(statementFault(statement, 'read')).toContain(fault);
  });

  it('change things only where that is said', () => {
    for (const statement of ['insert into t values (1)', 'update t set a = 1', 'call f()']) {
      expect(statementFault(statement, 'write')).toBeUndefined();
      expect(statementFault(statement, 'read')).toContain('begins with');
    }
    for (const statement of ['truncate t', 'alter table t add a int', 'grant all on t to u'])
      expect(statementFault(statement, 'write')).toContain('begins with');
  });
});
