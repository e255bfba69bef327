import type { TokenEndpointResponse, TokenEndpointResponseHelpers } from 'openid-client';
import { z } from 'zod';

import { claimedNames } from '../../../core/access/find-claimed-groups.ts';
import { findMember } from '../../../core/access/find-member.ts';
import type { findSignInProvider } from '../../../core/access/find-provider.ts';
import { recordRefusedSignIn } from '../../../core/access/record-refused-sign-in.ts';
import {
  startSession,
  type SessionKind,
  type SessionLimits,
} from '../../../core/access/start-session.ts';
import type { Clock } from '../../../kernel/clock.ts';
import type { Database } from '../../../kernel/database/database.ts';
import { AppError } from '../../../kernel/errors.ts';

export type Provider = NonNullable<Awaited<ReturnType<typeof findSignInProvider>>>;

/** What the issuer said of who signed in. */
export type Grant = TokenEndpointResponse & TokenEndpointResponseHelpers;

interface Entrance {
  readonly provider: Provider;
  readonly grant: Grant;
  readonly kind: SessionKind;
  readonly agent: string | undefined;
  readonly requestId: string;
}

const verifiedAddress = z.object({ email: z.string().max(254), email_verified: z.literal(true) });

/** Begins the session of the member whom the issuer has vouched for. */
export async function enter(
  services: {
    readonly database: Database;
    readonly clock: Clock;
    readonly sessions: SessionLimits;
  },
  { provider, grant, kind, agent, requestId }: Entrance,
): Promise<{ readonly secret: string; readonly expiresAt: Date }> {
  const claims = grant.claims();
  if (claims === undefined)
    throw new AppError('UNAUTHENTICATED', 'the issuer did not say who you are');
  const { data } = verifiedAddress.safeParse(claims);
  const groups = claimedNames(claims, provider.groupClaim);
  const subject = { subject: claims.sub, email: data?.email };
  const member = await findMember(services.database, provider, subject);
  if (member === undefined) {
    await recordRefusedSignIn(services, provider, { subject: claims.sub, requestId });
    throw new AppError(
      'UNAUTHENTICATED',
      'the issuer knows you, but you are no member here: ask an admin to invite your verified e-mail address',
    );
  }
  return startSession(
    services,
    { member, provider, kind, agent, requestId, groups },
    services.sessions,
  );
}
