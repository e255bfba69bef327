import { readFileSync, readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';

const folder = new URL('../../prisma/schema/', import.meta.url);
const source = readdirSync(folder)
  .map((name) => readFileSync(new URL(name, folder), 'utf8'))
  .join('\n');

/** PostgreSQL's names of the types that the schema uses without saying how they are stored. */
const NATIVE: Readonly<Record<string, string>> = {
  String: 'text',
  Int: 'integer',
  BigInt: 'bigint',
  Boolean: 'boolean',
  Json: 'jsonb',
  Bytes: 'bytea',
  Float: 'double precision',
};
const STORED: Readonly<Record<string, string>> = {
  'db.Uuid': 'uuid',
  'db.Json': 'json',
  'db.SmallInt': 'smallint',
  'db.Timestamptz(6)': 'timestamp with time zone',
};

interface Block {
  readonly kind: string;
  readonly name: string;
  readonly lines: readonly string[];
}

const blocks: readonly Block[] = [...source.matchAll(/^(model|enum) (\w+) \{\n([^}]*)^\}/gm)].map(
  ([, kind = '', name = '', body = '']) => ({
    kind,
    name,
    lines: body
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== ''),
  }),
);

function attribute(lines: readonly string[], name: string): string {
  const line = lines.find((candidate) => candidate.startsWith(`@@${name}(`));
  return /"([^"]+)"/.exec(line ?? '')?.[1] ?? '';
}

/** `schema.name` of a model's table or an enum's type. */
function tableOf(block: Block): string {
  return `${attribute(block.lines, 'schema')}.${attribute(block.lines, 'map') || block.name}`;
}

const enums = new Map(
  blocks.filter((block) => block.kind === 'enum').map((block) => [block.name, block]),
);
const models = blocks.filter((block) => block.kind === 'model');
const modelNames = new Set(models.map((model) => model.name));

/** `table.column type null|not null default|-` of every column that Prisma believes in. */
function declaredColumns(): string[] {
  return models.flatMap((model) =>
    model.lines.flatMap((line) => {
      const [, field = '', declared = ''] =
        /^(\w+)\s+(Unsupported\("\w+"\)\??|\w+[?[\]]*)/.exec(line) ?? [];
      const type = declared.replace(/[?[\]]/g, '');
      if (field === '' || modelNames.has(type)) return [];
      const column = /@map\("(\w+)"\)/.exec(line)?.[1] ?? field;
      const nullability = declared.endsWith('?') ? 'null' : 'not null';
      const isDefaulted = /@default\((?!autoincrement)/.test(line) ? 'default' : '-';
      return [
        `${tableOf(model)}.${column} ${typeOf(line, type, declared)} ${nullability} ${isDefaulted}`,
      ];
    }),
  );
}

function typeOf(line: string, type: string, declared: string): string {
  const unsupported = /Unsupported\("(\w+)"\)/.exec(declared)?.[1];
  const stored = /@(db\.\w+(?:\(\d+\))?)/.exec(line)?.[1];
  const enumeration = enums.get(type);
  const base =
    unsupported ??
    STORED[stored ?? ''] ??
    (enumeration === undefined ? NATIVE[type] : tableOf(enumeration)) ??
    `unknown type ${type}`;
  return declared.includes('[]') ? `${base}[]` : base;
}

/** `unique|index schema.table (columns)` of what Prisma declares; a primary key counts as unique. */
function declaredKeys(): string[] {
  return models.flatMap((model) => {
    const columns = new Map(
      model.lines.map((line) => {
        const field = line.split(/\s/)[0] ?? '';
        return [field, /@map\("(\w+)"\)/.exec(line)?.[1] ?? field];
      }),
    );
    return model.lines.flatMap((line) => {
      const field = line.split(/\s/)[0] ?? '';
      const single = /\s@(id|unique)\b/.test(line) ? [field] : undefined;
      const several = /^@@(id|unique|index)\(\[(.*?)\](?:,|\))/.exec(line)?.[2];
      const fields = single ?? several?.split(', ').map((item) => item.replace(/\(.*/, ''));
      if (fields === undefined) return [];
      const kind = line.startsWith('@@index') ? 'index' : 'unique';
      return [`${kind} ${tableOf(model)} (${fields.map((name) => columns.get(name)).join(', ')})`];
    });
  });
}

describe('the prisma schema and the migrated database', () => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await createTestDatabase();
  });
  afterAll(() => test[Symbol.asyncDispose]());

  async function ask(sql: string): Promise<string[]> {
    const { rows } = await test.database.pool.query<{ line: string }>(sql);
    return rows.map((row) => row.line).sort();
  }

  it('agree on every table, column, type, nullability and default', async () => {
    // Prisma has no list that may be null: it reads one as empty.
    const actual = await ask(`
      select n.nspname || '.' || c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
             || case when a.attnotnull or a.attndims > 0 then ' not null' else ' null' end
             || case when a.atthasdef then ' default' else ' -' end as line
      from pg_attribute a
      join pg_class c on c.oid = a.attrelid and c.relkind in ('r', 'p') and not c.relispartition
      join pg_namespace n on n.oid = c.relnamespace
      where n.nspname in ('access', 'jobs', 'integrations', 'audit') and a.attnum > 0 and not a.attisdropped`);
    expect(declaredColumns().sort()).toEqual(actual);
  });

  it('agree on the values of every enum, in order', async () => {
    const actual = await ask(
      `
      select n.nspname || '.' || t.typname || ' ' || string_agg(e.enumlabel, ' ' order by e.enumsortorder) as line
      from pg_enum e join pg_type t on t.oid = e.enumtypid join pg_namespace n on n.oid = t.typnamespace
      group by 1, n.nspname, t.typname`.replace('group by 1, ', 'group by '),
    );
    const declared = [...enums.values()].map((block) => {
      const values = block.lines.filter((line) => /^\w+$/.test(line));
      return `${tableOf(block)} ${values.join(' ')}`;
    });
    expect(declared.sort()).toEqual(actual);
  });

  it('have every key and index that prisma declares', async () => {
    const actual = await ask(`
      select case when i.indisunique then 'unique ' else 'index ' end || n.nspname || '.' || c.relname || ' ('
             || (select string_agg(a.attname, ', ' order by k.place)
                 from unnest(i.indkey::int[]) with ordinality as k(number, place)
                 join pg_attribute a on a.attrelid = c.oid and a.attnum = k.number) || ')' as line
      from pg_index i
      join pg_class c on c.oid = i.indrelid
      join pg_namespace n on n.oid = c.relnamespace
      where n.nspname in ('access', 'jobs', 'integrations', 'audit')
        and i.indpred is null and i.indexprs is null`);
    expect(actual).toEqual(expect.arrayContaining(declaredKeys()));
  });

  it('answer a query on every model', async () => {
    const { prisma } = test.database;
    const counts = [
      prisma.tenant.findMany(),
      prisma.member.findMany(),
      prisma.apiKey.findMany(),
      prisma.keyCheck.findMany(),
      prisma.identityProvider.findMany(),
      prisma.session.findMany(),
      prisma.customRole.findMany(),
      prisma.agent.findMany(),
      prisma.agentVersion.findMany(),
      prisma.job.findMany(),
      prisma.jobIo.findMany(),
      prisma.journalEntry.findMany(),
      prisma.jobEvent.findMany(),
      prisma.jobWait.findMany(),
      prisma.approval.findMany(),
      prisma.approvalDecision.findMany(),
      prisma.delegation.findMany(),
      prisma.decisionLink.findMany(),
      prisma.inboundEvent.findMany(),
      prisma.schedule.findMany(),
      prisma.scheduleMatch.findMany(),
      prisma.secret.findMany(),
      prisma.enqueueGrant.findMany(),
      prisma.bulkOperation.findMany(),
      prisma.backtest.findMany(),
      prisma.backtestJob.findMany(),
      prisma.webhook.findMany(),
      prisma.webhookFeed.findMany(),
      prisma.webhookDelivery.findMany(),
      prisma.integration.findMany(),
      prisma.credential.findMany(),
      prisma.integrationCall.findMany(),
      prisma.auditEvent.findMany(),
      prisma.auditSeal.findMany(),
      prisma.auditLink.findMany(),
      prisma.auditNode.findMany(),
      prisma.auditTree.findMany(),
      prisma.auditCheckpoint.findMany(),
      prisma.auditStray.findMany(),
      prisma.auditBacklog.findMany(),
      prisma.auditSigningKey.findMany(),
      // It has its one row from the beginning.
      prisma.auditSealer.findMany({ where: { isOnly: false } }),
      prisma.turn.findMany(),
      prisma.listener.findMany(),
      prisma.auditUnsealed.findMany(),
      prisma.auditVeiledName.findMany(),
      prisma.auditRetention.findMany(),
      prisma.auditStub.findMany(),
      prisma.legalHold.findMany(),
      prisma.auditStream.findMany(),
      prisma.dataKey.findMany(),
      prisma.accessToken.findMany(),
      prisma.memberGroup.findMany(),
      prisma.groupMembership.findMany(),
      prisma.jobLabel.findMany(),
      prisma.gatekeeper.findMany(),
      prisma.gateSignal.findMany(),
      prisma.gateStart.findMany(),
      prisma.batch.findMany(),
      prisma.batchMember.findMany(),
      prisma.inboundWebhook.findMany(),
      prisma.accessTokenOfIntegration.findMany(),
      prisma.consent.findMany(),
      prisma.connectLink.findMany(),
      prisma.jobRetention.findMany(),
      prisma.historyCopier.findMany(),
    ];
    expect(counts).toHaveLength(models.length);
    expect((await Promise.all(counts)).flat()).toEqual([]);
  });

  it('let no table of a tenant go without row-level security', async () => {
    const open = await ask(`
      select n.nspname || '.' || c.relname as line
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname in ('access', 'jobs', 'integrations', 'audit') and c.relkind in ('r', 'p')
        and not (c.relrowsecurity and c.relforcerowsecurity
                 and exists (select from pg_policy p where p.polrelid = c.oid))`);
    expect(open).toEqual([]);
  });
});
