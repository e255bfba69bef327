import type { Database } from '../../kernel/database/database.ts';
import { knownGroup, type KnownGroup } from './member-actor.ts';

/** Names of an issuer that are looked at, and groups that count; tokens can say any number. */
const maxNames = 200;
const maxGroups = 50;

/** The tenant's groups that an issuer has named; names of none count for nothing. */
export async function findClaimedGroups(
  database: Database,
  tenantId: string,
  names: readonly string[],
): Promise<readonly KnownGroup[]> {
  if (names.length === 0) return [];
  const wanted = { tenantId, name: { in: names.slice(0, maxNames) }, deletedAt: null };
  return database.asSystem(
    (tx) =>
      tx.memberGroup.findMany({
        where: wanted,
        select: knownGroup,
        orderBy: { id: 'asc' },
        take: maxGroups,
      }),
    { role: 'gateway', isReadOnly: true },
  );
}

/** What a claim says of groups: a text or a list of them, of which those that can be a name are taken. */
export function claimedNames(
  claims: Readonly<Record<string, unknown>>,
  claim: string | null,
): readonly string[] {
  const said = claim !== null && Object.hasOwn(claims, claim) ? claims[claim] : [];
  return [said]
    .flat()
    .filter((name): name is string => typeof name === 'string' && isName(name))
    .slice(0, maxNames);
}

function isName(text: string): boolean {
  return text.length <= 100 && /^\P{Cc}+$/u.test(text) && text.isWellFormed();
}
