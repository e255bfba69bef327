import { Command } from 'commander';
import { readConfig } from '../../kernel/config/config.ts';
import { createLogger } from '../../kernel/logger.ts';

/** `operandi migrate`: tables up to date, and on an empty database the first tenant with its key. */
export function migrateCommand(): Command {
  return new Command('migrate').action(async () => {
    const { bootstrap } = await import('../../core/access/bootstrap.ts');
    const { openDatabase } = await import('../../kernel/database/database.ts');
    const config = readConfig(process.env);
    const log = createLogger({ level: config.logLevel, name: 'migrate', pretty: true });
    await using database = await openDatabase(config, log);
    const first = await bootstrap({ database });
    console.log('The database is up to date.');
    if (first) console.log(`First admin key, shown once: ${first.key}`);
  });
}
