import { Command } from 'commander';

import { readConfig } from '../../kernel/config/config.ts';
import type { Database } from '../../kernel/database/database.ts';
import { createLogger } from '../../kernel/logger.ts';

interface AllowOptions {
  readonly role: string;
  readonly key: string;
  readonly agents: string[];
}

/** `operandi enqueue …`: which database roles may queue jobs in their own transactions; for who owns the tables. */
export function enqueueCommand(): Command {
  return new Command('enqueue').addCommand(allowCommand()).addCommand(forbidCommand());
}

function allowCommand(): Command {
  return new Command('allow')
    .description('Let a database role queue jobs as an API key, in its own transactions.')
    .requiredOption('--role <name>', 'the role that logs in; of one tenant alone')
    .requiredOption('--key <id>', 'id of an API key with JOBS_SUBMIT; revoking it ends this')
    .requiredOption('--agents <agent...>', 'for which agents: namespace.name, namespace.* or *')
    .action(async ({ role, key, agents }: AllowOptions) => {
      const { allowEnqueue } = await import('../../core/jobs/enqueue/enqueue-grants.ts');
      const { tenantId } = await overOwner((database) =>
        allowEnqueue({ database }, { role, key, agents }),
      );
      console.log(`Role ${role} may queue jobs of tenant ${tenantId}.`);
    });
}

function forbidCommand(): Command {
  return new Command('forbid')
    .description('Let a database role queue no jobs any more.')
    .requiredOption('--role <name>', 'the role')
    .action(async ({ role }: Pick<AllowOptions, 'role'>) => {
      const { forbidEnqueue } = await import('../../core/jobs/enqueue/enqueue-grants.ts');
      await overOwner((database) => forbidEnqueue({ database }, role));
      console.log(`Role ${role} may queue no jobs any more.`);
    });
}

async function overOwner<T>(work: (database: Database) => Promise<T>): Promise<T> {
  const { openDatabase } = await import('../../kernel/database/database.ts');
  const config = readConfig(process.env, {}, 'operator');
  const log = createLogger({ level: config.logLevel, name: 'enqueue', pretty: true });
  const databaseUrl = config.databaseMigrationUrl;
  await using database = await openDatabase({ ...config, databaseUrl }, log);
  return await work(database);
}
