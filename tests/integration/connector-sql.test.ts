import { chmod, chown, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { openFaultProxy } from '../../connectors/testing/fault-proxy.ts';
import { openTrial, type Trial } from '../support/connector-trial.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { createAuthority } from '../support/certificates.ts';
import { findProgram, unprivilegedUser } from '../support/process.ts';
import {
  asAdmin,
  openMariadbPeer,
  openPostgresPeer,
  sqlCredential,
  type SqlPeer,
} from '../support/sql-peers.ts';

describe.skipIf(findProgram('initdb') === undefined)('sql on PostgreSQL', () => {
  let peer: SqlPeer;

  beforeAll(async () => {
    const opened = await openPostgresPeer();
    if (opened === undefined) throw new Error('PostgreSQL is not installed');
    peer = opened;
  });

  afterAll(() => peer[Symbol.asyncDispose]());

  const reading = (statement: string, more: JsonObject = {}): JsonObject => ({
    ...{ name: 'a', statement },
    ...more,
  });

  const admin = async (statement: string): Promise<readonly JsonObject[]> =>
    await asAdmin(peer.adminUrl ?? '', async (client) => {
      const { rows } = await client.query<JsonObject>(statement);
      return rows;
    });

  it('keeps digits of numbers, texts of dates, and shapes of the rest', async () => {
    await using trial = trialOf(
      peer,
      reading(`select 9007199254740993::bigint as big, 1.50::numeric as price, 0.1::float8 as real,
        'NaN'::numeric as odd, 'x' as text, timestamptz '2026-01-02 03:04:05.678901+02' as at,
        date '2026-12-31' as day, interval '1 day 2 hours' as span, true as yes, null as nothing,
        '{"n": 12345678901234567890, "b": [1]}'::jsonb as doc, '\\x00ff'::bytea as bytes,
        array[9007199254740993, null]::bigint[] as bigs, array[['a'],['b,c']] as texts`),
    );
    const { value } = await trial.call('a');
    expect(JSON.stringify(value)).toBe(
      JSON.stringify([
        {
          big: 'BIG',
          price: '1.50',
          real: 0.1,
          odd: 'NaN',
          text: 'x',
          at: '2026-01-02 01:04:05.678901+00',
          day: '2026-12-31',
          span: 'P1DT2H',
          yes: true,
          nothing: null,
          doc: { b: [1], n: 'N' },
          bytes: { base64: 'AP8=' },
          bigs: ['BIG', null],
          texts: [['a'], ['b,c']],
        },
      ])
        .replaceAll('"BIG"', '9007199254740993')

        .replace('"N"', '12345678901234567890'),
    );
  });

  it('attack 43: takes values apart from the statement, with all their digits', async () => {
    await using trial = trialOf(
      peer,
      reading(
        'select $1::bigint as big, $2::text as text, $3::bool as yes, $4::jsonb as doc, $5::text[] as list, $6::int as none',
        {
          parameters: [
            { name: 'big', type: 'integer' },
            { name: 'text' },
            { name: 'yes', type: 'boolean' },
            { name: 'doc', type: 'json' },
            { name: 'list', type: 'array' },
            { name: 'none', type: 'integer', isRequired: false },
          ],
        },
      ),
    );
    const text = "'; drop table account; --";
    const { value } = await trial.call('a', {
      ...{ big: 2 ** 53, text, yes: false, doc: { a: [1] }, list: ['x,"y"', '\\'] },
    });
    expect(value).toEqual([
      { big: 2 ** 53, text, yes: false, doc: { a: [1] }, list: ['x,"y"', '\\'], none: null },
    ]);
  });

  it('attack 43: changes nothing where it only reads, whatever a function does', async () => {
    await admin(`create or replace function sneak() returns int language sql security definer
      as $$ update account set owner = 'Eve' where id = 1 returning 1 $$`);
    await using trial = trialOf(peer, reading('select sneak() as done'));
    await expect(trial.call('a')).rejects.toMatchObject({
      message: expect.stringContaining('read-only transaction') as string,
      isRetryable: false,
      isOutcomeUnknown: false,
      answer: { content: { sqlState: '25006' } },
    });
    const unlocked = "select set_config('transaction_read_only', 'off', false) as mode";
    await using other = trialOf(peer, reading(unlocked));
    await expect(other.call('a')).rejects.toThrow('read-write mode');
    expect(await admin('select owner from account where id = 1')).toEqual([{ owner: 'Ada' }]);
  });

  it('is stopped by the database itself when its time is over', async () => {
    await using trial = trialOf(peer, reading('select pg_sleep(30)::text as slept'));
    const failure = trial.call('a', {}, { timeoutMs: 150 });
    await expect(failure).rejects.toMatchObject({ isLate: true, isOutcomeUnknown: false });
    await expect
      .poll(() =>
        admin(
          "select 1 as one from pg_stat_activity where query like 'select pg_sleep(30)%' and state = 'active'",
        ),
      )
      .toEqual([]);
  });

  it('refuses more rows and more bytes than allowed, and cuts nothing off', async () => {
    const many = reading('select g from generate_series(1, 1000000) g', { maxRows: 10 });
    await using rows = trialOf(peer, many);
    await expect(rows.call('a')).rejects.toThrow('more than 10 rows');
    const large = reading("select repeat('x', 60000000) as x");
    await using bytes = trialOf(peer, large, { limits: { maxResponseBytes: 1_000_000 } });
    await expect(bytes.call('a')).rejects.toThrow(/more than \d+ bytes/);
    const exact = reading('select g from generate_series(1, 10) g', { maxRows: 10 });
    await using all = trialOf(peer, exact);
    expect((await all.call('a')).value).toHaveLength(10);
  });

  it('leaves nothing of a call to the next one over the same connection', async () => {
    await using trial = openTrialOf(peer, [
      {
        name: 'who',
        statement: "select pg_backend_pid() as pid, current_setting('app.x', true) as x",
      },
      { name: 'mark', statement: "select set_config('app.x', 'left over', false) as x" },
    ]);
    const [first] = (await trial.call('who')).value as readonly JsonObject[];
    await trial.call('mark');
    const { value } = await trial.call('who');
    // The database keeps the name of the setting, and nothing in it.
    expect(value).toEqual([{ pid: first?.['pid'], x: '' }]);
  });

  it('makes calls together with all their keys in one statement', async () => {
    await using trial = trialOf(
      peer,
      reading(
        'select id, owner, count(*) over () as asked from account where id = any($1::int[])',
        {
          parameters: [{ name: 'id', type: 'integer' }],
          result: 'row',
          batch: { keyArgument: 'id', key: 'id' },
        },
      ),
    );
    const results = await Promise.all([2, 1, 9, 2].map((id) => trial.call('a', { id })));
    expect(results.map(({ value }) => value)).toEqual([
      { id: 2, owner: 'Bob', asked: 2 },
      { id: 1, owner: 'Ada', asked: 2 },
      null,
      { id: 2, owner: 'Bob', asked: 2 },
    ]);
    expect(new Set(results.map(({ batch }) => batch?.id)).size).toBe(1);
  });

  it('keeps what it reads where the operation says so, with all its digits, and nothing that it changes', async () => {
    const statement = 'select 9007199254740993::bigint as big, clock_timestamp()::text as at';
    const operations = [reading(statement, { cache: { seconds: 60 } })];
    const cache = { maxBytes: 1_000_000, maxEntryBytes: 100_000 };
    const sql = { kind: 'sql', config: peer.configWith(operations), credential: sqlCredential };
    await using trial = openTrial({ ...sql, allow: ['127.0.0.1', 'localhost'], cache });
    const first = await trial.call('a', {}, { revision: '1' });
    const again = await trial.call('a', {}, { revision: '1' });
    expect(again).toMatchObject({ attempts: 0, value: first.value });
    expect(JSON.stringify(again.value)).toContain('"big":9007199254740993,');
    expect((await trial.call('a', {}, { revision: '2' })).value).not.toEqual(first.value);
    const changing = { name: 'a', statement: 'delete from account', access: 'write' };
    const config = peer.configWith([{ ...changing, cache: { seconds: 60 } }]);
    expect(trial.connector.checkConfig(config)).toMatchObject([{ field: 'operations.0.cache' }]);
  });

  it('fails one key of a batch alone', async () => {
    await using trial = trialOf(
      peer,
      reading('select id, 10 / (id - 2) as quotient from account where id = any($1::int[])', {
        parameters: [{ name: 'id', type: 'integer' }],
        result: 'row',
        batch: { keyArgument: 'id', key: 'id' },
      }),
    );
    const results = await Promise.allSettled([1, 2, 3].map((id) => trial.call('a', { id })));
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('changes once for one idempotency key, also when the answer is lost', async () => {
    await admin('create table if not exists entry (key text primary key, amount numeric)');
    await admin('grant select, insert on entry to agent');
    const statement = 'insert into entry values ($1, $2) on conflict (key) do nothing';
    const parameters = [
      { name: 'key', source: 'idempotencyKey' },
      { name: 'amount', type: 'number' },
    ];
    await using proxy = await openFaultProxy({ host: '127.0.0.1', port: peer.port });
    const operation = { name: 'book', statement, parameters, access: 'write', result: 'count' };
    await using trial = openTrialOf(peer, [operation], {
      ...{ port: proxy.port, limits: { maxAttempts: 1 } },
    });
    proxy.fault = { afterText: 'commit' };
    const context = { idempotencyKey: 'key-1' };
    await expect(trial.call('book', { amount: 5 }, context)).rejects.toMatchObject({
      isRetryable: true,
    });
    proxy.fault = 'none';
    expect((await trial.call('book', { amount: 5 }, context)).value).toBe(0);
    expect(await admin('select count(*)::int as n from entry')).toEqual([{ n: 1 }]);
  });

  it('knows that nothing was changed when the connection is lost before the commit', async () => {
    const statement = 'update account set balance = balance + 1 where id = 3';
    await using proxy = await openFaultProxy({ host: '127.0.0.1', port: peer.port });
    const operation = { name: 'pay', statement, access: 'write', result: 'count' };
    await using trial = openTrialOf(peer, [operation], {
      ...{ port: proxy.port, limits: { maxAttempts: 1 } },
    });
    proxy.fault = { afterText: 'update account' };
    await expect(trial.call('pay')).rejects.toMatchObject({ isOutcomeUnknown: false });
    expect(await admin('select balance::int as balance from account where id = 3')).toEqual([
      { balance: 0 },
    ]);
  });

  it('tells what the database says of a broken rule, and goes on', async () => {
    const statement = "insert into account values (1, 'Eve', 0)";
    await using trial = trialOf(peer, reading(statement, { access: 'write', result: 'count' }));
    for (let at = 0; at < 12; at += 1)
      await expect(trial.call('a')).rejects.toMatchObject({
        message: expect.stringContaining('duplicate key') as string,
        answer: {
          content: {
            sqlState: '23505',
            constraint: 'account_pkey',
            detail: 'Key (id)=(1) already exists.',
          },
        },
        isRetryable: false,
      });
  });

  it('refuses two columns of one name', async () => {
    await using trial = trialOf(peer, reading('select 1 as a, 2 as a'));
    await expect(trial.call('a')).rejects.toThrow('two columns "a"');
  });

  it('connects over TLS only to whom the certificate names', async () => {
    await using authority = await createAuthority();
    const files = await authority.issue('database', { san: 'DNS:localhost' });
    const as = unprivilegedUser();
    if (as !== undefined)
      for (const file of [files.keyFile, files.certFile]) await chown(file, as.uid, as.gid);
    await chmod(dirname(files.certFile), 0o755);
    await admin(`alter system set ssl_cert_file = '${files.certFile}'`);
    await admin(`alter system set ssl_key_file = '${files.keyFile}'`);
    await admin('alter system set ssl = on');
    await admin('select pg_reload_conf()');
    const certificateAuthority = await readFile(authority.caFile, 'utf8');
    const statement = 'select ssl from pg_stat_ssl where pid = pg_backend_pid()';
    const secured = (host: string, more: JsonObject = {}): Trial =>
      openTrialOf(peer, [reading(statement)], { ...{ host, tls: 'verify' }, ...more });
    await using good = secured('localhost', { certificateAuthority });
    await expect
      .poll(() => good.call('a').then(({ value }) => value, String))
      .toEqual([{ ssl: true }]);
    await using stranger = secured('localhost');
    await expect(stranger.call('a')).rejects.toThrow(/certificate/i);
    await using otherName = secured('127.0.0.1', { certificateAuthority });
    await expect(otherName.call('a')).rejects.toThrow(/certificate/);
  });
});

describe.skipIf(findProgram('mariadbd') === undefined)('sql on MariaDB', () => {
  let peer: SqlPeer;

  beforeAll(async () => {
    const opened = await openMariadbPeer();
    if (opened === undefined) throw new Error('MariaDB is not installed');
    peer = opened;
  });

  afterAll(() => peer[Symbol.asyncDispose]());

  it('keeps digits of numbers and texts of dates', async () => {
    await using trial = trialOf(peer, {
      name: 'a',
      statement: `select cast(9007199254740993 as signed) as big, balance, cast('2026-12-31' as date) as day,
        cast('2026-01-02 03:04:05.678' as datetime(3)) as at, x'00ff' as bytes, null as nothing, 0.5e0 as half,
        cast(18446744073709551615 as unsigned) as huge from account where id = 2`,
    });
    const { value } = await trial.call('a');
    expect(JSON.stringify(value)).toBe(
      '[{"big":9007199254740993,"balance":"99999999999999.1200","day":"2026-12-31","at":"2026-01-02 03:04:05.678","bytes":{"base64":"AP8="},"nothing":null,"half":0.5,"huge":18446744073709551615}]',
    );
  });

  it('takes values apart from the statement', async () => {
    const parameters = [{ name: 'owner' }, { name: 'big', type: 'integer' }];
    const statement = 'select ? as owner, cast(? as signed) as big';
    await using trial = trialOf(peer, { name: 'a', statement, parameters });
    const owner = "'; drop table account; --";
    expect((await trial.call('a', { owner, big: 7 })).value).toEqual([{ owner, big: 7 }]);
  });

  it('changes nothing where it only reads', async () => {
    const statement = 'with a as (select 1) select id from account for update';
    await using trial = trialOf(peer, { name: 'a', statement });
    await trial.call('a').catch(() => undefined);
    await using writing = trialOf(peer, {
      ...{ name: 'a', statement: "update account set owner = 'Eve' where id = 2" },
      ...{ access: 'write', result: 'count' },
    });
    expect((await writing.call('a')).value).toBe(1);
    await using creating = trialOf(peer, { name: 'a', statement: 'select nextval(missing)' });
    await expect(creating.call('a')).rejects.toMatchObject({ isRetryable: false });
  });

  it('is stopped by the database itself when its time is over', async () => {
    await using trial = trialOf(peer, { name: 'a', statement: 'select sleep(30) as slept' });
    await expect(trial.call('a', {}, { timeoutMs: 200 })).rejects.toMatchObject({ isLate: true });
  });

  it('makes calls together with all their keys as JSON', async () => {
    await using trial = trialOf(peer, {
      ...{ name: 'a', parameters: [{ name: 'id', type: 'integer' }], result: 'row' },
      statement: `select a.id, a.owner from account a
        join json_table(?, '$[*]' columns (id int path '$')) k on k.id = a.id`,
      batch: { keyArgument: 'id', key: 'id' },
    });
    const results = await Promise.all([3, 1, 9].map((id) => trial.call('a', { id })));
    expect(results.map(({ value }) => value)).toEqual([
      { id: 3, owner: 'Cid' },
      { id: 1, owner: 'Ada' },
      null,
    ]);
    expect(new Set(results.map(({ batch }) => batch?.id)).size).toBe(1);
  });

  it('refuses more rows and more bytes than allowed', async () => {
    const statement = 'select seq from seq_1_to_1000000';
    await using rows = trialOf(peer, { name: 'a', statement, maxRows: 10 });
    await expect(rows.call('a')).rejects.toThrow('more than 10 rows');
    const large = { name: 'a', statement: "select repeat('x', 10000000) as x" };
    await using bytes = trialOf(peer, large, { limits: { maxResponseBytes: 100_000 } });
    await expect(bytes.call('a')).rejects.toThrow(/more than \d+ bytes/);
  });
});

function trialOf(peer: SqlPeer, operation: JsonObject, changes: JsonObject = {}): Trial {
  return openTrialOf(peer, [operation], changes);
}

function openTrialOf(
  peer: SqlPeer,
  operations: readonly JsonObject[],
  changes: JsonObject = {},
): Trial {
  const config = peer.configWith(operations, changes);
  const allow = ['127.0.0.1', 'localhost'];
  return openTrial({ kind: 'sql', config, credential: sqlCredential, allow });
}
