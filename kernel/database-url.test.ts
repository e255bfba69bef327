import { describe, expect, it } from 'vitest';
import { readDatabaseUrl } from './database-url.ts';

describe('the URL of a database', () => {
  it('names one host, which is taken as it is', () => {
    expect(readDatabaseUrl('postgres://app:secret@db:5433/operandi?sslmode=require')).toEqual({
      urls: ['postgres://app:secret@db:5433/operandi?sslmode=require'],
      isChecked: false,
      isPooled: false,
    });
    expect(readDatabaseUrl('postgresql:///operandi?host=/run/postgresql')).toMatchObject({
      urls: ['postgresql:///operandi?host=/run/postgresql'],
    });
  });

  it('names several, each with its port, login and options', () => {
    const options = '/operandi?sslmode=require&target_session_attrs=read-write';
    expect(readDatabaseUrl(`postgres://app:s%2Cx@one:5432,[::1]:5433,three${options}`)).toEqual({
      urls: ['one:5432', '[::1]:5433', 'three'].map(
        (host) => `postgres://app:s%2Cx@${host}${options}`,
      ),
      isChecked: true,
      isPooled: false,
    });
  });

  it('has one host checked where that is asked for', () => {
    expect(readDatabaseUrl('postgres://db/x?target_session_attrs=primary')?.isChecked).toBe(true);
  });

  it('says that there is a pooler before it', () => {
    expect(readDatabaseUrl('postgres://pooler:6432/x?pgbouncer=true')?.isPooled).toBe(true);
    expect(readDatabaseUrl('postgres://db/x?pgbouncer=false')?.isPooled).toBe(false);
  });

  it.each([
    'mysql://db/x',
    'db:5432',
    '',
    'postgres://one,two:none/x',
    'postgres://one,,two/x',
    'postgres://one,two/x?target_session_attrs=standby',
    'postgres://one/x?target_session_attrs=any',
    'postgres://one/x?pgbouncer=1',
    'postgres://one/x?sslmode=strict',
  ])('is none: %s', (text) => {
    expect(readDatabaseUrl(text)).toBeUndefined();
  });
});
