import type { Keyring, SealedSecret } from '../../kernel/crypto/keyring.ts';
import { sealedSecret } from '../../kernel/crypto/sealed-secret.ts';
import { Prisma } from '../../prisma/_generated/client.ts';
import type { Transaction } from '../../kernel/database/database.ts';
import type { Services } from '../context.ts';

/** Where sealed values are, how a row is named, and what its value belongs to: the same words with which it was sealed. */
const places = [
  {
    table: Prisma.sql`jobs.secret`,
    column: Prisma.sql`sealed`,
    owner: Prisma.sql`tenant_id || ':secret:' || name`,
  },
  {
    table: Prisma.sql`integrations.credential`,
    column: Prisma.sql`sealed`,
    owner: Prisma.sql`tenant_id || ':' || integration_id || ':credential:' || version`,
  },
  {
    table: Prisma.sql`integrations.integration`,
    column: Prisma.sql`sealed_headers`,
    owner: Prisma.sql`tenant_id || ':' || id || ':headers'`,
  },
  {
    table: Prisma.sql`jobs.webhook`,
    column: Prisma.sql`sealed`,
    owner: Prisma.sql`tenant_id || ':webhook:' || id || ':' || secret_version`,
  },
  {
    table: Prisma.sql`jobs.webhook`,
    column: Prisma.sql`previous_sealed`,
    owner: Prisma.sql`tenant_id || ':webhook:' || id || ':' || (secret_version - 1)`,
  },
  {
    table: Prisma.sql`jobs.inbound_webhook`,
    column: Prisma.sql`sealed`,
    owner: Prisma.sql`tenant_id || ':inbound-webhook:' || id || ':' || secret_version`,
  },
  {
    table: Prisma.sql`jobs.inbound_webhook`,
    column: Prisma.sql`previous_sealed`,
    owner: Prisma.sql`tenant_id || ':inbound-webhook:' || id || ':' || (secret_version - 1)`,
  },
  {
    table: Prisma.sql`integrations.access_token`,
    column: Prisma.sql`sealed`,
    owner: Prisma.sql`tenant_id || ':' || integration_id || ':access-token:' || credential_version`,
  },
  {
    table: Prisma.sql`integrations.consent`,
    column: Prisma.sql`sealed`,
    owner: Prisma.sql`tenant_id || ':' || integration_id || ':refresh-token:' || credential_version`,
  },
  {
    table: Prisma.sql`integrations.connect_link`,
    column: Prisma.sql`sealed`,
    owner: Prisma.sql`tenant_id || ':connect-link:' || id`,
  },
  {
    table: Prisma.sql`jobs.data_key`,
    column: Prisma.sql`sealed`,
    owner: Prisma.sql`tenant_id || ':data-key:' || id`,
  },
  {
    table: Prisma.sql`audit.stream`,
    column: Prisma.sql`sealed`,
    owner: Prisma.sql`tenant_id || ':audit-stream:' || id`,
  },
  {
    table: Prisma.sql`audit.stream`,
    column: Prisma.sql`previous_sealed`,
    owner: Prisma.sql`tenant_id || ':audit-stream:' || id`,
  },
] as const;

type Place = (typeof places)[number];

/** Ids of the master keys by which anything is sealed. */
export async function sealedKeyIds(tx: Transaction): Promise<readonly string[]> {
  const each = places.map(
    ({ table, column }) =>
      Prisma.sql`select ${column} ->> 'kek' as id from ${table} where ${column} is not null`,
  );
  const rows = await tx.$queryRaw<readonly { readonly id: string }[]>`
    ${Prisma.join(each, ' union ')} order by id`;
  return rows.map(({ id }) => id);
}

/** Rows of one transaction. */
const portion = 200;

/** Puts what older master keys seal under the newest one, portion by portion; answers how many values it moved. */
export async function rewrapSealedValues({
  database,
  keyring,
}: Pick<Services, 'database' | 'keyring'>): Promise<number> {
  let moved = 0;
  for (const place of places) {
    for (;;) {
      const count = await database.asSystem((tx) => rewrapPortion(tx, keyring, place));
      moved += count;
      if (count < portion) break;
    }
  }
  return moved;
}

interface Row {
  readonly place: string;
  readonly owner: string;
  readonly sealed: unknown;
}

/** Rows are locked: what is set anew meanwhile is not overwritten by what was there before. */
async function rewrapPortion(
  tx: Transaction,
  keyring: Keyring,
  { table, column, owner }: Place,
): Promise<number> {
  const rows = await tx.$queryRaw<readonly Row[]>`
    select ctid::text as place, ${owner} as owner, ${column} as sealed from ${table}
    where ${column} ->> 'kek' <> ${keyring.currentKeyId} limit ${portion} for update`;
  const moved = rows.map(({ place, owner: aad, sealed }) => ({
    place,
    sealed: rewrapped(keyring, aad, sealed),
  }));
  await tx.$executeRaw`
    update ${table} as known set ${column} = row.sealed
    from jsonb_to_recordset(${JSON.stringify(moved)}::jsonb) as row(place text, sealed jsonb)
    where known.ctid = row.place::tid`;
  return rows.length;
}

function rewrapped(keyring: Keyring, aad: string, sealed: unknown): SealedSecret {
  return keyring.rewrap(sealedSecret.parse(sealed), aad);
}
