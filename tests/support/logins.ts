import { randomBytes } from 'node:crypto';

import pg from 'pg';

import { readRoleNames } from '../../kernel/database/roles.ts';

/** URLs of a database, each for a kind of process. */
export interface Logins extends AsyncDisposable {
  readonly gateway: string;
  readonly app: string;
  readonly worker: string;
}

/** One login a kind of process, as `operandi migrate --print-roles` proposes them. */
export async function makeLogins(databaseUrl: string): Promise<Logins> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const { app, worker, gateway, sealer } = await readRoleNames(client);
  const members = { gateway: [gateway], app: [app, worker], worker: [app, worker, sealer] };
  const id = randomBytes(6).toString('hex');
  const login = async (kind: keyof typeof members): Promise<string> => {
    await client.query(`create role login_${kind}_${id} login`);
    await client.query(`grant ${members[kind].join(', ')} to login_${kind}_${id}`);
    const url = new URL(databaseUrl);
    url.username = `login_${kind}_${id}`;
    return url.href;
  };
  return {
    gateway: await login('gateway'),
    app: await login('app'),
    worker: await login('worker'),
    async [Symbol.asyncDispose]() {
      for (const kind of Object.keys(members)) await client.query(`drop role login_${kind}_${id}`);
      await client.end();
    },
  };
}
