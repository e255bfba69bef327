import { Command } from 'commander';
import { readConfig } from '../../kernel/config/config.ts';
import { createLogger } from '../../kernel/logger.ts';
import { keeping } from '../key-file.ts';

/** `operandi migrate`: tables up to date, and on an empty database the first tenant with its key. */
export function migrateCommand(): Command {
  const command = new Command('migrate').option(
    '--key-file <file>',
    'write the first admin key to this new file, mode 0600; also OPERANDI_ADMIN_KEY_FILE',
  );
  return command.action(async ({ keyFile: named }: { readonly keyFile?: string }) => {
    const { bootstrap } = await import('../../core/access/bootstrap.ts');
    const { openDatabase } = await import('../../kernel/database/database.ts');
    const config = readConfig(process.env);
    const log = createLogger({ level: config.logLevel, name: 'migrate', pretty: true });
    await using database = await openDatabase(config, log);
    const keyFile = named ?? config.adminKeyFile;
    const first = await bootstrap({ database }, keeping(keyFile));
    console.log('The database is up to date.');
    if (first === undefined) return;
    console.log(
      keyFile === undefined
        ? `First admin key, shown once: ${first.key}`
        : `The first admin key is in ${keyFile}.`,
    );
  });
}
