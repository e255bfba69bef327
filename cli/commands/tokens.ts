import { Command } from 'commander';

import { RevokeAccessTokenDocument, type TokenWish } from '../../sdk/src/index.ts';
import { connect, connected, type Connection } from '../connection.ts';
import { printJson } from '../json-output.ts';
import { throwRefusal } from '../user-errors.ts';

interface CreateOptions {
  readonly job?: string;
  readonly agent?: string;
  readonly submit?: true;
  readonly approvals?: true;
  readonly ttl: string;
}

/** `operandi tokens …`: credentials for pages. */
export function tokensCommand(): Command {
  return new Command('tokens').addCommand(createCommand()).addCommand(revokeCommand());
}

function createCommand(): Command {
  return connected(new Command('create'))
    .description(
      'Make a token for a page, for one job or one agent; it may never do more than you.',
    )
    .option('--job <id>', 'it reads this job')
    .option('--agent <name>', 'it reads the jobs of this agent')
    .option('--submit', 'it submits jobs of the agent, and reads those alone')
    .option('--approvals', 'it reads the approvals of these jobs, too')
    .option('--ttl <time>', 'how long it works, e.g. 90s, 15m or 2h; at most 24h', '15m')
    .action(async (options: Connection & CreateOptions) => {
      const wish = wishOf(options);
      await using client = connect(options);
      const token = await client.createToken(wish);
      if (options.json) printJson({ ...token, expiresAt: token.expiresAt.toISOString() });
      else console.log(token.secret);
    });
}

function revokeCommand(): Command {
  return connected(new Command('revoke'))
    .description('End a token at once: one that you have made, or with ACCESS_MANAGE anybody’s.')
    .argument('<id>', 'id of the token')
    .action(async (id: string, options: Connection) => {
      await using client = connect(options);
      const { revokeAccessToken } = await client.request(RevokeAccessTokenDocument, {
        input: { id },
      });
      throwRefusal(revokeAccessToken.userErrors);
      if (options.json) printJson({ id });
      else console.log(`${id} revoked`);
    });
}

function wishOf({ job, agent, submit, approvals, ttl }: CreateOptions): TokenWish {
  const common = { approvals: approvals ?? false, seconds: secondsOf(ttl) };
  if (job !== undefined && agent === undefined && submit === undefined) return { job, ...common };
  if (agent !== undefined && job === undefined)
    return { agent, submit: submit ?? false, ...common };
  throw new Error('say --job ID, or --agent NAME with or without --submit');
}

const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600 };

/** Seconds of `90s`, `15m` or `2h`. */
function secondsOf(text: string): number {
  const [, count, unit = ''] = /^(\d{1,5})([smh])$/.exec(text) ?? [];
  const seconds = Number(count) * (units[unit] ?? Number.NaN);
  if (Number.isNaN(seconds)) throw new Error(`${text} is no time; say 90s, 15m or 2h`);
  return seconds;
}
