import { z } from 'zod';

import { findMember } from '../../core/access/find-member.ts';
import { findTokenProvider, type TokenProvider } from '../../core/access/find-provider.ts';
import { createKeyRows, type KeyRows } from '../../core/access/key-rows.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Database } from '../../kernel/database/database.ts';
import type { Doorbell } from '../../kernel/doorbell/doorbell.ts';
import { parseJson } from '../../kernel/json.ts';

const origin = z.object({ issuer: z.string(), audiences: z.array(z.string()) });
const subject = z.object({
  tenantId: z.string(),
  issuer: z.string(),
  subject: z.string(),
  email: z.string().optional(),
  groups: z.array(z.string()),
});

/** Who says that it made a token, and for whom. */
export type TokenOrigin = z.infer<typeof origin>;

type Member = NonNullable<Awaited<ReturnType<typeof findMember>>>;

/** What tokens lead to. */
export interface TokenRows {
  readonly providers: KeyRows<TokenProvider>;
  readonly members: KeyRows<Member>;
}

/** Each is looked up at most every two seconds. */
export function createTokenRows(services: {
  readonly database: Database;
  readonly doorbell: Doorbell;
  readonly clock: Clock;
}): TokenRows {
  const { database } = services;
  return {
    providers: createKeyRows<TokenProvider>(services, {
      find: (ref) => {
        const { issuer, audiences } = origin.parse(parseJson(ref));
        return findTokenProvider(database, issuer, audiences);
      },
    }),
    members: createKeyRows<Member>(services, {
      find: (ref) => {
        const wanted = subject.parse(parseJson(ref));
        return findMember(database, wanted, { email: undefined, ...wanted });
      },
    }),
  };
}

export function refOfProvider(token: TokenOrigin): string {
  return JSON.stringify(token);
}

export function refOfMember(wanted: {
  readonly tenantId: string;
  readonly issuer: string;
  readonly subject: string;
  readonly email: string | undefined;
  readonly groups: readonly string[];
}): string {
  return JSON.stringify(wanted);
}
