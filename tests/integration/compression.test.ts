import { expect, it } from 'vitest';
import { createTestDatabase, databaseKinds } from '../support/database.ts';

it.each(databaseKinds)(
  'long values are packed by the quickest way the server has, on %s',
  async (kind) => {
    await using test = await createTestDatabase(kind);
    const { rows } = await test.database.pool.query<{ has_lz4: boolean }>(
      `select attrelid::regclass || '.' || attname as column,
       (select 'lz4' = any(enumvals) from pg_settings where name = 'default_toast_compression') as has_lz4,
       attcompression::text = 'l' as is_quick
     from pg_attribute
     where attrelid in ('jobs.event'::regclass, 'jobs.journal'::regclass, 'jobs.job_io'::regclass, 'audit.event'::regclass)
       and atttypid in ('json'::regtype, 'jsonb'::regtype) and not attisdropped`,
    );
    expect(rows.length).toBeGreaterThanOrEqual(7);
    expect(rows).toEqual(rows.map((row) => ({ ...row, is_quick: row.has_lz4 })));
  },
);
