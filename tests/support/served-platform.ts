import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { composePlatform, type Platform } from '../../cli/compose-platform.ts';
import { createIdentityProvider } from '../../core/access/create-identity-provider.ts';
import { inviteMember } from '../../core/access/invite-member.ts';
import type { RoleName } from '../../core/access/permissions.ts';
import { startSession } from '../../core/access/start-session.ts';
import type { VerbContext } from '../../core/context.ts';
import { readConfig } from '../../kernel/config/config.ts';
import type { Database } from '../../kernel/database/database.ts';
import { newId } from '../../kernel/ids.ts';
import { silentLog } from './log.ts';

/** The whole platform on a port of its own, over a database that outlives it. */
export async function servePlatform(database: Database): Promise<Platform> {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'operandi-served-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const config = readConfig({ OPERANDI_DATA_DIR: folder, PORT: '0' });
  const kept = { ...database, [Symbol.asyncDispose]: () => Promise.resolve() };
  const { signal } = new AbortController();
  const platform = stack.use(await composePlatform(kept, config, { log: silentLog, signal }));
  const running = stack.move();
  return { ...platform, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

/** A member who has signed in through a provider of their own, and the session. */
export async function signedInMember(
  context: VerbContext,
  { role, email = 'ada@example.com' }: { readonly role: RoleName; readonly email?: string },
) {
  const issuer = `https://${newId()}.example`;
  const provider = await createIdentityProvider(context, {
    ...{ name: 'Company', issuer, clientId: 'pages', audience: 'api' },
  });
  const identity = { providerId: provider.id, subject: email };
  const invited = await inviteMember(context, { email, name: 'Ada', role, identity });
  const member = { ...invited, customRole: null };
  const draft = { member, provider, kind: 'CLI', agent: 'test', requestId: 'r' } as const;
  const limits = { seconds: 3_600, idleSeconds: 3_600 };
  const { secret } = await startSession(context, draft, limits);
  return { member, provider, secret };
}
